import { limits } from "../limits";
import type { Batch, BatchName, Manifest } from "../model/batch";
import type { Destination } from "../model/destination";
import { batchColumns, bindName, isNamed, toBatch } from "./batches";
import { destinationColumns, toDestination } from "./destinations";
import { selectRows, transact } from "./transact";

/** Two clocks may differ by so much: a batch that is due on the cron's is due on a consumer's. */
const skewUs = 1e6;

/**
 * Takes a batch for one attempt: nobody else may until the lease ends. Null where it is not waiting, not due, another's, or its
 * destination is held or paused. An attempt whose consumer never came back counts as a fault.
 */
export async function claimBatch(
  db: D1Database,
  name: BatchName,
  nowUs: number,
  leaseUntilUs: number,
): Promise<{ batch: Batch; destination: Destination } | null> {
  const claim = db.prepare(`
    UPDATE batches SET attempts = attempts + 1, faults = faults + (lease_until_us > 0), lease_until_us = ?6
    ${isNamed} AND to_seq = ?4 AND state = 'cut' AND lease_until_us <= ?5 AND due_us <= ?5 + ${skewUs}
      AND EXISTS (SELECT 1 FROM destinations AS d WHERE d.id = ?1 AND d.paused = 0 AND d.held_until_us <= ?5 + ${skewUs})
    RETURNING ${batchColumns}`);
  const [claimed, found] = await transact(db, [
    bindName(claim, name, name.toSeq, nowUs, leaseUntilUs),
    db.prepare(`SELECT ${destinationColumns} FROM destinations WHERE id = ?1`).bind(name.destination),
  ]);
  const [batch] = claimed?.results ?? [];
  const [destination] = found?.results ?? [];
  return batch === undefined || destination === undefined ? null : { batch: toBatch(batch), destination: toDestination(destination) };
}

/** Makes a lease longer. Answers false where it is another's by now, or the batch no longer waits. */
export async function renewLease(db: D1Database, batch: Batch, leaseUntilUs: number): Promise<boolean> {
  const statement = db.prepare(
    `UPDATE batches SET lease_until_us = ?5 ${isNamed} AND state = 'cut' AND lease_until_us = ?4 RETURNING from_seq`,
  );
  return (await selectRows(db, bindName(statement, batch, batch.leaseUntilUs, leaseUntilUs))).length === 1;
}

/** Records what a batch became; the destination is well again. What was written stays as it is, and what was superseded meanwhile is written all the same. */
export async function markWritten(db: D1Database, batch: Batch, manifest: Manifest, nowUs: number): Promise<void> {
  const statement = db.prepare(`
    UPDATE batches SET state = 'written', written_us = ?4, manifest = ?5, last_error = NULL, faults = 0, lease_until_us = 0
    ${isNamed} AND state IN ('cut', 'superseded')`);
  await transact(db, [
    bindName(statement, batch, nowUs, JSON.stringify(manifest)),
    db
      .prepare("UPDATE destinations SET failures = 0, held_until_us = 0 WHERE id = ?1 AND (failures > 0 OR held_until_us > 0)")
      .bind(batch.destination),
  ]);
}

/** What an attempt failed by. */
export interface Failure {
  reason: string;
  dueUs: number;
  /** Until then nothing else of the destination is tried; null where the fault is not the destination's. */
  heldUntilUs: number | null;
}

/** Puts a batch off to a later attempt, and its destination with it; neither where the batch no longer waits, or is another's by now. */
export async function postponeBatch(db: D1Database, batch: Batch, failure: Failure): Promise<void> {
  const { reason, dueUs, heldUntilUs } = failure;
  const isHeld = `${isNamed} AND state = 'cut' AND lease_until_us = ?4`;
  const hold = db.prepare(`
    UPDATE destinations SET failures = failures + 1, held_until_us = max(held_until_us, ?5)
    WHERE id = ?1 AND ?5 IS NOT NULL AND EXISTS (SELECT 1 FROM batches ${isHeld})`);
  const postpone = db.prepare(`
    UPDATE batches SET last_error = ?5, due_us = ?6, lease_until_us = 0, faults = iif(?7, faults + 1, 0) ${isHeld}`);
  await transact(db, [
    bindName(hold, batch, batch.leaseUntilUs, heldUntilUs),
    bindName(postpone, batch, batch.leaseUntilUs, reason, dueUs, heldUntilUs === null ? 1 : 0),
  ]);
}

/** Parks a batch that no further attempt would mend, with the reason. Others of its destination go on. */
export async function parkBatch(db: D1Database, batch: Batch, reason: string): Promise<void> {
  const statement = db.prepare(
    `UPDATE batches SET state = 'dead', last_error = ?5, lease_until_us = 0 ${isNamed} AND state = 'cut' AND lease_until_us = ?4`,
  );
  await transact(db, [bindName(statement, batch, batch.leaseUntilUs, reason)]);
}

/** Has a dead or waiting batch tried at once, whatever its destination is held for. Null where it neither waits nor is dead. */
export async function reviveBatch(db: D1Database, name: BatchName, nowUs: number): Promise<Batch | null> {
  const [revived] = await transact(db, [
    bindName(
      db.prepare(
        `UPDATE batches SET state = 'cut', faults = 0, due_us = ?4 ${isNamed} AND to_seq = ?5 AND state IN ('cut', 'dead') RETURNING ${batchColumns}`,
      ),
      name,
      nowUs,
      name.toSeq,
    ),
    db.prepare("UPDATE destinations SET failures = 0, held_until_us = 0 WHERE id = ?1").bind(name.destination),
  ]);
  const [row] = revived?.results ?? [];
  return row === undefined ? null : toBatch(row);
}

/** Takes the batches that were due before a time and that nobody has; they are due now. Those of held and paused destinations wait. */
export async function takeOverdueBatches(db: D1Database, dueBeforeUs: number, nowUs: number): Promise<Batch[]> {
  const statement = db.prepare(`
    UPDATE batches SET due_us = ?2 WHERE (destination, generation, from_seq) IN
      (SELECT b.destination, b.generation, b.from_seq FROM destinations AS d CROSS JOIN batches AS b ON b.destination = d.id
       WHERE d.paused = 0 AND d.held_until_us <= ?2 AND b.state = 'cut' AND b.due_us <= ?1 AND b.lease_until_us <= ?2
       ORDER BY b.due_us LIMIT ${limits.batchesSentMax})
    RETURNING ${batchColumns}`);
  return (await selectRows(db, statement.bind(dueBeforeUs, nowUs))).map(toBatch);
}
