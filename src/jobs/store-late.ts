import { loadPriceTable, priceCall } from "../enrich/price/cost";
import type { Deps } from "../env";
import { announceStored } from "../ingest";
import { boundDatabase } from "../keep/bound-database";
import { externalise } from "../keep/externalise";
import { limits } from "../limits";
import { logEvent } from "../log";
import type { EnrichedRecording } from "../model/recording";
import { totalUsage } from "../model/usage";
import { readSettings } from "../project-settings";
import { buryLate, deleteLate, findLate } from "../store/deletions";
import { insertRecordings } from "../store/insert-recordings";

/**
 * Stores recordings that waited in the spool or in the Queue, in one transaction, and does what an ingest does then. What was
 * deleted since it was received goes at once.
 * @throws CollectorError `unavailable` where it may be tried again, which is safe; `internal` where D1 would never take one of them.
 */
export async function storeLate(recordings: EnrichedRecording[], deps: Deps): Promise<void> {
  const db = boundDatabase(deps.db, limits.drainTimeoutMs);
  const places = await findLate(db, recordings);
  const late = recordings.filter((_, place) => places.has(place));
  const others = recordings.filter((_, place) => !places.has(place));
  if (others.length > 0) {
    const outcomes = await insertRecordings(db, await externalise(await priceOpen(others, { ...deps, db }), deps));
    announceStored(outcomes, others, deps);
  }
  // Behind the others, one of which may be the same id, posted after the deletion: that stays.
  if (late.length > 0) await buryLate(db, late, deps.now() * 1000);
  const deleted = late.length + (await deleteLate(db, others, deps.now() * 1000));
  if (deleted > 0) logEvent("late_recordings_deleted", { recordings: deleted });
}

/** While D1 does not answer a cost may be left open, for want of the project's own prices: here they can be read. */
async function priceOpen(recordings: EnrichedRecording[], deps: Deps): Promise<EnrichedRecording[]> {
  const open = recordings.filter(({ cost }) => cost.source === "unpriced");
  if (open.length === 0) return recordings;
  const settings = await readSettings([...new Set(open.map(({ projectId }) => projectId))], deps);
  const table = await loadPriceTable();
  return recordings.map((recording) => {
    if (recording.cost.source !== "unpriced") return recording;
    const prices = settings.get(recording.projectId)?.prices ?? null;
    return { ...recording, cost: priceCall(recording, totalUsage(recording.usage), prices, table) };
  });
}
