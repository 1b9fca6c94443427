import { addObservations } from "../enrich/project-calibration";
import { observeCall } from "../enrich/observe";
import type { Deps } from "../env";
import { wholeContents } from "../keep/contents";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { type CalledModel, modelKey, type ModelObservations } from "../model/calibration";
import type { KeptContent, StoredContent } from "../model/recording";
import { listCalibrations, type ReportedCall, reportedCalls, saveCalibrations, takeNewRange } from "../store/calibrations";
import { soundRecordingsAt } from "../store/recordings";

/**
 * Learns from the usage that was reported since the last minute: counts a sample of those calls as if nothing had been
 * reported, and keeps both numbers. Another reader of the log, so no request waits for it; what it misses teaches nobody.
 */
export async function calibrate(deps: Deps): Promise<void> {
  const range = await takeNewRange(deps.db);
  if (range === null) return;
  const sample = sampleCalls(await reportedCalls(deps.db, Math.max(range.fromSeq, range.toSeq - limits.observedRange), range.toSeq));
  if (sample.length === 0) return;
  const projects = [...new Set(sample.map(({ projectId }) => projectId))];
  const known = new Map((await listCalibrations(deps.db, projects)).map((model) => [modelKey(model), model.observations]));
  const learnt = new Map<string, CalledModel & { observations: ModelObservations }>();
  const seqs = sample.map(({ seq }) => seq);
  const found = await soundRecordingsAt(deps.db, seqs);
  const recordings = (await Promise.all(found.map(async (kept) => await contentUnlessGone(kept, deps)))).flat();
  for (const recording of recordings) {
    const { projectId, provider, model } = recording;
    const observed = await observeSafely(recording);
    if (observed === null || provider === null || model === null) continue;
    const key = modelKey({ projectId, provider, model });
    const observations = addObservations(learnt.get(key)?.observations ?? known.get(key) ?? null, observed);
    learnt.set(key, { projectId, provider, model, observations });
  }
  if (learnt.size > 0) await saveCalibrations(deps.db, [...learnt.values()], deps.now() * 1000);
  logEvent("calibrated", { calls: recordings.length, models: learnt.size });
}

/** A recording whose content cannot be had teaches nothing either. */
async function contentUnlessGone(kept: KeptContent, deps: Deps): Promise<StoredContent[]> {
  try {
    return await wholeContents([kept], deps);
  } catch (thrown) {
    logEvent("observation_failed", { cause: causeText(thrown) });
    return [];
  }
}

/** A recording that cannot be counted teaches nothing, and keeps none of the others from it. */
async function observeSafely(recording: StoredContent): Promise<ModelObservations | null> {
  try {
    return await observeCall(recording);
  } catch (thrown) {
    logEvent("observation_failed", { cause: causeText(thrown) });
    return null;
  }
}

/** As many of the calls as fit into the bytes that a minute may read. */
function sampleCalls(calls: ReportedCall[]): ReportedCall[] {
  let bytes = 0;
  return calls.filter(({ contentBytes }) => {
    if (bytes + contentBytes > limits.observedBytes) return false;
    bytes += contentBytes;
    return true;
  });
}
