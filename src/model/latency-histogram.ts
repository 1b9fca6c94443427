import { limits } from "../limits";

/**
 * How many calls took how long, in buckets whose bounds grow by a constant factor, so that two can be added, and a percentile is off
 * by a bounded share of itself whatever the latencies are: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", 2019). Flat, since an answer holds thousands: a bucket's number and the calls in it,
 * and so on, the lowest bucket first.
 */
export type LatencyHistogram = number[];

/** What is told is rounded to four digits, which is off by 0.05 percent at most: the rest is the buckets'. */
const error = limits.latencyErrorPct / 100 - 0.0006;
/** Bucket i holds the latencies from `bucketGrowth ** (i - 1)` µs, not included, to `bucketGrowth ** i`. */
export const bucketGrowth = (1 + error) / (1 - error);

/** What some hold together; their buckets may be in any order. */
export function sumHistograms(histograms: LatencyHistogram[]): LatencyHistogram {
  let [least, greatest] = [Number.MAX_SAFE_INTEGER, -1];
  for (const histogram of histograms) {
    for (let at = 0; at < histogram.length; at += 2) {
      const bucket = histogram[at] ?? 0;
      if (bucket < least) least = bucket;
      if (bucket > greatest) greatest = bucket;
    }
  }
  if (greatest < 0) return [];
  const calls = new Float64Array(greatest - least + 1);
  for (const histogram of histograms) {
    for (let at = 0; at < histogram.length; at += 2) {
      const place = (histogram[at] ?? 0) - least;
      calls[place] = (calls[place] ?? 0) + (histogram[at + 1] ?? 0);
    }
  }
  const sum: LatencyHistogram = [];
  for (let place = 0; place < calls.length; place += 1) {
    const count = calls[place] ?? 0;
    if (count !== 0) sum.push(least + place, count);
  }
  return sum;
}

/** The same histogram with its buckets in their order, in which most come. */
export function orderHistogram(histogram: LatencyHistogram): LatencyHistogram {
  for (let at = 2; at < histogram.length; at += 2) if ((histogram[at] ?? 0) < (histogram[at - 2] ?? 0)) return sumHistograms([histogram]);
  return histogram;
}

/** How many calls it holds. */
export function countCalls(histogram: LatencyHistogram): number {
  let calls = 0;
  for (let at = 1; at < histogram.length; at += 2) calls += histogram[at] ?? 0;
  return calls;
}

/**
 * The latencies, in milliseconds, that these shares of the calls did not go over: for each the call of the nearest rank,
 * ceil(share × calls), off by `limits.latencyErrorPct` percent at most; null where there is no call.
 */
export function percentilesMs(histogram: LatencyHistogram, shares: number[]): (number | null)[] {
  const calls = countCalls(histogram);
  return shares.map((share) => {
    let left = Math.max(1, Math.ceil(share * calls));
    for (let at = 0; at < histogram.length; at += 2) {
      left -= histogram[at + 1] ?? 0;
      if (left <= 0) return latencyMsOf(histogram[at] ?? 0);
    }
    return null;
  });
}

/** What is as far, in shares, from the least as from the greatest latency of a bucket. */
function latencyMsOf(bucket: number): number {
  return (2 * bucketGrowth ** bucket) / (bucketGrowth + 1) / 1000;
}
