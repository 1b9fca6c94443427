import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../../src/limits";
import { bucketGrowth, countCalls, type LatencyHistogram, percentilesMs, sumHistograms } from "../../../src/model/latency-histogram";

/** The bucket of a latency, by the definition. */
function histogramOf(latenciesUs: number[]): LatencyHistogram {
  return sumHistograms(latenciesUs.map((us) => [Math.ceil(Math.log(us) / Math.log(bucketGrowth)), 1]));
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
      const sum = sumHistograms([histogramOf(other), histogramOf(one)]);
      expect(percentilesMs(sum, shares)).toEqual(percentilesMs(histogramOf([...one, ...other]), shares));
      expect(countCalls(sum)).toBe(one.length + other.length);
    }),
  );
});

test("of no call there is no percentile", () => {
  expect(percentilesMs([], [0.5])).toEqual([null]);
});

test("whatever the latencies are, a percentile as it is told is within its percent of the call at that rank", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_600_000_000 }), { minLength: 1, maxLength: 200 }), (latenciesUs) => {
      const histogram = histogramOf(latenciesUs);
      const sorted = latenciesUs.toSorted((one, other) => one - other);
      for (const [index, ms] of percentilesMs(histogram, [0.5, 0.95, 0.99]).entries()) {
        const exactMs = (sorted[Math.ceil(([0.5, 0.95, 0.99][index] ?? 0) * sorted.length) - 1] ?? 0) / 1000;
        const toldMs = Number((ms ?? 0).toPrecision(4));
        expect(Math.abs(toldMs - exactMs) / exactMs).toBeLessThanOrEqual(limits.latencyErrorPct / 100);
      }
    }),
    { numRuns: 500 },
  );
});
