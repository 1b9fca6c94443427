import { limits } from "../limits";
import { cursorPlace, cursorSeq, moveCursor } from "./log-cursor";
import { notePosition, sweepPosition } from "./sweeps";
import { type Row, selectRows, text, transact } from "./transact";

/** The beginning of the UTC hour of a column of microseconds, as SQL. */
export const hourUs = "received_us - received_us % 3600000000";

/**
 * Every recording that was made in a range of the log, as SQL: those that are there, and of those that were deleted since, what
 * the deletion says of them. `where` bounds both.
 */
export function madeBetween(from: string, to: string, where: string): string {
  return `SELECT project_id, received_us FROM recordings NOT INDEXED WHERE seq > ${from} AND seq <= ${to} AND ${where}
    UNION ALL SELECT project_id, received_us FROM changes
    WHERE seq > ${from} AND kind = 'deleted' AND made_seq > ${from} AND made_seq <= ${to} AND ${where}`;
}

/** Where the ledger stands in the log, as SQL. */
export const ledgerSeq = cursorSeq("ledger");

/** How much of the log is in the ledger, and where the log ends. */
export async function ledgerPlace(db: D1Database): Promise<{ seq: number; headSeq: number }> {
  return await cursorPlace(db, "ledger");
}

/** Adds a range of the log to the ledger, if it still stands where the range begins: compare-and-set, in one transaction. Answers whether it did. */
export async function rollUpRange(db: D1Database, fromSeq: number, toSeq: number): Promise<boolean> {
  const [, moved] = await transact(db, [
    db
      .prepare(
        `INSERT INTO ledger (project_id, hour_us, entry, count)
         SELECT project_id, ${hourUs} AS hour_us, 'stored', count(*) FROM (${madeBetween("?1", "?2", "true")})
         WHERE ${ledgerSeq} = ?1 GROUP BY 1, 2
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      )
      .bind(fromSeq, toSeq),
    moveCursor(db, "ledger", fromSeq, toSeq),
  ]);
  return moved?.results.length === 1;
}

/** A place in the order of `duplicates`, which is that of its key. */
type DuplicatePlace = [projectId: string, recordingId: string, receipt: string];

/** No id holds a tilde, and all its characters come before. */
const behindAll: DuplicatePlace = ["~", "", ""];

/**
 * Moves repeated deliveries of before a time from rows of their own into the ledger, looking at the next of them in the order of
 * their key: where they end it begins anew. What is counted is removed in the same transaction, so that two at once count it once.
 * Answers of how many.
 */
export async function rollUpDuplicates(db: D1Database, beforeUs: number): Promise<number> {
  const position = await sweepPosition(db, "duplicates");
  const after = position === "" ? ["", "", ""] : (JSON.parse(position) as DuplicatePlace);
  const behind = "(project_id, recording_id, receipt) > (?1, ?2, ?3)";
  const last = db.prepare(`SELECT project_id, recording_id, receipt FROM duplicates WHERE ${behind}
    ORDER BY project_id, recording_id, receipt LIMIT 1 OFFSET ${limits.duplicatesPerStep - 1}`);
  const [end] = (await selectRows(db, last.bind(...after))).map(toPlace);
  // Where fewer are left all of them are looked at, and the next step begins at the beginning.
  const within = `${behind} AND (project_id, recording_id, receipt) <= (?4, ?5, ?6) AND received_us < ?7`;
  const bound = [...after, ...(end ?? behindAll), beforeUs];
  const count = (entry: string, where: string) =>
    db
      .prepare(
        `INSERT INTO ledger (project_id, hour_us, entry, count)
         SELECT project_id, ${hourUs} AS hour_us, '${entry}', count(*) FROM duplicates WHERE ${within} AND ${where} GROUP BY 1, 2
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      )
      .bind(...bound);
  const [, , removed] = await transact(db, [
    count("duplicate", "differs IS NOT NULL"),
    count("differing", "differs = 1"),
    db.prepare(`DELETE FROM duplicates WHERE ${within}`).bind(...bound),
    notePosition(db, "duplicates", JSON.stringify(end ?? ["", "", ""])),
  ]);
  return removed?.meta.changes ?? 0;
}

function toPlace(row: Row): DuplicatePlace {
  return [text(row, "project_id"), text(row, "recording_id"), text(row, "receipt")];
}
