import { createApp } from "./app";
import { buildDeps, type Env } from "./env";
import { loadedOnFirstUse } from "./model/on-first-use";

const app = createApp(buildDeps);
const loadConsumers = loadedOnFirstUse(async () => await import("./jobs/consume"));
const loadMinute = loadedOnFirstUse(async () => await import("./jobs/minute"));

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  queue: async (batch, env, context) => {
    const { consumeDeadLetters, consumeMessages } = await loadConsumers();
    if (batch.queue.endsWith("-dead")) await consumeDeadLetters(batch.messages, buildDeps(env, context));
    else await consumeMessages(batch.messages, buildDeps(env, context));
  },
  scheduled: async (_controller, env, context) => {
    const { runMinute } = await loadMinute();
    await runMinute(buildDeps(env, context));
  },
} satisfies ExportedHandler<Env>;
