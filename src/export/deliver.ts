import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { type Batch, batchId, type Manifest, parseBatchId } from "../model/batch";
import type { Destination } from "../model/destination";
import { claimBatch, markWritten, parkBatch, postponeBatch, renewLease } from "../store/deliveries";
import { randomFraction, retryDelaySeconds } from "./reach/backoff";
import { sendBatches } from "./cut";
import { postLines } from "./post-lines";
import { r2Store } from "./reach/r2-store";
import { s3Store } from "./reach/s3-store";
import { writeObjects } from "./write-objects";

/**
 * Delivers the batch of this name, and settles what became of it on its row: written, put off, or dead. Nothing is done where it is
 * not due, another has it, or it is done.
 * @throws CollectorError `unavailable` where D1 did not answer: the row stands as it was.
 */
export async function deliverBatch(id: string, deps: Deps): Promise<void> {
  const name = parseBatchId(id);
  const claimed = name === null ? null : await claimBatch(deps.db, name, deps.now() * 1000, leaseEndUs(deps));
  if (claimed === null) return logEvent("export_batch_passed", { batch: id });
  const { destination } = claimed;
  let { batch } = claimed;
  const keepLease = async () => {
    if (batch.leaseUntilUs - deps.now() * 1000 > limits.leaseSecondsMin * 1e6) return;
    const leaseUntilUs = leaseEndUs(deps);
    if (!(await renewLease(deps.db, batch, leaseUntilUs))) throw new CollectorError("conflict", "Another consumer has this batch by now.");
    batch = { ...batch, leaseUntilUs };
  };
  try {
    if (batch.faults >= limits.batchFaultsMax)
      throw new CollectorError("refused", `The collector gave up: ${batch.faults} attempts in a row ended without an end.`);
    const manifest = await writeBatch(batch, destination, keepLease, deps);
    await markWritten(deps.db, batch, manifest, deps.now() * 1000);
    logEvent("export_batch_written", { batch: id, rows: manifest.rows, objects: manifest.objects.length, attempts: batch.attempts });
  } catch (thrown) {
    await settleFailure(batch, destination, thrown, deps);
  }
}

async function writeBatch(batch: Batch, { target }: Destination, keepLease: () => Promise<void>, deps: Deps): Promise<Manifest> {
  if (target.kind === "webhook") return await postLines(batch, target, deps);
  return await writeObjects(batch, target.kind === "s3" ? s3Store(target, deps) : r2Store(deps.archive), keepLease, deps);
}

/**
 * A no for good parks the batch. What may pass is tried again, later and later, for as long as it takes, and its destination rests
 * meanwhile, so that one that is down costs the others little. A fault of our own is not the destination's, and is tried a few times.
 */
async function settleFailure(batch: Batch, destination: Destination, thrown: unknown, deps: Deps): Promise<void> {
  const error = toCollectorError(thrown);
  const event = { batch: batchId(batch), code: error.code, attempts: batch.attempts, cause: causeText(thrown) };
  if (error.code === "conflict") return logEvent("export_batch_left", event);
  const isOurs = error.status === 500;
  if (error.status < 500 || error.code === "refused" || (isOurs && batch.faults + 1 >= limits.batchFaultsMax)) {
    await parkBatch(deps.db, batch, isOurs ? faultReason : reasonOf(error));
    return logEvent("export_batch_died", event);
  }
  const delaySeconds = retryDelaySeconds(batch.attempts, error.retryAfterSeconds, randomFraction(deps.randomBytes));
  const restSeconds = Math.max(
    Math.min(retryDelaySeconds(destination.failures + 1, undefined, randomFraction(deps.randomBytes)), limits.holdSecondsMax),
    error.retryAfterSeconds ?? 0,
  );
  const waitSeconds = isOurs ? delaySeconds : Math.max(delaySeconds, restSeconds);
  const nowUs = deps.now() * 1000;
  await postponeBatch(deps.db, batch, {
    reason: isOurs ? faultReason : reasonOf(error),
    dueUs: nowUs + waitSeconds * 1e6,
    heldUntilUs: isOurs ? null : nowUs + restSeconds * 1e6,
  });
  logEvent("export_batch_failed", { ...event, wait_seconds: waitSeconds });
  await sendBatches([batch], deps, Math.ceil(waitSeconds));
}

const faultReason = "A fault of the collector's own: its log has it as export_batch_failed or export_batch_died, under this batch.";

function reasonOf(error: CollectorError): string {
  return error.message.slice(0, limits.reasonCharsMax);
}

function leaseEndUs(deps: Deps): number {
  return deps.now() * 1000 + limits.leaseSeconds * 1e6;
}
