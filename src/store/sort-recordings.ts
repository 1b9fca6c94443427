import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { KeptContent } from "../model/recording";
import { wrongCursor } from "./cursor";
import { latencyUs } from "./filter-fields";
import type { Bind } from "./filter-sql";
import { toKept } from "./kept-contents";
import type { Place } from "./search-cursor";
import { candidateColumns, fitting, matchColumn, type Search, type SearchPage, toCandidate } from "./search-places";
import { planSearch, type SearchPlan } from "./search-plan";
import { rowsAt } from "./search-recordings";
import { packedWindow, unpackRows } from "./search-statement";
import { integer, integerOrNull, selectRows } from "./transact";

/** What recordings may be sorted by, the highest first. */
export const sortKeys = ["cost", "latency"] as const;
export type SortKey = (typeof sortKeys)[number];

const values: Record<SortKey, string> = {
  cost: "r.cost_nano_usd",
  latency: latencyUs,
};

/** A recording that is sorted: what by, in nano-dollars or microseconds, where it is known, and where it stands in the log. */
interface Sorted {
  value: number | null;
  seq: number;
  bytes: number;
}

/**
 * A page of the recordings that a filter finds, the highest first, those without a value last, and of equals the newest first. No
 * index is in such an order: so all that the filter's index leaves is looked at, for each page.
 * @throws CollectorError `bad_request` where that is more than `limits.sortedRowsMax`; for a cursor that is not of such a list.
 */
export async function sortRecordings(
  db: D1Database,
  projectId: string,
  { filter, limit, cursor }: Omit<Search, "skip">,
  key: SortKey,
): Promise<SearchPage<KeptContent>> {
  const after = cursor === null ? null : decodeSorted(cursor);
  const all = (await readAll(db, projectId, planSearch(filter, "recording"), key)).toSorted(compare);
  const behind = after === null ? all : all.filter((one) => compare(one, after) > 0);
  const found = fitting(behind.slice(0, limit));
  const last = found.at(-1);
  const hasNext = last !== undefined && behind.length > found.length;
  const rows = await rowsAt(
    db,
    found.map(({ seq }) => seq),
  );
  const nextCursor = hasNext ? encodeSorted(last) : null;
  return { rows: await toKept(db, rows, "pass"), nextCursor, searchedToUs: null, isComplete: true, notSearched: 0 };
}

async function readAll(db: D1Database, projectId: string, plan: SearchPlan, key: SortKey): Promise<Sorted[]> {
  const columnsOf = (bind: Bind) => `${candidateColumns(plan)}, ${values[key]} AS sorted_by, ${matchColumn(plan, bind)}`;
  const columns = { columnsOf, names: ["at_us", "bytes", "sorted_by", "is_match"] };
  const found: Sorted[] = [];
  let after: Place | null = null;
  for (let looked = 0; looked <= limits.sortedRowsMax; looked += limits.searchWindowRows) {
    const statement = packedWindow(db, projectId, plan, { after, skip: 0, limit: limits.searchWindowRows }, columns);
    const rows = unpackRows(await selectRows(db, statement));
    for (const row of rows.filter((one) => one["is_match"] === 1)) {
      found.push({ value: integerOrNull(row, "sorted_by"), seq: integer(row, "place_key"), bytes: toCandidate(row).bytes });
    }
    if (rows.length < limits.searchWindowRows) return found;
    after = toCandidate(rows.at(-1) ?? {});
  }
  const message = `takes at most ${limits.sortedRowsMax} recordings: name a session, a trace, a test run, or a shorter time`;
  throw new CollectorError("bad_request", `The list cannot be sorted: sort ${message}.`, { issues: [{ path: "sort", message }] });
}

function compare(one: Pick<Sorted, "value" | "seq">, other: Pick<Sorted, "value" | "seq">): number {
  const [a, b] = [one.value ?? -1, other.value ?? -1];
  return b - a || other.seq - one.seq;
}

/** Its place in the order, as an opaque text. */
function encodeSorted({ value, seq }: Sorted): string {
  return `v${value === null ? "" : value.toString(36)}.${seq.toString(36)}`;
}

function decodeSorted(cursor: string): Pick<Sorted, "value" | "seq"> {
  const [, value, seq = ""] = /^v([0-9a-z]{0,11})\.([0-9a-z]{1,11})$/.exec(cursor) ?? [];
  if (value === undefined) throw wrongCursor();
  return { value: value === "" ? null : Number.parseInt(value, 36), seq: Number.parseInt(seq, 36) };
}
