import { limits } from "../limits";
import { jsonBody, type Operation, pageQuery } from "./operation";

const pages = (preset: number) => ({
  page: `The page, from 1; it may pass over ${limits.skippedRowsMax} rows`,
  page_size: `Rows on a page, 1–${limits.searchRowsMax}; ${preset} where none is named`,
  cursor: "next_cursor of the page before, in place of a page: the better way",
});

function search(what: string, page: string, order: string, children: string): Operation {
  return {
    summary: `Search ${what} by Freeplay's filters, ${order} first. \`is_complete\` is false where the page ends because enough rows were read: go on by its cursor`,
    scopes: "read, admin",
    success: { "200": ["A page", page] },
    refusals: ["400", "404", "413", "415"],
    body: jsonBody("SearchRequest"),
    query: { ...pages(limits.searchRowsDefault), include_children: `true for ${children}, without contents` },
  };
}

const completions = search(
  "completions",
  "CompletionPage",
  "the last that was stored (with a range of start_time, the latest call)",
  "what names each as its parent",
);
const sessions = search("sessions", "SessionPage", "the last that was heard of", "each one's completions and traces");
const traces = search("traces", "TracePage", "the last that was heard of", "what names each as its parent");
const list: Operation = {
  summary: "The sessions of a project with their completions, newest first; X-Next-Cursor names the next page",
  scopes: "read, admin",
  success: { "200": ["A list; where X-Is-Complete is false it is shorter than asked for, and the cursor goes on", "SessionList"] },
  refusals: ["400", "404"],
  query: {
    ...pages(limits.sessionRowsDefault),
    from_date: "ISO 8601 or a day (UTC)",
    to_date: "The same; a day is all of it",
    test_run_id: "Of a test run",
    prompt_name: "With a completion whose prompt_info has this prompt_template_name",
    "custom_metadata.key": `By a key of its metadata, whichever it is; up to ${limits.listedMetadataKeysMax} of them`,
  },
};

/** Our own list of them. */
const ownList: Operation = {
  summary: "The sessions of a project and what their recordings come to, newest first: the last that was heard of",
  scopes: "read, admin",
  success: { "200": ["A page", "SessionSumsPage"] },
  refusals: ["400", "404"],
  query: {
    project_id: "The project; required with a key of all projects",
    from: "When it was first heard of: ISO 8601 or Unix seconds, included",
    to: "The same, not included",
    test_run_id: "With a recording or a trace of this test run",
    "metadata.<key>": "Of its metadata: a text, a number or a boolean",
    ...pageQuery(limits.searchRowsMax, limits.pageRowsDefault),
  },
};

/** Searches, and the lists of sessions, Freeplay's under both of the bases that SDKs have. */
export const searchOperations: Record<string, Record<string, Operation>> = Object.fromEntries([
  ["/v1/sessions", { get: ownList }],
  ...["", "/api"].flatMap((base): [string, Record<string, Operation>][] => [
    [`${base}/v2/projects/{project}/search/completions`, { post: completions }],
    [`${base}/v2/projects/{project}/search/sessions`, { post: sessions }],
    [`${base}/v2/projects/{project}/search/traces`, { post: traces }],
    [`${base}/v2/projects/{project}/sessions`, { get: list }],
  ]),
]);
