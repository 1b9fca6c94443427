import type { Batch, BatchName, BatchState } from "../model/batch";
import type { ExportSelection } from "../model/destination";
import type { Page } from "../model/recording";
import { readBatchJson } from "./batch-json";
import { decodeCursor, encodeCursor } from "./cursor";
import { integer, integerOrNull, type Row, selectRows, text, textOrNull, transact } from "./transact";

/** The columns of a batch, for `toBatch`. */
export const batchColumns = `destination, generation, from_seq, to_seq, state, selection, parts, changes, oldest_us, attempts, faults, last_error, cut_us,
  due_us, lease_until_us, written_us, manifest`;

/** A range to be cut, as `chooseRanges` chose it. */
export type NewBatch = Pick<Batch, "fromSeq" | "toSeq" | "parts" | "changes" | "oldestUs">;

/**
 * Cuts a destination's next batches and moves its cursor behind them, if it still stands where it stood when they were chosen:
 * compare-and-set, so two at once never cut one range twice, nor leave a hole. Null where another was first, or it is paused.
 */
export async function insertBatches(
  db: D1Database,
  cursor: { destination: string; generation: string; fromSeq: number; toSeq: number; selection: ExportSelection },
  batches: NewBatch[],
  nowUs: number,
): Promise<Batch[] | null> {
  const { destination, generation, fromSeq, toSeq, selection } = cursor;
  const stands = "id = ?1 AND generation = ?2 AND cursor_seq = ?3 AND paused = 0";
  const rows = batches.map((batch) => [batch.fromSeq, batch.toSeq, batch.parts, batch.changes, batch.oldestUs]);
  const [inserted, moved] = await transact(db, [
    db
      .prepare(
        `INSERT INTO batches (destination, generation, from_seq, to_seq, state, selection, parts, changes, oldest_us, cut_us, due_us)
         SELECT ?1, ?2, value ->> 0, value ->> 1, 'cut', ?4, value ->> 2, value ->> 3, value ->> 4, ?5, ?5 FROM json_each(?6)
         WHERE EXISTS (SELECT 1 FROM destinations WHERE ${stands}) RETURNING ${batchColumns}`,
      )
      .bind(destination, generation, fromSeq, JSON.stringify(selection), nowUs, JSON.stringify(rows)),
    db.prepare(`UPDATE destinations SET cursor_seq = ?4 WHERE ${stands} RETURNING id`).bind(destination, generation, fromSeq, toSeq),
  ]);
  if (moved?.results.length !== 1) return null;
  return (inserted?.results ?? []).map(toBatch).toSorted((a, b) => a.fromSeq - b.fromSeq);
}

/** One batch by its name's parts, or null. */
export async function findBatch(db: D1Database, name: BatchName): Promise<Batch | null> {
  const statement = db.prepare(`SELECT ${batchColumns} FROM batches ${isNamed} AND to_seq = ?4`);
  const [row] = await selectRows(db, bindName(statement, name, name.toSeq));
  return row === undefined ? null : toBatch(row);
}

/** A page of a destination's batches of one generation, the newest first, of one state where it is named. */
export async function listBatches(
  db: D1Database,
  destination: { id: string; generation: string },
  query: { state: BatchState | null; limit: number; cursor: string | null },
): Promise<Page<Batch>> {
  const { state, limit, cursor } = query;
  const before = cursor === null ? Number.MAX_SAFE_INTEGER : decodeCursor(cursor);
  const statement = db.prepare(`
    SELECT ${batchColumns} FROM batches WHERE destination = ?1 AND generation = ?2 AND from_seq < ?3 AND (?4 IS NULL OR state = ?4)
    ORDER BY from_seq DESC LIMIT ?5 + 1`);
  const found = (await selectRows(db, statement.bind(destination.id, destination.generation, before, state, limit))).map(toBatch);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, nextCursor: found.length > limit && last !== undefined ? encodeCursor(last.fromSeq) : null };
}

/** One run of a destination over the log. */
export interface Generation {
  generation: string;
  batches: number;
  open: number;
  dead: number;
  fromSeq: number;
  toSeq: number;
  /** When its first batch was cut; null before. */
  cutUs: number | null;
}

/** A destination's runs over the log, the newest first, up to `limit`. */
export async function listGenerations(db: D1Database, destination: string, limit: number): Promise<Generation[]> {
  const statement = db.prepare(`
    SELECT generation, count(*) AS batches, sum(state = 'cut') AS open, sum(state = 'dead') AS dead, min(from_seq) AS from_seq,
      max(to_seq) AS to_seq, min(cut_us) AS cut_us FROM batches WHERE destination = ?1 GROUP BY generation ORDER BY min(cut_us) DESC LIMIT ?2`);
  return (await selectRows(db, statement.bind(destination, limit))).map((row) => ({
    generation: text(row, "generation"),
    batches: integer(row, "batches"),
    open: integer(row, "open"),
    dead: integer(row, "dead"),
    fromSeq: integer(row, "from_seq"),
    toSeq: integer(row, "to_seq"),
    cutUs: integer(row, "cut_us"),
  }));
}

/** The `WHERE` of one batch by its key, and what binds it: further values are ?4 and on. */
export const isNamed = "WHERE destination = ?1 AND generation = ?2 AND from_seq = ?3";

/** Binds `isNamed`. */
export function bindName(statement: D1PreparedStatement, name: BatchName, ...more: (string | number | null)[]): D1PreparedStatement {
  return statement.bind(name.destination, name.generation, name.fromSeq, ...more);
}

/** A row of `batchColumns`. */
export function toBatch(row: Row): Batch {
  return {
    destination: text(row, "destination"),
    generation: text(row, "generation"),
    fromSeq: integer(row, "from_seq"),
    toSeq: integer(row, "to_seq"),
    state: text(row, "state") as BatchState,
    ...readBatchJson(row),
    changes: integer(row, "changes"),
    oldestUs: integer(row, "oldest_us"),
    attempts: integer(row, "attempts"),
    faults: integer(row, "faults"),
    lastError: textOrNull(row, "last_error"),
    cutUs: integer(row, "cut_us"),
    dueUs: integer(row, "due_us"),
    leaseUntilUs: integer(row, "lease_until_us"),
    writtenUs: integerOrNull(row, "written_us"),
  };
}
