import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../../src/limits";
import { addHistogram, bucketGrowth, countCalls, type LatencyHistogram, percentilesMs } from "../../../src/model/latency-histogram";

/** The bucket of a latency, by the definition. */
function histogramOf(latenciesUs: number[]): LatencyHistogram {
  const histogram: LatencyHistogram = new Map();
  addHistogram(
    histogram,
    latenciesUs.map((us) => [Math.ceil(Math.log(us) / Math.log(bucketGrowth)), 1]),
  );
  return histogram;
}

const latencies = fc.array(fc.integer({ min: 1, max: 10_000_000_000 }), { minLength: 1, maxLength: 200 });
const shares = [0, 0.5, 0.95, 0.99, 1];

test("a percentile is the call of the nearest rank, within the stated error", () => {
  fc.assert(
    fc.property(latencies, (all) => {
      const sorted = all.toSorted((one, other) => one - other);
      const told = percentilesMs(histogramOf(all), shares);
      shares.forEach((share, index) => {
        const exactMs = (sorted[Math.max(1, Math.ceil(share * all.length)) - 1] ?? 0) / 1000;
        expect(Math.abs((told[index] ?? 0) - exactMs)).toBeLessThanOrEqual(exactMs * (limits.latencyErrorPct / 100) * (1 + 1e-9));
      });
    }),
  );
});

test("histograms of parts, added in any order, are the whole's", () => {
  fc.assert(
    fc.property(latencies, latencies, (one, other) => {
      const sum = histogramOf(other);
      addHistogram(sum, histogramOf(one));
      expect(percentilesMs(sum, shares)).toEqual(percentilesMs(histogramOf([...one, ...other]), shares));
      expect(countCalls(sum)).toBe(one.length + other.length);
    }),
  );
});

test("of no call there is no percentile", () => {
  expect(percentilesMs(new Map(), [0.5])).toEqual([null]);
});
