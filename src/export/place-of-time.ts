import { limits } from "../limits";
import { firstCommitSince, lastCutBefore } from "../store/log";

/**
 * The place in the log behind which all stands that was received, or changed, from a time on. The log is in the order of commits,
 * and what waited in the spool was received long before its neighbours: only a walk over all of it, window by window, finds the
 * first that is late enough. It begins behind what was cut into batches before the time: nothing is committed before it is received.
 */
export async function placeOfTime(db: D1Database, timeUs: number, headSeq: number): Promise<number> {
  // Clocks of two isolates differ.
  const fromUs = timeUs - limits.replayMarginSeconds * 1e6;
  for (let from = await lastCutBefore(db, fromUs); from < headSeq; from += limits.replayWindow) {
    const first = await firstCommitSince(db, { fromSeq: from, toSeq: Math.min(from + limits.replayWindow, headSeq) }, fromUs);
    if (first !== null) return first - 1;
  }
  return headSeq;
}
