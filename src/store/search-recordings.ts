import { limits } from "../limits";
import type { KeptContent } from "../model/recording";
import { contentColumns, toKept } from "./kept-contents";
import { headColumns } from "./recording-row";
import { candidateColumns, findPlaces, openSearch, type Search, type SearchPage, toCandidate, toPage } from "./search-places";
import { windowStatement } from "./search-statement";
import { integer, type Row, selectRows } from "./transact";

/**
 * A page of the project's recordings that a filter finds, newest first: by commit, or by time where the filter has a range of it.
 * Where an index answers the whole filter, rows come with it; else they are looked at first, and then those that are meant are read.
 * @throws CollectorError `bad_request` for a cursor that is not of such a search.
 */
export async function searchRecordings(db: D1Database, projectId: string, search: Search): Promise<SearchPage<KeptContent>> {
  const { plan, start } = openSearch(search, "recording");
  if (plan.rest.length > 0) {
    const page = await findPlaces(db, projectId, "recording", search);
    return {
      ...page,
      rows: await toKept(
        db,
        await rowsAt(
          db,
          page.rows.map(({ key }) => Number(key)),
        ),
        "pass",
      ),
    };
  }
  const columns = () => `${candidateColumns(plan)}, ${headColumns}, ${smallContents(search.limit + 1)}`;
  // One row more than the page tells whether there is a next.
  const rows = await selectRows(db, windowStatement(db, projectId, plan, { ...start, limit: search.limit + 1 }, columns));
  const page = toPage(rows.map(toCandidate), plan, { limit: search.limit, skip: 0 }, { reached: null, notSearched: 0 });
  return { ...page, rows: await toKept(db, rows.slice(0, page.rows.length), "pass") };
}

/** The columns of contents for a page of so many rows. Large ones, of which the most rows would not fit, are fetched once it is known that they do. */
function smallContents(rowsMax: number): string {
  return contentColumns(Math.floor(limits.pageBytesMax / rowsMax));
}

/** Rows by their places in the log, in the order of these. */
export async function rowsAt(db: D1Database, seqs: number[]): Promise<Row[]> {
  if (seqs.length === 0) return [];
  const statement = db.prepare(
    `SELECT ${headColumns}, ${smallContents(seqs.length)} FROM recordings WHERE seq IN (SELECT value FROM json_each(?1))`,
  );
  const rows = new Map((await selectRows(db, statement.bind(JSON.stringify(seqs)))).map((row) => [integer(row, "seq"), row]));
  return seqs.map((seq) => rows.get(seq)).filter((row) => row !== undefined);
}
