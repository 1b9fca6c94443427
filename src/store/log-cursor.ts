import { headSeq } from "./log";
import { integer, selectRows } from "./transact";

/** Readers of the log beside the exports, each with a cursor of its own. */
type LogReader = "ledger" | "metrics" | "runs";

/** Where a reader stands in the log, as SQL. */
export function cursorSeq(reader: LogReader): string {
  return `(SELECT seq FROM cursors WHERE name = '${reader}')`;
}

/** How much of the log a reader has read, and where the log ends. */
export async function cursorPlace(db: D1Database, reader: LogReader): Promise<{ seq: number; headSeq: number }> {
  const [row] = await selectRows(db, db.prepare(`SELECT ${cursorSeq(reader)} AS seq, ${headSeq} AS head`));
  return row === undefined ? { seq: 0, headSeq: 0 } : { seq: integer(row, "seq"), headSeq: integer(row, "head") };
}

/** The statement that moves a reader on, if it still stands where its range begins: then it returns a row. */
export function moveCursor(db: D1Database, reader: LogReader, fromSeq: number, toSeq: number): D1PreparedStatement {
  return db.prepare(`UPDATE cursors SET seq = ?2 WHERE name = '${reader}' AND seq = ?1 RETURNING seq`).bind(fromSeq, toSeq);
}
