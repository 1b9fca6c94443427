import { completionExample } from "./examples";
import { jsonBody, type Operations } from "./operation";
import { feedback, traceOperations } from "./trace-operations";

const tag = "Freeplay";

/** Freeplay's wire, by the paths behind `/v2/projects/{project}`. */
const ofProject: Operations = {
  "/sessions/{session}/completions": {
    post: {
      id: "recordCompletion",
      tag,
      summary: "Record one completion by the Freeplay SDKs' wire",
      scopes: "ingest, browser, admin",
      success: { "201": ["Stored, or safe and stored soon; a repeat of the same completion_id answers the same", "Completion"] },
      refusals: ["400", "404", "413", "415", "429"],
      body: jsonBody("CompletionPayload", completionExample),
    },
  },
  "/completions/{completion}": {
    post: {
      id: "updateCompletion",
      tag,
      summary: "Append messages to a recording, and set evaluations of it: before it is there or after",
      scopes: "ingest, admin",
      success: { "200": ["Kept; the same list of messages is appended once", "Completion"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("CompletionUpdate", { eval_results: { correct: true } }),
    },
  },
  ...traceOperations,
};

export const freeplayOperations: Operations = {
  ...Object.fromEntries(Object.entries(ofProject).map(([path, methods]) => [`/v2/projects/{project}${path}`, methods])),
  "/v1/completion_feedback/{completion}": {
    put: feedback("recording, of the key's project or else the only one that holds it", "putCompletionFeedback"),
  },
};
