import { type Answer, askJson, transactionsDuring } from "./collector";
import type { Scope, WireFilter } from "./search-oracle";

const idNames = { completions: "completion_id", sessions: "session_id", traces: "trace_id" };

/** One page of a search, as it is answered. */
export async function search(project: string, scope: Scope, filters: WireFilter | null, query = ""): Promise<Answer> {
  const { status, json } = await askJson("POST", `/v2/projects/${project}/search/${scope}?${query}`, { body: { filters } });
  if (status !== 200) throw new Error(JSON.stringify(json));
  return json;
}

/** The ids of a page. */
export function idsOf({ data }: Answer, scope: Scope = "completions"): string[] {
  return data.map((row: Answer) => row[idNames[scope]]);
}

/** The ids of all pages, which are gone through by their cursors or by their numbers, and how many pages there were. */
export async function searchAll(
  project: string,
  scope: Scope,
  filters: WireFilter | null,
  pageSize: number,
  isByNumber = false,
): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 1; ; page += 1) {
    const at = isByNumber || cursor === null ? `page=${page}` : `cursor=${encodeURIComponent(cursor)}`;
    const answer: Answer = await search(project, scope, filters, `page_size=${pageSize}&${at}`);
    ids.push(...idsOf(answer, scope));
    cursor = answer["pagination"].next_cursor;
    if (cursor === null) return { ids, pages: page };
  }
}

/** The rows of D1 that are read meanwhile, in all transactions. */
export async function rowsReadDuring(work: () => Promise<unknown>): Promise<number> {
  const transactions = await transactionsDuring(work);
  return transactions.flat().reduce((sum, { meta }) => sum + meta.rows_read, 0);
}
