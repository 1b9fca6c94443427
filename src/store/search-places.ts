import { limits } from "../limits";
import type { Entity, Filter } from "../model/filter";
import { recordingTime } from "./filter-fields";
import { type Bind, filterSql } from "./filter-sql";
import { decodePlace, encodePlace, type Place, type SearchStart } from "./search-cursor";
import { planSearch, type SearchPlan } from "./search-plan";
import { packedWindow, unpackRows } from "./search-statement";
import { integer, type Row, transact } from "./transact";

/** What is searched for, and which page of it. A cursor wins over rows that are to be passed over. */
export interface Search {
  filter: Filter;
  limit: number;
  skip: number;
  cursor: string | null;
}

/** One page of what a search finds. A row of the budget's end is not the end of the search: then there is a cursor, and it goes on. */
export interface SearchPage<Found> {
  rows: Found[];
  nextCursor: string | null;
  /** The time of the last row that was looked at; null where all were. */
  searchedToUs: number | null;
  /** Whether the page is what it would be without a bound on the rows that are read: full, or the last. */
  isComplete: boolean;
  /** Recordings that were looked at by their contents, and stand in the bucket, where those are not searched. */
  notSearched: number;
}

/** A row that a search came by: its place, its time to be told, and the bytes that it takes on a page. */
export interface Candidate extends Place {
  atUs: number;
  bytes: number;
}

/** Where a search stands: its plan and its beginning. @throws CollectorError `bad_request` for a cursor of another search. */
export function openSearch({ filter, skip, cursor }: Search, entity: Entity): { plan: SearchPlan; start: SearchStart } {
  const plan = planSearch(filter, entity);
  return { plan, start: cursor === null ? { after: null, skip } : decodePlace(plan.order, cursor) };
}

/**
 * The places of a page, by walking through the plan's rows newest first in growing windows, until the page is full, all is looked
 * at, or so many rows of D1 are read that a request should not read more.
 */
export async function findPlaces(db: D1Database, projectId: string, entity: Entity, search: Search): Promise<SearchPage<Candidate>> {
  const { plan, start } = openSearch(search, entity);
  const page = { limit: search.limit, skip: start.skip };
  const wanted = page.skip + page.limit + 1;
  const found: Candidate[] = [];
  let [notSearched, rowsRead, ms] = [0, 0, 0];
  let reached: Candidate | null = null;
  let window = Math.min(wanted, plan.readsMany ? limits.searchFirstRows : limits.searchWindowRows);
  const columnsOf = (bind: Bind) => `${candidateColumns(plan)}, ${passedColumn(plan)} AS is_passed, ${matchColumn(plan, bind)}`;
  const columns = { columnsOf, names: ["at_us", "bytes", "is_passed", "is_match"] };
  while (found.length < wanted) {
    const statement = packedWindow(db, projectId, plan, { after: reached ?? start.after, skip: 0, limit: window }, columns);
    const [result] = await transact(db, [statement]);
    const rows = unpackRows(result?.results ?? []);
    found.push(...rows.filter((row) => row["is_match"] === 1).map(toCandidate));
    notSearched += rows.filter((row) => row["is_passed"] === 1).length;
    if (rows.length < window) return toPage(found, plan, page, { reached: null, notSearched });
    reached = toCandidate(rows.at(-1) ?? {});
    rowsRead += result?.meta.rows_read ?? 0;
    ms += result?.meta.duration ?? 0;
    // As many more as may be looked at, if each takes what these took.
    const left = Math.floor(((limits.searchedRowsMax - rowsRead) * rows.length) / Math.max(1, result?.meta.rows_read ?? 0));
    if (ms > limits.searchedMs || left < 1) break;
    window = Math.min(window * 2, limits.searchWindowRows, left);
  }
  return toPage(found, plan, page, { reached, notSearched });
}

/** What is read of a row to make a candidate of it, beside its place. */
export function candidateColumns({ entity, order }: SearchPlan): string {
  if (entity === "recording") return `${order === "time" ? recordingTime : "r.received_us"} AS at_us, r.content_bytes AS bytes`;
  if (entity === "session") return "s.created_us AS at_us, octet_length(s.metadata) AS bytes";
  return "t.created_us AS at_us, octet_length(t.fields) + octet_length(t.metadata) + octet_length(t.feedback) + octet_length(t.evaluations) AS bytes";
}

/** Whether a row meets what the plan's index does not answer, as `is_match`. CASE looks at no more of a filter than it must. */
export function matchColumn({ entity, rest }: SearchPlan, bind: Bind): string {
  return `CASE WHEN ${filterSql({ and: rest }, entity, bind)} THEN 1 ELSE 0 END AS is_match`;
}

/** A row of `candidateColumns` and its place. */
export function toCandidate(row: Row): Candidate {
  const key = row["place_key"];
  const us = row["place_us"];
  return {
    us: typeof us === "number" ? us : null,
    key: typeof key === "string" ? key : integer(row, "place_key"),
    atUs: integer(row, "at_us"),
    bytes: integer(row, "bytes"),
  };
}

/**
 * The page of what was found, from the beginning on, in order. It ends early where it would hold over `limits.pageBytesMax`.
 * `reached` is the last row that was looked at, or null where there is none behind.
 */
export function toPage(
  found: Candidate[],
  { order }: SearchPlan,
  { limit, skip }: Pick<Search, "limit" | "skip">,
  { reached, notSearched }: { reached: Candidate | null; notSearched: number },
): SearchPage<Candidate> {
  const rows = fitting(found.slice(skip, skip + limit));
  const last = rows.at(-1);
  const isFull = last !== undefined && found.length > skip + rows.length;
  if (isFull) return { rows, nextCursor: encodePlace(order, last), searchedToUs: last.atUs, isComplete: true, notSearched };
  if (reached === null) return { rows, nextCursor: null, searchedToUs: null, isComplete: true, notSearched };
  const nextCursor = encodePlace(order, reached, Math.max(0, skip - found.length));
  return { rows, nextCursor, searchedToUs: reached.atUs, isComplete: false, notSearched };
}

function passedColumn({ entity, readsContents }: SearchPlan): string {
  return entity === "recording" && readsContents ? "(r.payload IS NOT NULL)" : "0";
}

/** As many of the first as a page has room for. */
export function fitting<Found extends Pick<Candidate, "bytes">>(rows: Found[]): Found[] {
  let total = 0;
  const end = rows.findIndex(({ bytes }, index) => {
    total += bytes;
    return index > 0 && total > limits.pageBytesMax;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
