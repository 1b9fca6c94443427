import { cutFullBatches } from "./export/cut";
import { priceCall } from "./enrich/cost";
import { type CountBudget, reportedUsage, resolveUsage } from "./enrich/usage";
import type { Deps } from "./env";
import { CollectorError } from "./errors";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";
import type { EnrichedRecording, IngestOutcome, Recording, StoredRecording, Usage } from "./model/recording";
import { insertRecordings } from "./store/insert-recordings";

/**
 * The only way a recording gets in: count, price, commit. When this returns, what is stored survives anything.
 * Outcomes are in the order of `recordings`.
 * @throws CollectorError `unavailable` where nothing is known to be committed; the same again is safe.
 */
export async function ingest(recordings: Recording[], deps: Deps): Promise<IngestOutcome[]> {
  const budget: CountBudget = { unitsLeft: limits.countedUnitsPerPost };
  const enriched: EnrichedRecording[] = [];
  const outcomes: IngestOutcome[] = [];
  const places: number[] = [];
  for (const [place, recording] of recordings.entries()) {
    const contentText = JSON.stringify(recording.content);
    const contentBytes = new TextEncoder().encode(contentText).length;
    if (contentBytes > limits.recordingBytesMax) {
      outcomes[place] = { status: "refused", error: tooLarge(contentBytes) };
      continue;
    }
    const usage = await countUsage(recording, budget);
    enriched.push({ ...recording, usage, cost: priceCall(recording, usage), contentText, contentBytes });
    places.push(place);
  }
  if (enriched.length === 0) return outcomes;
  const stored = await insertRecordings(deps.db, enriched);
  for (const [index, outcome] of stored.entries()) outcomes[places[index] ?? 0] = outcome;
  nudgeExport(
    stored.filter(({ status }) => status === "stored").map(({ recording }) => recording.seq),
    deps,
  );
  return outcomes;
}

/** As `ingest`, of one recording. @throws also CollectorError `too_large` where it is refused. */
export async function ingestOne(recording: Recording, deps: Deps): Promise<StoredRecording> {
  const [outcome] = await ingest([recording], deps);
  if (outcome === undefined) throw new CollectorError("internal", "A recording has no outcome.");
  if (outcome.status === "refused") throw outcome.error;
  return outcome.recording;
}

/** A counter that fails leaves a side missing, and the recording whole. */
async function countUsage(recording: Recording, budget: CountBudget): Promise<Usage> {
  try {
    return await resolveUsage(recording, budget);
  } catch (thrown) {
    logEvent("count_failed", { cause: causeText(thrown) });
    return reportedUsage(recording);
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
