import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { routePath } from "hono/route";
import { clientModules } from "./dashboard/client-modules";
import { assets } from "./dashboard/assets";
import { dashboard } from "./dashboard/dashboard";
import { beaconPath, beaconPathOf, type Deps, type Env, type Http } from "./env";
import { CollectorError, errorAnswer, toCollectorError } from "./errors";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";
import { calibrations } from "./manage/calibrations";
import { batches } from "./manage/batches";
import { datasets } from "./manage/datasets";
import { deletions, freeplayDeletions } from "./manage/deletions";
import { destinations } from "./manage/destinations";
import { exports } from "./manage/exports";
import { keys } from "./manage/keys";
import { prices } from "./manage/prices";
import { freeplayProjects, projects } from "./manage/projects";
import { promptTemplates } from "./manage/prompt-templates";
import { reprices } from "./manage/reprices";
import { testRuns } from "./manage/test-runs";
import { openapi } from "./openapi/describe";
import { docs } from "./openapi/docs";
import { info } from "./query/info";
import { media } from "./query/media";
import { metrics } from "./query/metrics";
import { ledger } from "./query/ledger";
import { readyz } from "./query/readyz";
import { recordingStatus } from "./query/recording-status";
import { recordings } from "./query/recordings";
import { searches } from "./query/search";
import { session } from "./query/session";
import { sessionList } from "./query/session-list";
import { sessions } from "./query/sessions";
import { tail } from "./query/tail";
import { traces } from "./query/traces";
import { beacon } from "./receive/beacon";
import { feedback } from "./receive/feedback";
import { freeplay } from "./receive/freeplay";
import { freeplayFeedback } from "./receive/freeplay-feedback";
import { freeplayTraces } from "./receive/freeplay-traces";
import { freeplayUpdates } from "./receive/freeplay-updates";
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
  app.route("/", readyz);
  app.route("/", dashboard);
  app.route("/", assets);
  app.route("/", clientModules);
  app.route("/", openapi);
  app.route("/", docs);
  app.route("/", records);
  app.route("/", beacon);
  app.route("/", feedback);
  app.route("/", recordings);
  app.route("/", info);
  app.route("/", metrics);
  app.route("/", tail);
  app.route("/", media);
  app.route("/", recordingStatus);
  app.route("/", ledger);
  const sent = [freeplay, freeplayUpdates, freeplayTraces, freeplayFeedback];
  for (const part of [...sent, freeplayDeletions, searches, sessions, datasets, testRuns, promptTemplates, freeplayProjects]) {
    app.route("/", part).route("/api", part);
  }
  app.route("/", traces);
  app.route("/", sessionList);
  app.route("/", session);
  app.route("/", keys);
  app.route("/", projects);
  app.route("/", deletions);
  app.route("/", prices);
  app.route("/", reprices);
  app.route("/", calibrations);
  app.route("/", destinations);
  app.route("/", batches);
  app.route("/", exports);
  app.notFound((c) =>
    answerError(new CollectorError("not_found", "There is no such route for this method. /openapi.json names them all."), c),
  );
  app.onError(answerError);
  return app;
}

/** A base URL that ends in a slash makes an SDK ask for `/api//v2/…`; and pages may have been told another path to post to. */
function pathOf(request: Request, { env = {} }: { env?: Pick<Env, "BEACON_PATH"> } = {}): string {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, "/");
  return path === beaconPathOf(env) ? beaconPath : path;
}

/** The only place that turns an error into HTTP. */
function answerError(thrown: Error, c: Context<Http>): Response {
  const error = toCollectorError(thrown);
  const requestId = c.var.requestId;
  if (error.status >= 500) {
    const cause = causeText(error.cause ?? error);
    logEvent("request_failed", { request_id: requestId, code: error.code, method: c.req.method, route: routePath(c, -1), cause });
  }
  if (error.retryable || error.retryAfterSeconds !== undefined)
    c.header("Retry-After", String(error.retryAfterSeconds ?? limits.retryAfterSeconds));
  if (error.status === 401) c.header("WWW-Authenticate", "Bearer");
  return c.json({ ...errorAnswer(error), request_id: requestId }, error.status);
}
