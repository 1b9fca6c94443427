import { feedbackExample, metadataExample } from "./examples";
import { jsonBody, type Operation, type Operations } from "./operation";

const tag = "Freeplay";

/** Taking what a user says of something. */
export function feedback(what: string, id: string): Operation {
  return {
    id,
    tag,
    summary: `Say something of a ${what}: before it is there or after`,
    scopes: "ingest, browser, admin",
    success: { "201": ["Kept; of each name that counts which was said last", "Done"] },
    refusals: ["400", "404", "409", "413", "415", "429"],
    body: feedbackExample,
  };
}

/** Setting metadata by itself. */
function metadata(what: string, id: string): Operation {
  return {
    id,
    tag,
    summary: `Merge metadata into a ${what}: before it is there or after`,
    scopes: "ingest, admin",
    success: { "200": ["Kept; it stands over what posts bring", "Done"] },
    refusals: ["400", "404", "413", "415"],
    body: metadataExample,
  };
}

/** Freeplay's wire for traces and sessions, by the paths behind `/v2/projects/{project}`. */
export const traceOperations: Operations = {
  "/sessions/{session}/traces/id/{trace}": {
    post: {
      id: "recordTrace",
      tag,
      summary: "Record a trace, or more of it; its recordings may come before it, and its parent never",
      scopes: "ingest, admin",
      success: { "201": ["Kept", "Nothing"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("TracePayload", { name: "plan", input: "Plan a trip to Rome.", output: "Three days, by train." }),
    },
    patch: {
      id: "updateTrace",
      tag,
      summary: "Set parts of a trace, which then stand over what posts of it bring",
      scopes: "ingest, admin",
      success: { "200": ["Kept", "Done"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("TracePayload", { output: "Three days, by train." }),
    },
  },
  "/sessions/{session}/traces/id/{trace}/metadata": { patch: metadata("trace", "mergeTraceMetadata") },
  "/sessions/id/{session}/metadata": { patch: metadata("session", "mergeSessionMetadata") },
  "/trace-feedback/id/{trace}": { post: feedback("trace", "sendTraceFeedback") },
  "/completion-feedback/id/{completion}": { post: feedback("recording", "sendCompletionFeedback") },
  "/sessions/{session}": {
    delete: {
      id: "deleteFreeplaySession",
      tag,
      summary: "Delete a session with all that is stored of it by now, as DELETE /v1/sessions/{id} does",
      scopes: "admin",
      success: { "201": ["Deleted; of very much the rest in the next minutes", "Done"] },
      refusals: ["400", "404"],
    },
  },
};
