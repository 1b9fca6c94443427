import { type Context, Hono } from "hono";
import * as z from "zod";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import { Cursor, pageLimit, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { wholeContents } from "../keep/contents";
import { limits } from "../limits";
import type { Entity } from "../model/filter";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";
import { readChildren } from "../store/search-children";
import type { Search, SearchPage } from "../store/search-places";
import { searchRecordings } from "../store/search-recordings";
import { searchSessions } from "../store/search-sessions";
import { searchTraces } from "../store/search-traces";
import { pageNumber, skippedRows } from "./search-page";
import { childRows, completionRow, readContents, sessionRow, traceRow } from "./search-rows";
import { readFilter } from "./search-wire";

/** Freeplay's search of completions, sessions and traces, mounted with and without `/api`. */
export const searches = new Hono<Http>();

/** The query string of a search. */
export const SearchQuery = z.strictObject({
  page: pageNumber,
  page_size: pageLimit(limits.searchRowsMax, limits.searchRowsDefault),
  cursor: Cursor.describe("next_cursor of the page before, in place of a page: the better way").optional(),
  include_children: z
    .stringbool("must be true or false")
    .default(false)
    .describe("true for what is in each, or names it as its parent: without contents"),
});

searches.post("/v2/projects/:project/search/completions", async (c) => {
  const asked = await readSearch(c, c.req.param("project"), "recording");
  return c.json(await answerPage(asked, "parent", await findCompletions(asked)));
});

searches.post("/v2/projects/:project/search/sessions", async (c) => {
  const asked = await readSearch(c, c.req.param("project"), "session");
  const page = await searchSessions(asked.deps.db, asked.projectId, asked.search);
  const rows = page.rows.map((row) => ({ id: row.id, sessionId: row.id, answer: sessionRow(row) }));
  return c.json(await answerPage(asked, "session", { ...page, rows }));
});

searches.post("/v2/projects/:project/search/traces", async (c) => {
  const asked = await readSearch(c, c.req.param("project"), "trace");
  const page = await searchTraces(asked.deps.db, asked.projectId, asked.search);
  const rows = page.rows.map((row) => ({ id: row.id, sessionId: row.sessionId, answer: traceRow(row) }));
  return c.json(await answerPage(asked, "parent", { ...page, rows }));
});

/** One search that was asked for, by somebody who may. */
interface Asked {
  deps: Deps;
  projectId: string;
  query: z.output<typeof SearchQuery>;
  search: Search;
}

/** A row of a page, as it is answered. */
interface AnsweredRow {
  id: string;
  /** Null of a trace that no post has named one for. */
  sessionId: string | null;
  answer: JsonObject;
}

async function readSearch(c: Context<Http>, project: string, entity: Entity): Promise<Asked> {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readId(project, "project"));
  const query = readQuery(c, SearchQuery);
  const cursor = query.cursor ?? null;
  const skip = cursor === null ? skippedRows(query.page, query.page_size) : 0;
  const filter = readFilter(await readCommand(c), entity);
  return { deps, projectId, query, search: { filter, limit: query.page_size, skip, cursor } };
}

async function findCompletions({ deps, projectId, search }: Asked): Promise<SearchPage<AnsweredRow>> {
  const page = await searchRecordings(deps.db, projectId, search);
  const contents = await wholeContents(page.rows, deps, "links");
  const rows = readContents(contents, (row, content) => ({ id: row.id, sessionId: row.sessionId, answer: completionRow(row, content) }));
  return { ...page, rows };
}

async function answerPage({ deps, projectId, query }: Asked, of: "session" | "parent", page: SearchPage<AnsweredRow>): Promise<JsonObject> {
  const children = query.include_children && page.rows.length > 0 ? await readChildren(deps.db, projectId, of, page.rows) : null;
  return {
    data: page.rows.map(({ id, answer }) => {
      const own = children?.get(id);
      return own === undefined ? answer : { ...answer, children: childRows(own) };
    }),
    pagination: {
      page: query.page,
      page_size: query.page_size,
      has_next: page.nextCursor !== null,
      next_cursor: page.nextCursor,
      is_complete: page.isComplete,
      searched_to: toIso(page.searchedToUs),
      not_searched: page.notSearched,
    },
  };
}
