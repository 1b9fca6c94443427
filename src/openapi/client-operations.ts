import { limits } from "../limits";
import type { Operation } from "./operation";
import { refTo } from "./schema-parts";
import { feedback } from "./trace-operations";

const item = { anyOf: [refTo("RecordPayload"), refTo("FeedbackItem")] };
const key = "A browser key; any other key is sent as Authorization: Bearer";

function module(summary: string): { get: Operation } {
  const meanings = { "200": "The module", "304": "It is that of If-None-Match" };
  return { get: { summary, scopes: "", success: meanings, answerType: "text/javascript" } };
}

/** What pages and their client use. */
export const clientOperations: Record<string, Record<string, Operation>> = {
  "/v1/r": {
    post: {
      summary:
        "Record as a page does that is left: no preflight, and no answer to read where all was taken. The variable BEACON_PATH names another path beside it",
      scopes: "ingest, browser, admin",
      success: {
        "204": "Everything was taken: stored, spooled, or known already",
        "200": ["An array of which something was refused: each item's own outcome", "ItemResults"],
      },
      refusals: ["400", "404", "413", "415", "429"],
      query: { key },
      body: {
        schema: { oneOf: [item, { type: "array", maxItems: limits.itemsMax, items: item }] },
        types: ["text/plain", "application/json"],
      },
    },
  },
  "/v1/recordings/{id}/feedback": {
    post: { ...feedback("recording"), query: { project_id: "The project; required with a key of all projects" } },
  },
  "/v1/info": {
    get: {
      summary: "What is taken, and where; with a key, what that key may",
      scopes: "",
      success: { "200": ["Limits, encodings, routes", "Info"] },
      refusals: ["401", "403", "503"],
      query: { key },
    },
  },
  "/client.js": module("The client for pages, Workers and servers, as an ES module: createRecorder"),
  "/record-call.js": module("The client's recordCall, as an ES module"),
};
