import { createApp } from "./app";
import { buildDeps, type Env } from "./env";
import { consumeDeadLetters, consumeMessages } from "./jobs/consume";
import { runMinute } from "./jobs/minute";

const app = createApp(buildDeps);

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  queue: async (batch, env, context) => {
    if (batch.queue.endsWith("-dead")) await consumeDeadLetters(batch.messages, buildDeps(env, context));
    else await consumeMessages(batch.messages, buildDeps(env, context));
  },
  scheduled: (_controller, env, context) => runMinute(buildDeps(env, context)),
} satisfies ExportedHandler<Env>;
