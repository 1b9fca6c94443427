import { limits } from "../limits";
import type { Batch, BatchName, Manifest } from "../model/batch";
import type { Destination } from "../model/destination";
import { batchColumns, bindName, isNamed, toBatch } from "./batches";
import { destinationColumns, toDestination } from "./destinations";
import { integer, type Row, selectRows, text, transact, transactPatiently } from "./transact";

/** Two clocks may differ by so much: a batch that is due on the cron's is due on a consumer's. */
const skewUs = 1e6;

/**
 * Takes a batch for one attempt: nobody else may until the lease ends. Null where it is not waiting, not due, another's, or its
 * destination is held or paused. A lease is told by its microseconds, so that a claim whose answer was lost is made again, and is
 * the same one. An attempt whose consumer never came back counts as a fault: something in the batch may have ended it. One whose
 * consumer gave `leftLeaseUs` up does not: that lease is over, whether the batch can be taken now or not.
 */
export async function claimBatch(
  db: D1Database,
  name: BatchName,
  nowUs: number,
  leaseUntilUs: number,
  leftLeaseUs: number | null,
): Promise<{ batch: Batch; destination: Destination } | null> {
  const release = db.prepare(`UPDATE batches SET lease_until_us = 0 ${isNamed} AND state = 'cut' AND ${isLease("?4")}`);
  const claim = db.prepare(`
    UPDATE batches SET attempts = attempts + NOT ${isLease("?6")}, faults = faults + (lease_until_us > 0 AND NOT ${isLease("?6")}),
      lease_until_us = ?6
    ${isNamed} AND to_seq = ?4 AND state = 'cut' AND (${isLease("?6")} OR (lease_until_us <= ?5 AND due_us <= ?5 + ${skewUs}
      AND EXISTS (SELECT 1 FROM destinations AS d WHERE d.id = ?1 AND d.paused = 0 AND d.held_until_us <= ?5 + ${skewUs})))
    RETURNING ${batchColumns}`);
  const { results } = await transactPatiently(db, [
    ...(leftLeaseUs === null ? [] : [bindName(release, name, leftLeaseUs)]),
    bindName(claim, name, name.toSeq, nowUs, leaseUntilUs),
    db.prepare(`SELECT ${destinationColumns} FROM destinations WHERE id = ?1`).bind(name.destination),
  ]);
  const [batch] = results.at(-2)?.results ?? [];
  const [destination] = results.at(-1)?.results ?? [];
  return batch === undefined || destination === undefined ? null : { batch: toBatch(batch), destination: toDestination(destination) };
}

/** Makes a lease longer. Answers false where it is another's by now, or the batch no longer waits. */
export async function renewLease(db: D1Database, batch: Batch, leaseUntilUs: number): Promise<boolean> {
  const statement = db.prepare(
    `UPDATE batches SET lease_until_us = ?4 ${isNamed} AND state = 'cut' AND ${isLease("?4")} RETURNING from_seq`,
  );
  const { results } = await transactPatiently(db, [bindName(statement, batch, leaseUntilUs)]);
  return results[0]?.results.length === 1;
}

/**
 * Records what a batch became; the destination is well again. What was written stays as it is, and what was superseded meanwhile is
 * written all the same. Answers whether it was this attempt that wrote it.
 */
export async function markWritten(db: D1Database, batch: Batch, manifest: Manifest, nowUs: number): Promise<boolean> {
  const statement = db.prepare(`
    UPDATE batches SET state = 'written', written_us = ?4, manifest = ?5, last_error = NULL, faults = 0, lease_until_us = 0
    ${isNamed} AND (state IN ('cut', 'superseded') OR (state = 'written' AND written_us = ?4 AND attempts = ?6)) RETURNING from_seq`);
  const { results } = await transactPatiently(db, [
    bindName(statement, batch, nowUs, JSON.stringify(manifest), batch.attempts),
    db
      .prepare("UPDATE destinations SET failures = 0, held_until_us = 0 WHERE id = ?1 AND (failures > 0 OR held_until_us > 0)")
      .bind(batch.destination),
  ]);
  return results[0]?.results.length === 1;
}

/** What an attempt failed by. */
export interface Failure {
  reason: string;
  dueUs: number;
  /** Until then nothing else of the destination is tried; null where the fault is not the destination's. */
  heldUntilUs: number | null;
  /** Whether it may be the batch that makes the collector fail. */
  isFault: boolean;
}

/**
 * Puts a batch off to a later attempt, and its destination with it; neither where the batch no longer waits, or is another's by
 * now. Answers whether it was put off. Only what failed at the destination shows that the batch does the collector no harm.
 */
export async function postponeBatch(db: D1Database, batch: Batch, failure: Failure): Promise<boolean> {
  const { reason, dueUs, heldUntilUs, isFault } = failure;
  const isHeld = `${isNamed} AND state = 'cut' AND ${isLease("?4")}`;
  const hold = db.prepare(`
    UPDATE destinations SET failures = failures + 1, held_until_us = max(held_until_us, ?5)
    WHERE id = ?1 AND ?5 IS NOT NULL AND EXISTS (SELECT 1 FROM batches ${isHeld})`);
  const postpone = db.prepare(`
    UPDATE batches SET last_error = ?5, due_us = ?6, lease_until_us = 0, faults = iif(?7, 0, faults + ?8) ${isHeld} RETURNING from_seq`);
  const { results, wasRetried } = await transactPatiently(db, [
    bindName(hold, batch, batch.leaseUntilUs, heldUntilUs),
    bindName(postpone, batch, batch.leaseUntilUs, reason, dueUs, heldUntilUs === null ? 0 : 1, isFault ? 1 : 0),
  ]);
  // A try before may have been done, its answer lost.
  return results[1]?.results.length === 1 || wasRetried;
}

/** Parks a batch that no further attempt would mend, with the reason. Others of its destination go on. Answers whether it is parked by this attempt. */
export async function parkBatch(db: D1Database, batch: Batch, reason: string): Promise<boolean> {
  const statement = db.prepare(`
    UPDATE batches SET state = 'dead', last_error = ?5, lease_until_us = 0
    ${isNamed} AND ((state = 'cut' AND ${isLease("?4")}) OR (state = 'dead' AND attempts = ?6)) RETURNING from_seq`);
  const { results } = await transactPatiently(db, [bindName(statement, batch, batch.leaseUntilUs, reason, batch.attempts)]);
  return results[0]?.results.length === 1;
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

/** Has the dead batches of a destination's generation tried at once, the oldest first, up to `limit`. Answers which, and whether there are more. */
export async function reviveDeadBatches(
  db: D1Database,
  { id, generation }: Pick<Destination, "id" | "generation">,
  nowUs: number,
  limit: number,
): Promise<{ revived: BatchName[]; hasMore: boolean }> {
  const areDead = "destination = ?1 AND generation = ?2 AND state = 'dead'";
  const [, revived, more] = await transact(db, [
    db
      .prepare(`UPDATE destinations SET failures = 0, held_until_us = 0 WHERE id = ?1 AND EXISTS (SELECT 1 FROM batches WHERE ${areDead})`)
      .bind(id, generation),
    db
      .prepare(
        `UPDATE batches SET state = 'cut', faults = 0, due_us = ?3 WHERE (destination, generation, from_seq) IN
         (SELECT destination, generation, from_seq FROM batches WHERE ${areDead} ORDER BY from_seq LIMIT ?4) RETURNING ${nameColumns}`,
      )
      .bind(id, generation, nowUs, limit),
    db.prepare(`SELECT 1 AS one FROM batches WHERE ${areDead} LIMIT 1`).bind(id, generation),
  ]);
  return { revived: (revived?.results ?? []).map(toName), hasMore: more?.results.length === 1 };
}

/** Takes the batches that were due before a time and that nobody has; they are due now. Those of held and paused destinations wait. */
export async function takeOverdueBatches(db: D1Database, dueBeforeUs: number, nowUs: number): Promise<BatchName[]> {
  const statement = db.prepare(`
    UPDATE batches SET due_us = ?2 WHERE (destination, generation, from_seq) IN
      (SELECT b.destination, b.generation, b.from_seq FROM destinations AS d CROSS JOIN batches AS b ON b.destination = d.id
       WHERE d.paused = 0 AND d.held_until_us <= ?2 AND b.state = 'cut' AND b.due_us <= ?1 AND b.lease_until_us <= ?2
       ORDER BY b.due_us LIMIT ${limits.batchesSentMax})
    RETURNING ${nameColumns}`);
  return (await selectRows(db, statement.bind(dueBeforeUs, nowUs))).map(toName);
}

/** What names a batch: all that its message needs, so that one whose row is corrupt keeps no other from being sent. */
const nameColumns = "destination, generation, from_seq, to_seq";

function toName(row: Row): BatchName {
  return {
    destination: text(row, "destination"),
    generation: text(row, "generation"),
    fromSeq: integer(row, "from_seq"),
    toSeq: integer(row, "to_seq"),
  };
}

/** Whether a batch's lease is the one that a parameter tells, as SQL: all leases of one attempt have the same microseconds, and none at all is 0. */
function isLease(parameter: string): string {
  return `(lease_until_us % 1000000 IS ${parameter} % 1000000)`;
}
