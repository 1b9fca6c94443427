import { jsonBody, type Operation } from "./operation";

/** Taking what a user says of something. */
export function feedback(what: string): Operation {
  return {
    summary: `Say something of a ${what}: before it is there or after`,
    scopes: "ingest, browser, admin",
    success: { "201": ["Kept; of each name that counts which was said last", "Done"] },
    refusals: ["400", "404", "409", "413", "415", "429"],
    body: jsonBody("Feedback"),
  };
}

/** Setting metadata by itself. */
function metadata(what: string): Operation {
  return {
    summary: `Merge metadata into a ${what}: before it is there or after`,
    scopes: "ingest, admin",
    success: { "200": ["Kept; it stands over what posts bring", "Done"] },
    refusals: ["400", "404", "413", "415"],
    body: jsonBody("Metadata"),
  };
}

/** Freeplay's wire for traces and sessions, by the paths behind `/v2/projects/{project}`. */
export const traceOperations: Record<string, Record<string, Operation>> = {
  "/sessions/{session}/traces/id/{trace}": {
    post: {
      summary: "Record a trace, or more of it; its recordings may come before it, and its parent never",
      scopes: "ingest, admin",
      success: { "201": "{}" },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("TracePayload"),
    },
    patch: {
      summary: "Set parts of a trace, which then stand over what posts of it bring",
      scopes: "ingest, admin",
      success: { "200": ["Kept", "Done"] },
      refusals: ["400", "404", "413", "415"],
      body: jsonBody("TracePayload"),
    },
  },
  "/sessions/{session}/traces/id/{trace}/metadata": { patch: metadata("trace") },
  "/sessions/id/{session}/metadata": { patch: metadata("session") },
  "/trace-feedback/id/{trace}": { post: feedback("trace") },
  "/completion-feedback/id/{completion}": { post: feedback("recording") },
  "/sessions/{session}": {
    delete: {
      summary: "Delete a session with all that is stored of it by now, as DELETE /v1/sessions/{id} does",
      scopes: "admin",
      success: { "201": ["Deleted; of very much the rest in the next minutes", "Done"] },
      refusals: ["400", "404"],
    },
  },
};
