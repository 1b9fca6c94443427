import { Hono } from "hono";
import { answerError } from "./answer-error";
import { assets } from "./dashboard/assets";
import { clientModules } from "./dashboard/client-modules";
import { dashboard } from "./dashboard/dashboard";
import type { Http } from "./env";
import { CollectorError } from "./errors";
import { batches } from "./manage/batches";
import { calibrations } from "./manage/calibrations";
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
import { ledger } from "./query/ledger";
import { media } from "./query/media";
import { metrics } from "./query/metrics";
import { readyz } from "./query/readyz";
import { recordingStatus } from "./query/recording-status";
import { recordings } from "./query/recordings";
import { searches } from "./query/search";
import { session } from "./query/session";
import { sessionList } from "./query/session-list";
import { sessions } from "./query/sessions";
import { tail } from "./query/tail";
import { traces } from "./query/traces";
import { feedback } from "./receive/feedback";
import { freeplayFeedback } from "./receive/freeplay-feedback";
import { freeplayTraces } from "./receive/freeplay-traces";
import { freeplayUpdates } from "./receive/freeplay-updates";

/** What a request brings with it from the app: where it goes to, and what its event was given. */
interface Brought extends Pick<Http["Variables"], "deps" | "requestId"> {
  path: string;
}

/** All routes that a Worker does not have to know when it starts: an app of its own, that the app hands on to. */
export const onDemand = new Hono<{ Bindings: Brought; Variables: Http["Variables"] }>({
  getPath: (_request, { env } = {}) => (env as Brought).path,
});

onDemand.use(async (c, next) => {
  c.set("requestId", c.env.requestId);
  c.set("deps", c.env.deps);
  await next();
});
onDemand.route("/", readyz);
onDemand.route("/", dashboard);
onDemand.route("/", assets);
onDemand.route("/", clientModules);
onDemand.route("/", openapi);
onDemand.route("/", docs);
onDemand.route("/", recordings);
onDemand.route("/", info);
onDemand.route("/", metrics);
onDemand.route("/", tail);
onDemand.route("/", media);
onDemand.route("/", recordingStatus);
onDemand.route("/", ledger);
onDemand.route("/", feedback);
const sent = [freeplayUpdates, freeplayTraces, freeplayFeedback];
for (const part of [...sent, freeplayDeletions, searches, sessions, datasets, testRuns, promptTemplates, freeplayProjects]) {
  onDemand.route("/", part).route("/api", part);
}
onDemand.route("/", traces);
onDemand.route("/", sessionList);
onDemand.route("/", session);
onDemand.route("/", keys);
onDemand.route("/", projects);
onDemand.route("/", deletions);
onDemand.route("/", prices);
onDemand.route("/", reprices);
onDemand.route("/", calibrations);
onDemand.route("/", destinations);
onDemand.route("/", batches);
onDemand.route("/", exports);
onDemand.notFound((c) =>
  answerError(new CollectorError("not_found", "There is no such route for this method. /openapi.json names them all."), c),
);
onDemand.onError(answerError);
