import { jsonBody, type Operation } from "./operation";
import { feedback, traceOperations } from "./trace-operations";

/** Freeplay's wire, by the paths behind `/v2/projects/{project}`. */
const operations: Record<string, Record<string, Operation>> = {
  "/sessions/{session}/completions": {
    post: {
      summary: "Record one completion by the Freeplay SDKs' wire",
      scopes: "ingest, browser, admin",
      success: { "201": ["Stored, or safe and stored soon; a repeat of the same completion_id answers the same", "Completion"] },
      refusals: ["400", "404", "413", "415", "429"],
      body: { schema: { type: "object", required: ["messages"] }, types: ["application/json"] },
    },
  },
  "/completions/{completion}": {
    post: {
      summary: "Append messages to a recording, and set evaluations of it: before it is there or after",
      scopes: "ingest, admin",
      success: { "200": ["Kept; the same list of messages is appended once", "Completion"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("CompletionUpdate"),
    },
  },
  ...traceOperations,
};

/** The same with `/api` before them, which is where the SDKs' base URLs end, and without. */
export const freeplayOperations = Object.fromEntries(
  ["", "/api"].flatMap((prefix): [string, Record<string, Operation>][] => [
    ...Object.entries(operations).map(([path, methods]): [string, typeof methods] => [`${prefix}/v2/projects/{project}${path}`, methods]),
    [
      `${prefix}/v1/completion_feedback/{completion}`,
      { put: feedback("recording, of the key's project or else the only one that holds it") },
    ],
  ]),
);
