import { calibrateUsage } from "./enrich/project-calibration";
import { callToCount } from "./enrich/call/call-to-count";
import { loadPriceTable, priceCall, type PricedCall, unpriced } from "./enrich/price/cost";
import { type CountBudget, isDeferred, resolveUsage } from "./enrich/usage";
import type { Deps } from "./env";
import { CollectorError } from "./errors";
import { cutFullBatches } from "./export/cut";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";
import { chunksWithin } from "./model/chunks";
import type { EnrichedRecording, IngestOutcome, Recording, RecordingContent, StoredRecording } from "./model/recording";
import { type ReportedUsage, totalUsage } from "./model/usage";
import { calibrationFor, type ProjectSettings, projectSettings } from "./project-settings";
import { insertRecordings } from "./store/insert-recordings";

/**
 * The only way a recording gets in: count, price, commit. When this returns, what is stored survives anything.
 * Outcomes are in the order of `recordings`.
 * @throws CollectorError `unavailable` where nothing is known to be committed; the same again is safe.
 */
export async function ingest(recordings: Recording[], deps: Deps): Promise<IngestOutcome[]> {
  const outcomes: IngestOutcome[] = [];
  const kept: { place: number; recording: Recording; contentText: string; contentBytes: number }[] = [];
  for (const [place, recording] of recordings.entries()) {
    const contentText = JSON.stringify(recording.content);
    const contentBytes = new TextEncoder().encode(contentText).length;
    if (contentBytes > limits.recordingBytesMax) outcomes[place] = { status: "refused", error: tooLarge(contentBytes) };
    else kept.push({ place, recording, contentText, contentBytes });
  }
  if (kept.length === 0) return outcomes;
  const settings = await projectSettings([...new Set(kept.map(({ recording }) => recording.projectId))], deps);
  const budget: CountBudget = { unitsLeft: limits.countedUnitsPerPost };
  const enriched: EnrichedRecording[] = [];
  for (const { recording, contentText, contentBytes } of kept) {
    const found = await enrich(recording, recording.content, recording.reported, settings.get(recording.projectId) ?? null, budget);
    enriched.push({ ...recording, ...found, contentText, contentBytes });
  }
  const stored = await insertRecordings(deps.db, enriched);
  for (const [index, outcome] of stored.entries()) outcomes[kept[index]?.place ?? 0] = outcome;
  const added = stored.flatMap(({ status, recording }, index) =>
    status === "stored" ? [{ ...recording, contentBytes: kept[index]?.contentBytes ?? 0 }] : [],
  );
  nudgeExport(
    added.map(({ seq }) => seq),
    deps,
  );
  const deferred = added.filter(({ usage }) => isDeferred(usage));
  if (deferred.length > 0) deps.later(wakeCounters(deferred, deps));
  return outcomes;
}

/** As `ingest`, of one recording. @throws also CollectorError `too_large` where it is refused. */
export async function ingestOne(recording: Recording, deps: Deps): Promise<StoredRecording> {
  const [outcome] = await ingest([recording], deps);
  if (outcome === undefined) throw new CollectorError("internal", "A recording has no outcome.");
  if (outcome.status === "refused") throw outcome.error;
  return outcome.recording;
}

/**
 * Counts and prices one call: within the budget, or without one whole. Where the project's own prices could not be read, a
 * cost would be a guess, and is left open.
 */
export async function enrich(
  call: PricedCall & { projectId: string },
  content: RecordingContent,
  reported: ReportedUsage,
  settings: ProjectSettings | null,
  budget: CountBudget | null,
): Promise<Pick<EnrichedRecording, "usage" | "cost">> {
  const counted = await resolveUsage(callToCount(call.provider, call.model, content), reported, budget);
  const usage = calibrateUsage(counted, calibrationFor(settings, call));
  const cost = settings === null ? unpriced : priceCall(call, totalUsage(usage), settings.prices, await loadPriceTable());
  return { usage, cost };
}

/**
 * Wakes consumers for recordings that are stored as deferred, so many in a message as one can count. The rows are what
 * counts: a message that cannot be sent now is sent again by the cron.
 */
export async function wakeCounters(recordings: { seq: number; contentBytes: number }[], deps: Deps): Promise<void> {
  const { countedBytesPerMessage, countedPerMessage } = limits;
  const groups = chunksWithin(recordings, ({ contentBytes }) => contentBytes, countedBytesPerMessage, countedPerMessage);
  if (groups.length === 0) return;
  try {
    await deps.queue.sendBatch(groups.map((group) => ({ body: { type: "count_recordings" as const, seqs: group.map(({ seq }) => seq) } })));
  } catch (thrown) {
    logEvent("count_wakeup_failed", { recordings: recordings.length, cause: causeText(thrown) });
  }
}

function tooLarge(bytes: number): CollectorError {
  return new CollectorError(
    "too_large",
    `The recording takes ${bytes} bytes; the most that is kept of one is ${limits.recordingBytesMax}.`,
  );
}

/** The post whose places in the log cross a multiple of the batch size has a full batch cut. The cron does what is lost here. */
function nudgeExport(seqs: number[], deps: Deps): void {
  const batchOf = (seq: number) => Math.floor(seq / deps.exportBatchChanges);
  const [first] = seqs;
  const last = seqs.at(-1);
  if (first === undefined || last === undefined || batchOf(first - 1) === batchOf(last)) return;
  deps.later(
    cutFullBatches(deps).then(
      () => undefined,
      (thrown: unknown) => logEvent("export_nudge_failed", { cause: causeText(thrown) }),
    ),
  );
}
