import { limits } from "../limits";
import { clientOperations } from "./client-operations";
import { testRunOperations } from "./dataset-operations";
import { exportOperations } from "./export-operations";
import { freeplayOperations } from "./freeplay-operations";
import { metricsOperations } from "./metrics-operations";
import { jsonBody, type Operation, pageQuery } from "./operation";
import { searchOperations } from "./search-operations";
import { refTo } from "./schema-parts";

const project = { project_id: "The project; required with a key of all projects" };
const mediaForms = (preset: string) =>
  `How media come: inline (as base64, as posted) or links (as paths of /v1/media); ${preset} unless given`;

/** What a list of recordings may be asked for by. `metadata.<key>` and `feedback.<name>` are besides. */
const recordingConditions = {
  session_id: "Of one session",
  trace_id: "Of one trace: its parent_id",
  test_run_id: "Of one test run",
  provider: "By its name",
  model: "By its name, as posted",
  environment: "By its name",
  prompt_version_id: "By prompt_template_version_id",
  complete: "true or false, where somebody said so",
  error: "true or false: whether the call failed",
  usage_source: "reported, estimated, deferred or missing, of either side",
  from: "When the call began, or was received: ISO 8601 or Unix seconds, included",
  to: "The same, not included",
  cost_usd_min: "US dollars",
  cost_usd_max: "US dollars",
  latency_ms_min: "Milliseconds",
  latency_ms_max: "Milliseconds",
  tokens_min: "Of both sides together",
  tokens_max: "Of both sides together",
  text: "Anywhere in a text of its messages, ASCII letters in either case",
  sort: `cost or latency, the highest first; of ${limits.sortedRowsMax} recordings at most`,
  "metadata.<key>": "The session's metadata: a text, a number or a boolean",
  "feedback.<name>": "What users said: a text, a number or a boolean",
};

/** Deleting all of something. */
function deletion(what: string, more: Pick<Operation, "query">): Operation {
  return {
    summary: `Delete a ${what} with all that is stored of it by now; exports get a tombstone for each recording`,
    scopes: "admin",
    success: { "204": "Deleted", "202": "Very much: the rest is deleted in the next minutes" },
    refusals: ["400", "404"],
    ...more,
  };
}

/** What each route does, path by path and method by method. */
export const operations: Record<string, Record<string, Operation>> = {
  "/": { get: { summary: "What this is and where to go", scopes: "", success: { "200": "A page, or text" } } },
  "/healthz": { get: { summary: "Whether the Worker runs", scopes: "", success: { "200": "{status, version}" } } },
  "/readyz": {
    get: {
      summary: "Whether recordings can be stored now: D1 and its size, what is spooled, how far exports are behind",
      scopes: "",
      success: { "200": ["It is ready", "Readiness"], "503": ["D1 does not answer", "Readiness"] },
    },
  },
  "/openapi.json": { get: { summary: "This description", scopes: "", success: { "200": "OpenAPI 3.1" } } },
  "/v1/recordings": {
    post: {
      summary: "Record one call, an array of them, or one a line",
      scopes: "ingest, browser, admin",
      success: {
        "201": [
          "One object: stored in D1, or spooled, and then `seq` is null; a repeat of the same id answers from what is stored",
          "RecordingHead",
        ],
        "200": ["An array or NDJSON: each item's own outcome; all may be refused", "ItemResults"],
      },
      refusals: ["400", "404", "413", "415", "429"],
      body: {
        schema: {
          oneOf: [refTo("RecordPayload"), { type: "array", maxItems: limits.itemsMax, items: refTo("RecordPayload") }],
        },
        types: ["application/json", "application/x-ndjson"],
      },
    },
    get: {
      summary: "The recordings of a project that meet each condition, newest first: by commit, or by time where a time is named",
      scopes: "read, admin",
      success: { "200": ["A page, which is not full where very many rows had to be looked at", "RecordingPage"] },
      refusals: ["400", "404"],
      query: {
        ...project,
        ...recordingConditions,
        media: mediaForms("links"),
        ...pageQuery(limits.pageRowsMax, limits.pageRowsDefault),
      },
    },
  },
  "/v1/recordings/{id}": {
    get: {
      summary:
        "One recording with all that was posted; one that is not in D1 yet says so in `status`. A 404 carries Retry-After: it may still be in the Queue",
      scopes: "read, admin",
      success: { "200": ["The recording", "Recording"] },
      refusals: ["400", "404"],
      query: { ...project, media: mediaForms("inline") },
    },
    delete: {
      summary: "Delete one recording; exports get a tombstone",
      scopes: "admin",
      success: { "204": "Deleted" },
      refusals: ["400", "404"],
      query: project,
    },
  },
  "/v1/recordings/{id}/status": {
    get: {
      summary: "Where a recording is: stored, spooled, exported, deleted, or rejected and why",
      scopes: "ingest, read, admin",
      success: { "200": ["All that is known of the id", "RecordingStatus"] },
      refusals: ["400", "404"],
      query: project,
    },
  },
  "/v1/media/{sha256}": {
    get: {
      summary: "The bytes of a medium of the project's recordings",
      scopes: "read, admin",
      success: {
        "200": "The bytes: images but SVG, audio, video and PDF with their type, all else as application/octet-stream",
        "304": "They are those of If-None-Match",
      },
      refusals: ["400", "404"],
      query: project,
    },
  },
  "/v1/tail": {
    get: {
      summary:
        "What is recorded, as it comes, as server-sent events: `recording` (new or changed) and `deleted`, by their places in the log",
      scopes: "read, admin",
      success: { "200": "The stream; it ends after some minutes, and goes on behind Last-Event-ID" },
      refusals: ["400", "404"],
      query: { ...project, after: "A place in the log to begin behind; from now on where none is named" },
      answerType: "text/event-stream",
    },
  },
  "/v1/ledger": {
    get: {
      summary: "What became of all that was received, by project and hour, the newest hour first",
      scopes: "read, admin",
      success: { "200": ["A page, and the sums of all that was asked for", "Ledger"] },
      refusals: ["400", "404"],
      query: {
        project_id: "The project; with a key of all projects none is each of them, and `unknown` for what no key told",
        from: `ISO 8601 or Unix seconds, by whole hours; ${limits.ledgerHoursDefault} hours before \`to\` where none is named`,
        to: `The same; now where none is named. No more than ${limits.ledgerDaysMax} days after \`from\``,
        ...pageQuery(limits.listRowsMax, limits.ledgerRowsDefault),
      },
    },
  },
  "/v1/keys": {
    post: {
      summary: "Make a key; its text is shown once",
      scopes: "admin",
      success: { "201": ["The key and, in `key`, its text", "Key"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("KeyRequest"),
    },
    get: {
      summary: "The keys, revoked ones included",
      scopes: "admin",
      success: { "200": "{keys, next_cursor}" },
      refusals: ["400"],
      query: pageQuery(limits.listRowsMax, limits.listRowsDefault),
    },
  },
  "/v1/keys/{id}": {
    delete: {
      summary: `Revoke a key; it counts everywhere within ${limits.keyCacheSeconds} s`,
      scopes: "admin",
      success: { "204": "Revoked" },
      refusals: ["404"],
    },
  },
  "/v1/projects": {
    get: {
      summary: "The projects that the key can see",
      scopes: "read, admin",
      success: { "200": "{projects, next_cursor}" },
      refusals: ["400"],
      query: pageQuery(limits.listRowsMax, limits.listRowsDefault),
    },
  },
  "/v1/sessions/{id}": {
    get: {
      summary: "One session: what was said in it, in its order, and its traces and recordings as a tree, a page of recordings at a time",
      scopes: "read, admin",
      success: { "200": ["The session", "Session"] },
      refusals: ["400", "404"],
      query: { ...project, ...pageQuery(limits.sessionPageMax, limits.sessionPageMax) },
    },
    delete: deletion("session", { query: project }),
  },
  "/v1/traces/{id}": {
    get: {
      summary: "One trace, and below it the traces and recordings that belong to it",
      scopes: "read, admin",
      success: { "200": ["The trace", "Trace"] },
      refusals: ["400", "404"],
      query: project,
    },
  },
  "/v1/projects/{id}": { delete: deletion("project", {}) },
  "/v1/projects/{project}/prices": {
    put: {
      summary: "Set the project's own prices, all of them at once; the next recordings are priced by them",
      scopes: "admin",
      success: { "200": ["The prices and their version", "Prices"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("PricesRequest"),
    },
    get: {
      summary: "The project's own prices",
      scopes: "read, admin",
      success: { "200": ["The newest version; 0 where there never was one", "Prices"] },
      refusals: ["400", "404"],
    },
  },
  "/v1/projects/{project}/reprice": {
    post: {
      summary: "Price the recordings of a window of time anew, in the background",
      scopes: "admin",
      success: { "202": ["Ordered", "Reprice"] },
      refusals: ["400", "404", "409", "413", "415"],
      body: jsonBody("RepriceRequest"),
    },
  },
  "/v1/projects/{project}/reprice/{id}": {
    get: {
      summary: "How far a repricing has come",
      scopes: "read, admin",
      success: { "200": ["The repricing", "Reprice"] },
      refusals: ["400", "404"],
    },
  },
  "/v1/projects/{project}/calibrations": {
    get: {
      summary: "What the project's own reported usage says of the estimates, by model",
      scopes: "read, admin",
      success: { "200": ["Each model's ratio of reported to estimated tokens, null while none is used", "Calibrations"] },
      refusals: ["400", "404"],
    },
  },
  ...metricsOperations,
  ...clientOperations,
  ...freeplayOperations,
  ...exportOperations,
  ...searchOperations,
  ...testRunOperations,
};
