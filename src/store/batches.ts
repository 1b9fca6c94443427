import { limits } from "../limits";
import type { Batch, BatchObject } from "../model/batch";
import { integer, integerOrNull, type Row, selectRows, text, transact } from "./transact";

const columns =
  "destination, generation, from_seq, to_seq, state, attempts, cut_us, written_us, object_key, object_lines, object_bytes, object_sha256";

/** How large a batch is, and how old its oldest change must be to be cut while it is smaller. Null: full ones alone. */
export interface CutRule {
  changes: number;
  committedBeforeUs: number | null;
}

/**
 * Cuts the next batch of a destination if one is due: full in changes or in bytes, or old enough. One statement,
 * and D1 has one writer, so two callers at once never cut the same range, nor leave a hole.
 */
export async function cutBatch(db: D1Database, destination: string, rule: CutRule, nowUs: number): Promise<Batch | null> {
  const statement = db.prepare(`
    WITH cursor AS (
      SELECT id, generation, coalesce((SELECT to_seq FROM batches AS b WHERE b.destination = d.id AND b.generation = d.generation
        ORDER BY from_seq DESC LIMIT 1), 0) AS seq FROM destinations AS d WHERE id = ?1),
    entries AS (
      SELECT * FROM (SELECT seq, content_bytes AS bytes, received_us AS at FROM recordings WHERE seq > (SELECT seq FROM cursor) ORDER BY seq LIMIT ?2)
      UNION ALL
      SELECT * FROM (SELECT seq, line_bytes, changed_us FROM changes WHERE seq > (SELECT seq FROM cursor) ORDER BY seq LIMIT ?2)),
    placed AS (SELECT seq, at, row_number() OVER log AS place, sum(bytes) OVER log AS bytes FROM entries WINDOW log AS (ORDER BY seq)),
    chosen AS (
      SELECT max(seq) AS to_seq, min(at) AS oldest, count(*) AS n, (SELECT count(*) FROM placed) AS waiting
      FROM placed WHERE place <= ?2 AND (place = 1 OR bytes <= ${limits.batchBytesMax}))
    INSERT INTO batches (destination, generation, from_seq, to_seq, state, cut_us, sent_us)
    SELECT id, generation, seq, to_seq, 'cut', ?4, ?4 FROM cursor, chosen
    WHERE n > 0 AND (n = ?2 OR n < waiting OR oldest <= ?3)
    ON CONFLICT DO NOTHING RETURNING ${columns}`);
  const [row] = await selectRows(db, statement.bind(destination, rule.changes, rule.committedBeforeUs ?? -1, nowUs));
  return row === undefined ? null : toBatch(row);
}

/** One batch by its name's parts, or null. */
export async function findBatch(
  db: D1Database,
  name: Pick<Batch, "destination" | "generation" | "fromSeq" | "toSeq">,
): Promise<Batch | null> {
  const statement = db.prepare(
    `SELECT ${columns} FROM batches WHERE destination = ?1 AND generation = ?2 AND from_seq = ?3 AND to_seq = ?4`,
  );
  const [row] = await selectRows(db, statement.bind(name.destination, name.generation, name.fromSeq, name.toSeq));
  return row === undefined ? null : toBatch(row);
}

/** The newest batches of a destination, the newest first, from before a place in the log. */
export async function listBatches(db: D1Database, destination: string, beforeSeq: number, limit: number): Promise<Batch[]> {
  const statement = db.prepare(`
    SELECT ${columns} FROM batches WHERE destination = ?1 AND generation = (SELECT generation FROM destinations WHERE id = ?1)
    AND from_seq < ?2 ORDER BY from_seq DESC LIMIT ?3`);
  return (await selectRows(db, statement.bind(destination, beforeSeq, limit))).map(toBatch);
}

/** Counts one more attempt to write a batch. */
export async function countAttempt(db: D1Database, batch: Batch): Promise<void> {
  await transact(db, [bindKey(db.prepare(`UPDATE batches SET attempts = attempts + 1 ${whereOpen}`), batch)]);
}

/** Records what a batch became; null for a range that holds nothing any more. A batch that is written stays as it is. */
export async function markWritten(db: D1Database, batch: Batch, object: BatchObject | null, nowUs: number): Promise<void> {
  const statement = db.prepare(`
    UPDATE batches SET state = 'written', written_us = ?4, object_key = ?5, object_lines = ?6, object_bytes = ?7, object_sha256 = ?8 ${whereOpen}`);
  await transact(db, [
    bindKey(statement, batch, nowUs, object?.key ?? null, object?.lines ?? null, object?.bytes ?? null, object?.sha256 ?? null),
  ]);
}

/** Takes the batches whose message was sent before a time and that are still not written; their time is now. */
export async function takeOverdueBatches(db: D1Database, sentBeforeUs: number, nowUs: number): Promise<Batch[]> {
  const statement = db.prepare(`
    UPDATE batches SET sent_us = ?2 WHERE (destination, generation, from_seq) IN
      (SELECT destination, generation, from_seq FROM batches WHERE state = 'cut' AND sent_us <= ?1 ORDER BY sent_us LIMIT ${limits.batchesCutMax})
    RETURNING ${columns}`);
  return (await selectRows(db, statement.bind(sentBeforeUs, nowUs))).map(toBatch);
}

const whereOpen = "WHERE destination = ?1 AND generation = ?2 AND from_seq = ?3 AND state = 'cut'";

function bindKey(statement: D1PreparedStatement, batch: Batch, ...more: (string | number | null)[]): D1PreparedStatement {
  return statement.bind(batch.destination, batch.generation, batch.fromSeq, ...more);
}

function toBatch(row: Row): Batch {
  return {
    destination: text(row, "destination"),
    generation: text(row, "generation"),
    fromSeq: integer(row, "from_seq"),
    toSeq: integer(row, "to_seq"),
    state: text(row, "state") as Batch["state"],
    attempts: integer(row, "attempts"),
    cutUs: integer(row, "cut_us"),
    writtenUs: integerOrNull(row, "written_us"),
    object: row["object_key"] === null ? null : toObject(row),
  };
}

function toObject(row: Row): BatchObject {
  return {
    key: text(row, "object_key"),
    lines: integer(row, "object_lines"),
    bytes: integer(row, "object_bytes"),
    sha256: text(row, "object_sha256"),
  };
}
