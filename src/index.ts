import { createApp } from "./app";
import { buildDeps, type Env } from "./env";

const app = createApp(buildDeps);

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  queue: async (batch, env, context) => {
    const { consumeDeadLetters, consumeMessages } = await import("./jobs/consume");
    if (batch.queue.endsWith("-dead")) await consumeDeadLetters(batch.messages, buildDeps(env, context));
    else await consumeMessages(batch.messages, buildDeps(env, context));
  },
  scheduled: async (_controller, env, context) => {
    const { runMinute } = await import("./jobs/minute");
    await runMinute(buildDeps(env, context));
  },
} satisfies ExportedHandler<Env>;
