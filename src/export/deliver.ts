import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { sendMessages } from "../keep/send-messages";
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
 * not due, another has it, or it is done. `leftLeaseUs` is the lease that the message's sender gave up.
 * @throws CollectorError `unavailable` where neither D1 nor the queue answered: the row stands as it was.
 */
export async function deliverBatch(id: string, deps: Deps, leftLeaseUs: number | null = null): Promise<void> {
  const name = parseBatchId(id);
  const leaseUntilUs = leaseEndUs(1 + Math.floor(randomFraction(deps.randomBytes) * 999_999), deps);
  const claimed = name === null ? null : await claimBatch(deps.db, name, deps.now() * 1000, leaseUntilUs, leftLeaseUs);
  if (claimed === null) return logEvent("export_batch_passed", { batch: id });
  const { destination } = claimed;
  let { batch } = claimed;
  const keepLease = async () => {
    if (batch.leaseUntilUs - deps.now() * 1000 > limits.leaseSecondsMin * 1e6) return;
    const longerUs = leaseEndUs(leaseUntilUs % 1e6, deps);
    if (!(await renewLease(deps.db, batch, longerUs))) throw new CollectorError("conflict", "Another consumer has this batch by now.");
    batch = { ...batch, leaseUntilUs: longerUs };
  };
  try {
    if (batch.corruptColumn !== null)
      throw new CollectorError("refused", `The batch's row is corrupt: its ${batch.corruptColumn} cannot be read.`);
    if (batch.faults >= limits.batchFaultsMax)
      throw new CollectorError("refused", `The collector gave up: ${batch.faults} attempts in a row ended without an end.`);
    const manifest = await writeBatch(batch, destination, keepLease, deps);
    const event = { batch: id, rows: manifest.rows, objects: manifest.objects.length, attempts: batch.attempts };
    const isWritten = await markWritten(deps.db, batch, manifest, deps.now() * 1000);
    logEvent(isWritten ? "export_batch_written" : "export_batch_left", event);
  } catch (thrown) {
    await settleFailure(batch, destination, thrown, deps).catch(async (unsettled: unknown) => {
      if (!toCollectorError(unsettled).retryable) throw unsettled;
      await leaveBatch(batch, unsettled, deps);
    });
  }
}

async function writeBatch(batch: Batch, { target }: Destination, keepLease: () => Promise<void>, deps: Deps): Promise<Manifest> {
  if (target.kind === "webhook") return await postLines(batch, target, deps);
  return await writeObjects(batch, target.kind === "s3" ? s3Store(target, deps) : r2Store(deps.archive), keepLease, deps);
}

/**
 * A no for good parks the batch. What may pass is tried again, later and later, for as long as it takes, and its destination rests
 * meanwhile, so that one that is down costs the others little. D1 that is down is not the destination's fault, nor the batch's. A
 * fault of our own is not the destination's either, and is tried a few times.
 */
async function settleFailure(batch: Batch, destination: Destination, thrown: unknown, deps: Deps): Promise<void> {
  const error = toCollectorError(thrown);
  const event = { batch: batchId(batch), code: error.code, attempts: batch.attempts, cause: causeText(thrown) };
  if (error.code === "conflict") return logEvent("export_batch_left", event);
  const isFault = error.status === 500;
  if (error.status < 500 || error.code === "refused" || (isFault && batch.faults + 1 >= limits.batchFaultsMax)) {
    const isParked = await parkBatch(deps.db, batch, isFault ? faultReason : reasonOf(error));
    return logEvent(isParked ? "export_batch_died" : "export_batch_left", event);
  }
  const delaySeconds = retryDelaySeconds(batch.attempts, error.retryAfterSeconds, randomFraction(deps.randomBytes));
  const restSeconds = Math.max(
    Math.min(retryDelaySeconds(destination.failures + 1, undefined, randomFraction(deps.randomBytes)), limits.holdSecondsMax),
    error.retryAfterSeconds ?? 0,
  );
  const isTheirs = !isFault && error.isOutside;
  const waitSeconds = isTheirs ? Math.max(delaySeconds, restSeconds) : isFault ? delaySeconds : ownRestSeconds(batch, deps);
  const nowUs = deps.now() * 1000;
  const isPostponed = await postponeBatch(deps.db, batch, {
    reason: isFault ? faultReason : reasonOf(error),
    dueUs: nowUs + waitSeconds * 1e6,
    heldUntilUs: isTheirs ? nowUs + restSeconds * 1e6 : null,
    isFault,
  });
  if (!isPostponed) return logEvent("export_batch_left", event);
  logEvent("export_batch_failed", { ...event, wait_seconds: waitSeconds });
  await sendBatches([batch], deps, Math.ceil(waitSeconds));
}

/**
 * Gives a batch up of which D1 takes no word, by way of the queue. Whoever claims it with this lease knows that the attempt came to
 * an end. An attempt that a batch ended, by the isolate's memory or its CPU, tells nobody: that is how the two are told apart, and why
 * D1 that is away however long never makes a batch `dead`.
 */
async function leaveBatch(batch: Batch, unsettled: unknown, deps: Deps): Promise<void> {
  const event = { batch: batchId(batch), attempts: batch.attempts, cause: causeText(unsettled) };
  const body = { type: "export_batch" as const, batch_id: batchId(batch), left_lease_us: batch.leaseUntilUs };
  try {
    await sendMessages([body], deps, ownRestSeconds(batch, deps));
  } catch (thrown) {
    logEvent("export_wakeup_failed", { batches: 1, cause: causeText(thrown) });
    throw unsettled;
  }
  logEvent("export_batch_handed_on", event);
}

/** Seconds before the next attempt where it was D1 that failed: not long, since nothing of it is the destination's or the batch's. */
function ownRestSeconds({ attempts }: Batch, deps: Deps): number {
  return Math.min(retryDelaySeconds(attempts, undefined, randomFraction(deps.randomBytes)), limits.ownRestSecondsMax);
}

const faultReason = "A fault of the collector's own: its log has it as export_batch_failed or export_batch_died, under this batch.";

function reasonOf(error: CollectorError): string {
  return error.message.slice(0, limits.reasonCharsMax);
}

/** When a lease that begins now ends, in whole seconds and the microseconds that are the attempt's own: by these it is known again. */
function leaseEndUs(ownUs: number, deps: Deps): number {
  return (Math.floor(deps.now() / 1000) + limits.leaseSeconds) * 1e6 + ownUs;
}
