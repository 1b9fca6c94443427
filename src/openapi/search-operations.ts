import { SearchQuery } from "../query/search";
import { SessionsQuery } from "../query/sessions-query";
import { jsonBody, type Operation, type Operations } from "./operation";

const tag = "Freeplay";

function search(id: string, what: string, page: string, order: string, field: string): Operation {
  return {
    id,
    tag,
    summary: `Search ${what} by Freeplay's filters, ${order} first. \`is_complete\` is false where the page ends because enough rows were read: go on by its cursor`,
    scopes: "read, admin",
    success: { "200": ["A page", page] },
    refusals: ["400", "404", "413", "415"],
    body: jsonBody("SearchRequest", { filters: { field, op: "eq", value: "prod" } }),
    query: SearchQuery,
  };
}

const list: Operation = {
  id: "listFreeplaySessions",
  tag,
  summary: "The sessions of a project with their completions, newest first; X-Next-Cursor names the next page",
  scopes: "read, admin",
  success: { "200": ["A list; where X-Is-Complete is false it is shorter than asked for, and the cursor goes on", "SessionList"] },
  refusals: ["400", "404"],
  query: SessionsQuery,
  keyed: { "custom_metadata.": "By a key of its metadata: a text, a number or a boolean" },
};

const latest = "the last that was heard of";

/** Freeplay's searches, and its list of sessions. */
export const searchOperations: Operations = {
  "/v2/projects/{project}/search/completions": {
    post: search(
      "searchCompletions",
      "completions",
      "CompletionPage",
      "the last that was stored (with a range of start_time, the latest call)",
      "environment",
    ),
  },
  "/v2/projects/{project}/search/sessions": {
    post: search("searchSessions", "sessions", "SessionPage", latest, "custom_metadata.customer"),
  },
  "/v2/projects/{project}/search/traces": { post: search("searchTraces", "traces", "TracePage", latest, "agent_name") },
  "/v2/projects/{project}/sessions": { get: list },
};
