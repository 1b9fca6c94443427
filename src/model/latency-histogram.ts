import { limits } from "../limits";

/**
 * How many calls took how long, in buckets whose bounds grow by a constant factor, so that two can be added, and a percentile is off
 * by a bounded share of itself whatever the latencies are: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", 2019). A bucket's number → calls in it.
 */
export type LatencyHistogram = Map<number, number>;

/** What is told is rounded to four digits, which is off by 0.05 percent at most: the rest is the buckets'. */
const error = limits.latencyErrorPct / 100 - 0.0006;
/** Bucket i holds the latencies from `bucketGrowth ** (i - 1)` µs, not included, to `bucketGrowth ** i`. */
export const bucketGrowth = (1 + error) / (1 - error);

/** Adds what another one holds. */
export function addHistogram(to: LatencyHistogram, more: Iterable<[number, number]>): void {
  for (const [bucket, count] of more) to.set(bucket, (to.get(bucket) ?? 0) + count);
}

/** How many calls it holds. */
export function countCalls(histogram: LatencyHistogram): number {
  return [...histogram.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * The latencies, in milliseconds, that these shares of the calls did not go over: for each the call of the nearest rank,
 * ceil(share × calls), off by `limits.latencyErrorPct` percent at most; null where there is no call.
 */
export function percentilesMs(histogram: LatencyHistogram, shares: number[]): (number | null)[] {
  const buckets = [...histogram].toSorted(([one], [other]) => one - other);
  const calls = countCalls(histogram);
  return shares.map((share) => {
    let left = Math.max(1, Math.ceil(share * calls));
    for (const [bucket, count] of buckets) {
      left -= count;
      if (left <= 0) return latencyMsOf(bucket);
    }
    return null;
  });
}

/** What is as far, in shares, from the least as from the greatest latency of a bucket. */
function latencyMsOf(bucket: number): number {
  return (2 * bucketGrowth ** bucket) / (bucketGrowth + 1) / 1000;
}
