import { Hono } from "hono";
import { cors } from "hono/cors";
import { answerError } from "./answer-error";
import { beaconPath, beaconPathOf, type Deps, type Env, type Http } from "./env";
import { loadedOnFirstUse } from "./model/on-first-use";
import { beacon } from "./receive/beacon";
import { freeplay } from "./receive/freeplay";
import { records } from "./receive/records";
import { countRefusedPost } from "./receive/refused-post";
import { version } from "./version";

/** Where pages post to: any origin may ask and may read the answer; the key decides. */
const ingestPaths = [
  "/v1/recordings",
  beaconPath,
  "/v2/projects/:project/sessions/:session/completions",
  "/api/v2/projects/:project/sessions/:session/completions",
];

/** Where pages send what their users say of an answer, under the same rule. */
const feedbackPaths = [
  "/v1/recordings/:id/feedback",
  ...["", "/api"].flatMap((base) => [
    `${base}/v2/projects/:project/completion-feedback/id/:completion`,
    `${base}/v2/projects/:project/trace-feedback/id/:trace`,
    `${base}/v1/completion_feedback/:completion`,
  ]),
];

const loadOnDemand = loadedOnFirstUse(async () => await import("./on-demand"));

/** The whole HTTP side, over the dependencies that `depsOf` builds for each request. */
export function createApp(depsOf: (env: Env, context: Pick<ExecutionContext, "waitUntil">) => Deps): Hono<Http> {
  const app = new Hono<Http>({ getPath: pathOf });
  app.use(async (c, next) => {
    // First of all: whatever fails below is told and logged under it.
    c.set("requestId", crypto.randomUUID());
    c.set("deps", depsOf(c.env, c.executionCtx));
    c.header("X-Request-Id", c.var.requestId);
    c.header("X-Content-Type-Options", "nosniff");
    await next();
  });
  const crossOrigin = cors({
    origin: (origin) => origin,
    allowMethods: ["GET", "POST", "PUT"],
    allowHeaders: ["Authorization", "Content-Type", "Content-Encoding"],
    exposeHeaders: ["Retry-After", "X-Request-Id"],
    maxAge: 7200,
  });
  for (const path of ingestPaths) app.use(path, crossOrigin, countRefusedPost);
  for (const path of [...feedbackPaths, "/v1/info"]) app.use(path, crossOrigin);
  app.get("/healthz", (c) => c.json({ status: "ok", version }));
  app.route("/", records);
  app.route("/", beacon);
  app.route("/", freeplay).route("/api", freeplay);
  app.notFound(async (c) => {
    // The first request that comes here pays for it, once an isolate; what was posted never waits for it.
    const { onDemand } = await loadOnDemand();
    const { deps, requestId } = c.var;
    const answer = await onDemand.fetch(c.req.raw, { path: c.req.path, deps, requestId }, c.executionCtx);
    return c.newResponse(answer.body, answer);
  });
  app.onError(answerError);
  return app;
}

/** A base URL that ends in a slash makes an SDK ask for `/api//v2/…`; and pages may have been told another path to post to. */
function pathOf(request: Request, { env = {} }: { env?: Pick<Env, "BEACON_PATH"> } = {}): string {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, "/");
  return path === beaconPathOf(env) ? beaconPath : path;
}
