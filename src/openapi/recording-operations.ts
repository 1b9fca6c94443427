import { ProjectQuery } from "../admit/query-string";
import { limits } from "../limits";
import { LedgerQuery } from "../query/ledger";
import { RecordingQuery } from "../query/recordings";
import { RecordingsQuery } from "../query/recordings-query";
import { TailQuery } from "../query/tail";
import { callExample, feedbackExample } from "./examples";
import type { Operations } from "./operation";
import { refTo } from "./schema-parts";
import { feedback } from "./trace-operations";

const tag = "recordings";
const readers = "read, admin";

/** Keys of maps, as the names of parameters. */
export const metadataKeys = { "metadata.": "By a key of the session's metadata: a text, a number or a boolean" };
const mapKeys = { ...metadataKeys, "feedback.": "What users said, by its name: a text, a number or a boolean" };

/** What the routes of recordings do. */
export const recordingOperations: Operations = {
  "/v1/recordings": {
    post: {
      id: "recordCalls",
      tag,
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
        schema: { oneOf: [refTo("RecordPayload"), { type: "array", maxItems: limits.itemsMax, items: refTo("RecordPayload") }] },
        types: ["application/json", "application/x-ndjson"],
        example: callExample,
      },
    },
    get: {
      id: "listRecordings",
      tag,
      summary: "The recordings of a project that meet each condition, newest first: by commit, or by time where a time is named",
      scopes: readers,
      success: { "200": ["A page, which is not full where very many rows had to be looked at", "RecordingPage"] },
      refusals: ["400", "404"],
      query: RecordingsQuery,
      keyed: mapKeys,
    },
  },
  "/v1/recordings/{id}": {
    get: {
      id: "getRecording",
      tag,
      summary: "One recording with all that was posted; one that is not in D1 yet says so in `status`",
      scopes: readers,
      success: { "200": ["The recording", "Recording"] },
      refusals: ["400", "404"],
      query: RecordingQuery,
    },
    delete: {
      id: "deleteRecording",
      tag,
      summary: "Delete one recording; exports get a tombstone",
      scopes: "admin",
      success: { "204": "Deleted" },
      refusals: ["400", "404"],
      query: ProjectQuery,
    },
  },
  "/v1/recordings/{id}/status": {
    get: {
      id: "getRecordingStatus",
      tag,
      summary: "Where a recording is: stored, spooled, exported, deleted, or rejected and why",
      scopes: "ingest, read, admin",
      success: { "200": ["All that is known of the id", "RecordingStatus"] },
      refusals: ["400", "404"],
      query: ProjectQuery,
    },
  },
  "/v1/recordings/{id}/feedback": {
    post: { ...feedback("recording", "sendFeedback"), tag, query: ProjectQuery, body: feedbackExample },
  },
  "/v1/media/{sha256}": {
    get: {
      id: "getMedium",
      tag,
      summary: "The bytes of a medium of the project's recordings",
      scopes: readers,
      success: {
        "200": ["Images but SVG, audio, video and PDF with their type, all else as application/octet-stream", { types: ["*/*"] }],
        "304": "They are those of If-None-Match",
      },
      refusals: ["400", "404"],
      query: ProjectQuery,
    },
  },
  "/v1/tail": {
    get: {
      id: "followLog",
      tag,
      summary:
        "What is recorded, as it comes, as server-sent events: `recording` (new or changed) and `deleted`, by their places in the log",
      scopes: readers,
      success: { "200": ["It ends after some minutes, and goes on behind Last-Event-ID", { types: ["text/event-stream"] }] },
      refusals: ["400", "404"],
      query: TailQuery,
    },
  },
  "/v1/ledger": {
    get: {
      id: "getLedger",
      tag,
      summary: "What became of all that was received, by project and hour, the newest hour first",
      scopes: readers,
      success: { "200": ["A page, and the sums of all that was asked for", "Ledger"] },
      refusals: ["400", "404"],
      query: LedgerQuery,
    },
  },
};
