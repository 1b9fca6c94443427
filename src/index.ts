import { createApp } from "./app";
import { buildDeps, type Env } from "./env";
import { consumeMessages } from "./jobs/consume";
import { runMinute } from "./jobs/minute";

const app = createApp(buildDeps);

export default {
  fetch: (request, env, context) => app.fetch(request, env, context),
  queue: (batch, env, context) => consumeMessages(batch.messages, buildDeps(env, context)),
  scheduled: (_controller, env, context) => runMinute(buildDeps(env, context)),
} satisfies ExportedHandler<Env>;
