import * as z from "zod";
import { limits } from "../limits";
import { callExample } from "./examples";
import type { Operation, Operations } from "./operation";
import { refTo } from "./schema-parts";

const tag = "client";
const item = { anyOf: [refTo("RecordPayload"), refTo("FeedbackItem")] };
const keyQuery = z.object({ key: z.string().optional().describe("A browser key; any other key is sent as Authorization: Bearer") });

function module(id: string, summary: string): { get: Operation } {
  const success: Operation["success"] = {
    "200": ["The module", { types: ["text/javascript"] }],
    "304": "It is that of If-None-Match",
  };
  return { get: { id, tag, summary, scopes: "", success } };
}

/** What pages and their client use. */
export const clientOperations: Operations = {
  "/v1/r": {
    post: {
      id: "recordFromPage",
      tag,
      summary:
        "Record as a page does that is left: no preflight, and no answer to read where all was taken. The variable BEACON_PATH names another path beside it",
      scopes: "ingest, browser, admin",
      success: {
        "204": "Everything was taken: stored, spooled, or known already",
        "200": ["An array of which something was refused: each item's own outcome", "ItemResults"],
      },
      refusals: ["400", "404", "413", "415", "429"],
      query: keyQuery,
      body: {
        schema: { anyOf: [item, { type: "array", maxItems: limits.itemsMax, items: item }] },
        types: ["application/json", "text/plain"],
        example: callExample,
      },
    },
  },
  "/v1/info": {
    get: {
      id: "getInfo",
      tag,
      summary: "What is taken, and where; with a key, what that key may",
      scopes: "",
      success: { "200": ["Limits, encodings, routes", "Info"] },
      refusals: ["401", "403", "503"],
      query: keyQuery,
    },
  },
  "/client.js": module("getClient", "The client for pages, Workers and servers, as an ES module: createRecorder"),
  "/record-call.js": module("getRecordCall", "The client's recordCall, as an ES module"),
};
