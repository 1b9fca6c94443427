import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { enrich, wakeCounters } from "../ingest";
import { wholeContents } from "../keep/contents";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { parseJson } from "../model/json";
import type { RecordingContent } from "../model/recording";
import { readSettings } from "../project-settings";
import { deferredRecordings, findDeferred, updateCounted } from "../store/enrichments";

/**
 * Counts recordings that did not fit in their request, and prices them. One that was counted or deleted meanwhile is passed
 * over, and one that fails keeps none of the others from it.
 * @throws the first that failed, when all were tried.
 */
export async function countRecordings(seqs: number[], deps: Deps): Promise<void> {
  const failed: unknown[] = [];
  for (const seq of seqs) {
    try {
      await countRecording(seq, deps);
    } catch (thrown) {
      logEvent("late_count_failed", { seq, cause: causeText(thrown) });
      failed.push(thrown);
    }
  }
  if (failed.length > 0) throw failed[0];
}

/** Wakes consumers for what was deferred a while ago and is still not counted. */
export async function resendDeferred(deps: Deps): Promise<void> {
  const deferred = await deferredRecordings(deps.db, (deps.now() - limits.deferredResendSeconds * 1000) * 1000);
  if (deferred.length > 0) logEvent("deferred_resent", { recordings: deferred.length });
  await wakeCounters(deferred, deps);
}

/** Prices are read from the store, and the write is refused where they have changed since: a repricing passes over what is deferred. */
async function countRecording(seq: number, deps: Deps): Promise<void> {
  const kept = await findDeferred(deps.db, seq);
  const [recording] = kept === null ? [] : await wholeContents([kept], deps);
  if (recording === undefined) return;
  const settings = (await readSettings([recording.projectId], deps)).get(recording.projectId) ?? null;
  const content = parseJson(recording.contentText) as RecordingContent;
  const found = await enrich(recording, content, recording.usage.reported, settings, null);
  const { version, projectId } = recording;
  const priced = { projectId, pricesVersion: settings?.prices?.version ?? 0 };
  const isWritten = await updateCounted(deps.db, { seq, version, ...found }, priced, deps.now() * 1000);
  if (!isWritten && (await findDeferred(deps.db, seq)) !== null)
    throw new CollectorError("unavailable", "The project's prices changed while a recording was counted. Try again.");
}
