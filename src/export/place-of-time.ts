import { limits } from "../limits";
import { commitFrom } from "../store/log";

/**
 * The place in the log behind which everything was committed that was from a time on, by halving: the log is in the order of
 * commits, so nearly in that of their times, and what clocks differ by is made up for by beginning a little before.
 */
export async function placeOfTime(db: D1Database, timeUs: number, headSeq: number): Promise<number> {
  const fromUs = timeUs - limits.replayMarginSeconds * 1e6;
  let before = 0;
  let upTo = headSeq;
  while (before < upTo) {
    const middle = Math.floor((before + upTo) / 2);
    // The first place that is still there from the middle on; between the two there is none.
    const entry = await commitFrom(db, middle + 1);
    if (entry === null || entry.committedUs >= fromUs) upTo = middle;
    else before = Math.min(entry.seq, upTo);
  }
  return before;
}
