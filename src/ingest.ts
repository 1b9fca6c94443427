import { calibrateUsage } from "./enrich/project-calibration";
import { callToCount } from "./enrich/call/call-to-count";
import { loadPriceTable, priceCall, type PricedCall, unpriced } from "./enrich/price/cost";
import { type CountBudget, isDeferred, resolveUsage } from "./enrich/usage";
import type { Deps } from "./env";
import { CollectorError, toCollectorError } from "./errors";
import { cutFullBatches } from "./export/cut";
import { keepAmendments } from "./keep/keep-amendments";
import { keepRecordings } from "./keep/keep-recordings";
import { sendMessages } from "./keep/send-messages";
import { limits } from "./limits";
import { causeText, logEvent } from "./log";
import { toShortId } from "./model/bytes";
import type { Amendment } from "./model/amendment";
import { chunksWithin } from "./model/chunks";
import { contentBytesOf, printContent } from "./model/content-text";
import type { EnrichedRecording, KeepOutcome, Recording, RecordingContent, TakenRecording } from "./model/recording";
import { type ReportedUsage, totalUsage } from "./model/usage";
import type { AmendedRecording } from "./store/amendments";
import { extendRuns } from "./store/project-runs";
import { calibrationFor, type ProjectSettings, projectSettings } from "./project-settings";

/**
 * The only way a recording gets in: count, price, keep. When this returns, what is stored or spooled survives anything.
 * Outcomes are in the order of `recordings`.
 * @throws CollectorError `unavailable` where one is known to be kept nowhere; the same again is safe.
 */
export async function ingest(recordings: Recording[], deps: Deps): Promise<KeepOutcome[]> {
  if (recordings.length === 0) return [];
  const settings = await projectSettings([...new Set(recordings.map(({ projectId }) => projectId))], deps);
  const budget: CountBudget = { unitsLeft: limits.countedUnitsPerPost };
  const enriched: EnrichedRecording[] = [];
  for (const recording of recordings) {
    const { content, reported, ...identified } = recording;
    const text = printContent(content);
    const found = await enrich(recording, content, reported, settings.get(recording.projectId) ?? null, budget);
    enriched.push({ ...identified, ...found, receipt: toShortId(deps.randomBytes(8)), text, contentBytes: contentBytesOf(text) });
  }
  const outcomes = await keepRecordings(enriched, deps);
  announceStored(outcomes, enriched, deps);
  return outcomes;
}

/** Sees to what follows from what is stored now, whether it was posted or had waited: exports, and what is still to be counted. */
export function announceStored(outcomes: KeepOutcome[], recordings: EnrichedRecording[], deps: Deps): void {
  const added = outcomes.flatMap((outcome, index) =>
    outcome.status === "stored" ? [{ ...outcome.recording, contentBytes: recordings[index]?.contentBytes ?? 0 }] : [],
  );
  const seqs = added.map(({ seq }) => seq);
  nudge(seqs, deps.exportBatchChanges, "export_nudge_failed", async () => await cutFullBatches(deps), deps);
  nudge(seqs, limits.runPlaces, "runs_nudge_failed", async () => await extendRuns(deps.db), deps);
  const deferred = added.filter(({ usage }) => isDeferred(usage));
  if (deferred.length > 0) deps.later(wakeCounters(deferred, deps));
}

/** Where an amendment is that was kept. */
export type AmendStatus = "stored" | "spooled";

/** The only way an amendment gets in. @throws CollectorError as `keepAmendments`. */
export async function amend(amendment: Amendment, deps: Deps): Promise<void> {
  await amendTogether([amendment], deps);
}

/**
 * As `amend`, of many, in few transactions: one that there is no room for refuses only itself. Answers where each is, or why it
 * was refused, in the order of `amendments`.
 * @throws CollectorError `unavailable` where one is known to be kept nowhere; the same again is safe.
 */
export async function amendEach(amendments: Amendment[], deps: Deps): Promise<(AmendStatus | CollectorError)[]> {
  const outcomes: (AmendStatus | CollectorError)[] = [];
  const bytesOf = ({ maps }: Amendment) => JSON.stringify(maps).length;
  for (const chunk of chunksWithin(amendments, bytesOf, limits.amendedBytesAtOnce, limits.amendedAtOnce)) {
    outcomes.push(...(await amendInHalves(chunk, deps)));
  }
  return outcomes;
}

/** D1 takes all of a transaction or none: it is halved down to the one that is refused. */
async function amendInHalves(amendments: Amendment[], deps: Deps): Promise<(AmendStatus | CollectorError)[]> {
  try {
    const status = await amendTogether(amendments, deps);
    return amendments.map(() => status);
  } catch (thrown) {
    const error = toCollectorError(thrown);
    if (error.retryable) throw thrown;
    if (amendments.length === 1) return [error];
    const middle = Math.ceil(amendments.length / 2);
    const first = await amendInHalves(amendments.slice(0, middle), deps);
    return [...first, ...(await amendInHalves(amendments.slice(middle), deps))];
  }
}

async function amendTogether(amendments: Amendment[], deps: Deps): Promise<AmendStatus> {
  const amended = await keepAmendments(amendments, deps);
  announceAmended(amended ?? [], deps);
  return amended === null ? "spooled" : "stored";
}

/** Sees to what follows from recordings that were amended, as `announceStored`. */
export function announceAmended(recordings: AmendedRecording[], deps: Deps): void {
  const deferred = recordings.filter(({ isDeferred: isOpen }) => isOpen);
  if (deferred.length > 0) deps.later(wakeCounters(deferred, deps));
}

/** As `ingest`, of one recording. */
export async function ingestOne(recording: Recording, deps: Deps): Promise<TakenRecording> {
  const [outcome] = await ingest([recording], deps);
  if (outcome === undefined) throw new CollectorError("internal", "A recording has no outcome.");
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
    const messages = groups.map((group) => ({ type: "count_recordings" as const, seqs: group.map(({ seq }) => seq) }));
    await sendMessages(messages, deps);
  } catch (thrown) {
    logEvent("count_wakeup_failed", { recordings: recordings.length, cause: causeText(thrown) });
  }
}

/** The post whose places in the log cross a multiple of `places` has something done after its reply. The cron does what is lost here. */
function nudge(seqs: number[], places: number, event: string, work: () => Promise<unknown>, deps: Deps): void {
  const stepOf = (seq: number) => Math.floor(seq / places);
  const [first] = seqs;
  const last = seqs.at(-1);
  if (first === undefined || last === undefined || stepOf(first - 1) === stepOf(last)) return;
  deps.later(
    work().then(
      () => undefined,
      (thrown: unknown) => logEvent(event, { cause: causeText(thrown) }),
    ),
  );
}
