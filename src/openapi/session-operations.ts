import { ProjectQuery } from "../admit/query-string";
import { SessionQuery } from "../query/session";
import { SessionSumsQuery } from "../query/session-list";
import type { Operation, Operations } from "./operation";
import { metadataKeys } from "./recording-operations";

const readers = "read, admin";

/** Deleting all of something. */
export function deletion(what: string, more: Pick<Operation, "id" | "tag" | "query">): Operation {
  return {
    ...more,
    summary: `Delete a ${what} with all that is stored of it by now; exports get a tombstone for each recording`,
    scopes: "admin",
    success: { "204": "Deleted", "202": ["Very much: the rest is deleted in the next minutes", "Done"] },
    refusals: ["400", "404"],
  };
}

/** What our own routes of sessions and traces do. */
export const sessionOperations: Operations = {
  "/v1/sessions": {
    get: {
      id: "listSessions",
      tag: "sessions",
      summary: "The sessions of a project and what their recordings come to, newest first: the last that was heard of",
      scopes: readers,
      success: { "200": ["A page", "SessionSumsPage"] },
      refusals: ["400", "404"],
      query: SessionSumsQuery,
      keyed: metadataKeys,
    },
  },
  "/v1/sessions/{id}": {
    get: {
      id: "getSession",
      tag: "sessions",
      summary: "One session: what was said in it, in its order, and its traces and recordings as a tree, a page of recordings at a time",
      scopes: readers,
      success: { "200": ["The session", "Session"] },
      refusals: ["400", "404"],
      query: SessionQuery,
    },
    delete: deletion("session", { id: "deleteSession", tag: "sessions", query: ProjectQuery }),
  },
  "/v1/traces/{id}": {
    get: {
      id: "getTrace",
      tag: "traces",
      summary: "One trace, and below it the traces and recordings that belong to it",
      scopes: readers,
      success: { "200": ["The trace", "Trace"] },
      refusals: ["400", "404"],
      query: ProjectQuery,
    },
  },
};
