import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { EnrichedRecording, KeepOutcome, StorableRecording, StoreOutcome } from "../model/recording";
import { takenOf, toSpooled } from "../model/spooled-recording";
import { insertRecordings } from "../store/insert-recordings";
import { ringBell } from "./bell";
import { boundDatabase } from "./bound-database";
import { keepInFirst } from "./keep-in-first";
import { keepInQueue, keptNowhere } from "./keep-in-queue";
import { inLanes } from "./lanes";
import { callGently, commitGently, isBusy } from "./pressure";
import { putSpooled } from "./spool";
import { externalise } from "./externalise";
import { within } from "./within";

/**
 * Keeps recordings in the first place that takes them: D1, the spool, the Queue. When this returns they survive anything,
 * and whatever did not go into D1 will. Outcomes are in the order of `recordings`.
 * @throws CollectorError `unavailable` where one is known to be nowhere, `internal` where D1 would never take them.
 */
export async function keepRecordings(recordings: EnrichedRecording[], deps: Deps): Promise<KeepOutcome[]> {
  const places = {
    commit: async () => await commitFirst(recordings, deps),
    wait: async () => await queueRecordings(await spoolRecordings(recordings, deps), deps),
    commitLast: async () => await commitLast(recordings, deps),
  };
  const stored = await keepInFirst(places, recordings.length, deps);
  return stored ?? recordings.map((recording) => ({ status: "spooled", recording: takenOf(recording) }));
}

/** Puts recordings into the spool, and answers those that it did not take. */
export async function spoolRecordings(recordings: EnrichedRecording[], deps: Deps): Promise<EnrichedRecording[]> {
  const refused: EnrichedRecording[] = [];
  await inLanes(recordings, limits.spoolLanes, async (recording) => {
    try {
      await callGently(deps.archive, async () => await putSpooled(recording, deps), deps);
    } catch (thrown) {
      if (refused.length === 0) logEvent("spool_failed", { cause: causeText(thrown) });
      refused.push(recording);
    }
  });
  if (refused.length < recordings.length) deps.later(ringBell(deps));
  return refused;
}

/** Null where D1 is passed over. */
async function commitFirst(recordings: EnrichedRecording[], deps: Deps): Promise<StoreOutcome[] | null> {
  const storable = await externalise(recordings, deps);
  // Others may have begun meanwhile.
  if (isBusy(deps.db, deps)) return null;
  return await commit(storable, { tryMs: limits.commitTimeoutMs, wholeMs: limits.commitWholeMs }, deps);
}

/** Where D1 was passed over, and nothing else took them. */
async function commitLast(recordings: EnrichedRecording[], deps: Deps): Promise<StoreOutcome[]> {
  try {
    return await commit(await externalise(recordings, deps), { tryMs: limits.commitLastMs, wholeMs: limits.commitLastMs }, deps);
  } catch (thrown) {
    // It is over in some minutes, and there is nowhere to wait.
    if (toCollectorError(thrown).code === "conflict") throw keptNowhere(thrown);
    throw thrown;
  }
}

async function commit(storable: StorableRecording[], bounds: { tryMs: number; wholeMs: number }, deps: Deps): Promise<StoreOutcome[]> {
  const megabytes = storable.reduce((sum, { contentBytes }) => sum + contentBytes, 0) / 1e6;
  const moreMs = megabytes * limits.commitMsPerMegabyte;
  const insert = async () => {
    const stored = insertRecordings(boundDatabase(deps.db, bounds.tryMs + moreMs), storable);
    return await within(stored, bounds.wholeMs + moreMs, "The database");
  };
  return await commitGently(deps.db, insert, deps);
}

/** The last place: the Queue holds the recordings themselves. */
async function queueRecordings(recordings: EnrichedRecording[], deps: Deps): Promise<void> {
  await keepInQueue(
    recordings.map((recording) => ({ type: "store_recording", recording: toSpooled(recording) })),
    deps,
  );
}
