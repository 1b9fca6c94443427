import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { chunksWithin } from "../model/chunks";
import type { EnrichedRecording, KeepOutcome, StorableRecording, StoreOutcome } from "../model/recording";
import { takenOf, toSpooled } from "../model/spooled-recording";
import { insertRecordings } from "../store/insert-recordings";
import { ringBell } from "./bell";
import { boundDatabase } from "./bound-database";
import { inLanes } from "./lanes";
import { callGently, commitGently, isBusy } from "./pressure";
import { putSpooled } from "./spool";
import { externalise } from "./externalise";
import { within } from "./within";

/**
 * Keeps recordings in the first place that takes them: D1, the spool, the Queue. When this returns they survive anything,
 * and whatever did not go into D1 will. Where D1 has enough to do it is passed over, and asked last. Outcomes are in the
 * order of `recordings`.
 * @throws CollectorError `unavailable` where one is known to be nowhere, `internal` where D1 would never take them.
 */
export async function keepRecordings(recordings: EnrichedRecording[], deps: Deps): Promise<KeepOutcome[]> {
  let wasAsked = false;
  try {
    const stored = await commitUnlessBusy(recordings, deps);
    if (stored !== null) return stored;
  } catch (thrown) {
    const { retryable, code } = toCollectorError(thrown);
    // A conflict is over in some minutes: the spool can wait.
    if (!retryable && code !== "conflict") throw thrown;
    logEvent("commit_failed", { recordings: recordings.length, cause: causeText(thrown) });
    wasAsked = true;
  }
  try {
    await queueRecordings(await spoolRecordings(recordings, deps), deps);
  } catch (thrown) {
    if (wasAsked) throw thrown;
    logEvent("commit_forced", { recordings: recordings.length, cause: causeText(thrown) });
    return await commitLast(recordings, deps);
  }
  return recordings.map((recording) => ({ status: "spooled", recording: takenOf(recording) }));
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
async function commitUnlessBusy(recordings: EnrichedRecording[], deps: Deps): Promise<StoreOutcome[] | null> {
  if (isBusy(deps.db, deps)) return null;
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
  const messages = recordings.map((recording) => {
    const body = { type: "store_recording" as const, recording: toSpooled(recording) };
    return { body, bytes: new TextEncoder().encode(JSON.stringify(body)).length };
  });
  if (messages.some(({ bytes }) => bytes > limits.queuedBytesMax)) throw keptNowhere(undefined);
  const posts = chunksWithin(messages, ({ bytes }) => bytes, limits.queuedBytesAtOnce, limits.queuedAtOnce);
  try {
    await inLanes(posts, limits.spoolLanes, async (post) => {
      const send = async () => await within(deps.queue.sendBatch(post.map(({ body }) => ({ body }))), limits.queueTimeoutMs, "The queue");
      await callGently(deps.queue, send, deps);
    });
  } catch (cause) {
    throw keptNowhere(cause);
  }
}

function keptNowhere(cause: unknown): CollectorError {
  return new CollectorError("unavailable", "The collector can keep nothing at the moment. Send the same again.", { cause });
}
