import type { Deps } from "../env";
import { sendMessages } from "../keep/send-messages";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { type Batch, batchId, type BatchName } from "../model/batch";
import type { Destination } from "../model/destination";
import { insertBatches } from "../store/batches";
import { takeOverdueBatches } from "../store/deliveries";
import { activeDestinations } from "../store/destinations";
import { logAfter } from "../store/log";
import { batchSize, chooseRanges } from "./choose-ranges";

/** What was cut, and whether a destination has more that waits for the next time. */
export interface Cut {
  batches: Batch[];
  hasMore: boolean;
}

/** Cuts the batches that are full, of every destination, and wakes a consumer for each. */
export async function cutFullBatches(deps: Deps): Promise<Cut> {
  return await cutEach(deps, null);
}

/** Cuts what is full or old enough, of every destination, and wakes a consumer for each batch. */
export async function cutDueBatches(deps: Deps): Promise<Cut> {
  return await cutEach(deps, (deps.now() - deps.exportAgeSeconds * 1000) * 1000);
}

/** Cuts what is committed, of every destination, up to `limits.batchesCutMax` batches each, and wakes a consumer for each. */
export async function cutAllBatches(deps: Deps): Promise<Cut> {
  return await cutEach(deps, Number.MAX_SAFE_INTEGER);
}

/** Sends the message again of each batch that was due a while ago and that nobody has. */
export async function resendOverdueBatches(deps: Deps): Promise<void> {
  const nowUs = deps.now() * 1000;
  const overdue = await takeOverdueBatches(deps.db, nowUs - limits.batchResendSeconds * 1e6, nowUs);
  if (overdue.length > 0) logEvent("export_batches_resent", { batches: overdue.length });
  await sendBatches(overdue, deps);
}

/** Wakes a consumer for each batch, after a while where one is named. A row is what counts: a message that cannot be sent now is sent again by the cron. */
export async function sendBatches(batches: BatchName[], deps: Deps, delaySeconds = 0): Promise<void> {
  for (let start = 0; start < batches.length; start += limits.batchesSentMax) {
    const sent = batches.slice(start, start + limits.batchesSentMax);
    try {
      const messages = sent.map((batch) => ({ type: "export_batch" as const, batch_id: batchId(batch) }));
      await sendMessages(messages, deps, delaySeconds);
    } catch (thrown) {
      logEvent("export_wakeup_failed", { batches: sent.length, cause: causeText(thrown) });
    }
  }
}

/** One that cannot be cut keeps none of the others from it. @throws the first fault, when all were tried. */
async function cutEach(deps: Deps, committedByUs: number | null): Promise<Cut> {
  const all: Cut = { batches: [], hasMore: false };
  const failed: unknown[] = [];
  for (const destination of await activeDestinations(deps.db)) {
    try {
      const { batches, hasMore } = await cutDestination(destination, committedByUs, deps);
      all.batches.push(...batches);
      all.hasMore ||= hasMore;
    } catch (thrown) {
      logEvent("export_cut_failed", { destination: destination.id, cause: causeText(thrown) });
      failed.push(thrown);
    }
  }
  if (failed.length > 0) throw failed[0];
  return all;
}

/** Goes on until nothing is due, another cuts at the same time, or enough batches of the destination wait. */
async function cutDestination(destination: Destination & { openBatches: number }, committedByUs: number | null, deps: Deps): Promise<Cut> {
  const { id, generation, selection, target } = destination;
  const size = batchSize(destination, deps.exportBatchChanges);
  const cut: Batch[] = [];
  let room = Math.min(limits.batchesCutMax, limits.openBatchesMax - destination.openBatches);
  let cursorSeq = destination.cursorSeq;
  for (let window = 0; window < limits.cutWindowsMax && room > 0; window += 1) {
    const entries = await logAfter(deps.db, cursorSeq, limits.cutWindow);
    const isWindowFull = entries.length === limits.cutWindow;
    const chosen = chooseRanges(entries, cursorSeq, destination, { size, committedByUs, hasMore: isWindowFull });
    const taken = chosen.batches.slice(0, room);
    const toSeq = taken.length < chosen.batches.length ? (taken.at(-1)?.toSeq ?? cursorSeq) : chosen.cursorSeq;
    if (toSeq === cursorSeq) return { batches: cut, hasMore: false };
    const rows = target.kind === "webhook" ? taken.map((batch) => ({ ...batch, parts: [] })) : taken;
    const cursor = { destination: id, generation, fromSeq: cursorSeq, toSeq, selection };
    const inserted = await insertBatches(deps.db, cursor, rows, deps.now() * 1000);
    if (inserted === null) return { batches: cut, hasMore: false };
    await sendBatches(inserted, deps);
    cut.push(...inserted);
    room -= inserted.length;
    cursorSeq = toSeq;
    if (!isWindowFull && taken.length === chosen.batches.length) return { batches: cut, hasMore: false };
  }
  return { batches: cut, hasMore: true };
}
