import { limits } from "../limits";
import { type Refusal, type RefusalCount, unknownProject } from "../model/refusal";
import { integer, type Row, text, transact } from "./transact";

/** What one isolate gathered, under a name of its own: the same flush a second time changes nothing. */
export interface RefusalFlush {
  flush: string;
  flushedUs: number;
  counts: RefusalCount[];
  /** Those whose ids are known, the oldest first. */
  refused: (Refusal & { id: string })[];
}

/** What a row holds of one refused recording. */
type Entry = [id: string, code: string, requestId: string, atUs: number, paths: string[]];

/** Adds a flush to the ledger and to the refused ids of its projects, of which the newest stay. */
export async function insertRefusals(db: D1Database, { flush, flushedUs, counts, refused }: RefusalFlush): Promise<void> {
  const byProject = Map.groupBy(refused, ({ projectId }) => projectId);
  // One row is always written: it says that this flush is in the ledger.
  if (!byProject.has(unknownProject)) byProject.set(unknownProject, []);
  const rows = [...byProject].map(([projectId, entries]) => [projectId, entries.length, entries.map(toEntry)]);
  const ledger = counts.map(({ projectId, hourUs, code, count }) => [projectId, hourUs, `rejected:${code}`, count]);
  await transact(db, [
    db
      .prepare(
        `INSERT INTO ledger (project_id, hour_us, entry, count)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)
         WHERE NOT EXISTS (SELECT 1 FROM refusals WHERE project_id = ?2 AND flushed_us = ?3 AND flush = ?4)
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      )
      .bind(JSON.stringify(ledger), unknownProject, flushedUs, flush),
    db
      .prepare(
        `INSERT INTO refusals (project_id, flushed_us, flush, count, entries)
         SELECT value ->> 0, ?2, ?3, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(rows), flushedUs, flush),
    trim(db, [...byProject.keys()]),
  ]);
}

/** Forgets the rows behind those that hold a project's newest ids. */
function trim(db: D1Database, projectIds: string[]): D1PreparedStatement {
  const newerFirst = "PARTITION BY project_id ORDER BY flushed_us DESC, flush DESC";
  return db
    .prepare(
      `DELETE FROM refusals WHERE (project_id, flushed_us, flush) IN
       (SELECT project_id, flushed_us, flush FROM (
         SELECT project_id, flushed_us, flush, row_number() OVER (${newerFirst}) AS place,
           sum(count) OVER (${newerFirst} ROWS UNBOUNDED PRECEDING) - count AS newer
         FROM refusals WHERE project_id IN (SELECT value FROM json_each(?1)))
        WHERE newer >= ${limits.refusedIdsMax} OR place > ${limits.refusedIdsMax})`,
    )
    .bind(JSON.stringify(projectIds));
}

/** The statement of the newest refusals of one id of a project, the newest first. */
export function selectRefusals(db: D1Database, projectId: string, id: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT entry.value AS entry, entry.value ->> 3 AS at_us FROM refusals CROSS JOIN json_each(entries) AS entry
       WHERE project_id = ?1 AND entry.value ->> 0 = ?2 ORDER BY flushed_us DESC, at_us DESC LIMIT ${limits.refusalsShown}`,
    )
    .bind(projectId, id);
}

/** A row of `selectRefusals`. */
export function toRefusal(row: Row, projectId: string): Refusal & { id: string } {
  const [id, code, requestId, , paths] = JSON.parse(text(row, "entry")) as Entry;
  return { projectId, id, code: code as Refusal["code"], requestId, atUs: integer(row, "at_us"), paths };
}

function toEntry({ id, code, requestId, atUs, paths }: Refusal & { id: string }): Entry {
  return [id, code, requestId, atUs, paths];
}
