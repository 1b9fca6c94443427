import type { Deps } from "../env";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { type Batch, batchId, defaultDestination } from "../model/batch";
import { type CutRule, cutBatch, takeOverdueBatches } from "../store/batches";

/** Cuts the batches that are full, and wakes a consumer for each. */
export async function cutFullBatches(deps: Deps): Promise<Batch[]> {
  return await cutBatches(deps, { changes: deps.exportBatchChanges, committedBeforeUs: null });
}

/** Cuts what is full or old enough, and wakes a consumer for each batch. */
export async function cutDueBatches(deps: Deps): Promise<Batch[]> {
  const committedBeforeUs = (deps.now() - deps.exportAgeSeconds * 1000) * 1000;
  return await cutBatches(deps, { changes: deps.exportBatchChanges, committedBeforeUs });
}

/** Cuts what is committed, up to `limits.batchesCutMax` batches, and wakes a consumer for each. */
export async function cutAllBatches(deps: Deps): Promise<Batch[]> {
  return await cutBatches(deps, { changes: deps.exportBatchChanges, committedBeforeUs: Number.MAX_SAFE_INTEGER });
}

/** Sends the message again of each batch that was cut a while ago and is not written. */
export async function resendOverdueBatches(deps: Deps): Promise<void> {
  const nowUs = deps.now() * 1000;
  const overdue = await takeOverdueBatches(deps.db, nowUs - limits.batchResendSeconds * 1e6, nowUs);
  if (overdue.length > 0) logEvent("export_batches_resent", { batches: overdue.length });
  await sendBatches(overdue, deps);
}

async function cutBatches(deps: Deps, rule: CutRule): Promise<Batch[]> {
  const batches: Batch[] = [];
  while (batches.length < limits.batchesCutMax) {
    const batch = await cutBatch(deps.db, defaultDestination, rule, deps.now() * 1000);
    if (batch === null) break;
    batches.push(batch);
  }
  await sendBatches(batches, deps);
  return batches;
}

/** A batch's row is what counts: a message that cannot be sent now is sent again by the cron. */
async function sendBatches(batches: Batch[], deps: Deps): Promise<void> {
  if (batches.length === 0) return;
  try {
    await deps.queue.sendBatch(batches.map((batch) => ({ body: { type: "export_batch" as const, batch_id: batchId(batch) } })));
  } catch (thrown) {
    logEvent("export_wakeup_failed", { batches: batches.length, cause: causeText(thrown) });
  }
}
