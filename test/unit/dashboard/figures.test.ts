import * as fc from "fast-check";
import { expect, test } from "vitest";
import { costText, countText, durationText, shortCount, totalCostText } from "../../../src/dashboard/parts/figures";

test.for<[number | null, string]>([
  [null, "–"],
  [0, "0 ms"],
  [0.3, "0.3 ms"],
  [0.04, "<0.1 ms"],
  [12.4, "12 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [1234, "1.23 s"],
  [9999, "10.0 s"],
  [59_960, "1 min 0 s"],
  [119_800, "2 min 0 s"],
  [3_599_800, "1 h 0 min"],
  [5_400_000, "1 h 30 min"],
  [200 * 3_600_000, "200 h 0 min"],
])("%s ms is told as %s", ([ms, text]) => {
  expect(durationText(ms)).toBe(text);
});

test("a time is told within a twentieth of itself, or a second, and no part of it is full", () => {
  const units = { h: 3_600_000, min: 60_000, s: 1000, ms: 1 };
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (ms) => {
      const parts = [...durationText(ms).matchAll(/([\d.]+) (h|min|s|ms)/g)].map(([, count, unit]) => [Number(count), unit] as const);
      const told = parts.reduce((sum, [count, unit]) => sum + count * units[unit as keyof typeof units], 0);
      expect(Math.abs(told - ms)).toBeLessThanOrEqual(Math.max(ms / 20, 500));
      for (const [count, unit] of parts) expect(count).toBeLessThan(unit === "ms" ? 1000 : unit === "h" ? Infinity : 60);
    }),
  );
});

test.for<[number | null, string]>([
  [null, "–"],
  [0, "$0"],
  [1e-9, "$0.000000001"],
  [0.000_012_34, "$0.000012"],
  [0.05, "$0.050"],
  [0.999, "$1.00"],
  [1.5, "$1.50"],
  [99.999, "$100.00"],
  [1234.56, "$1,235"],
])("%s dollars are told as %s", ([usd, text]) => {
  expect(costText(usd)).toBe(text);
});

test("what costs something is never told as nothing, and off by a twentieth at most", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000_000 }), (nanoUsd) => {
      const told = Number(costText(nanoUsd / 1e9).replaceAll(/[$,]/g, ""));
      expect(Math.abs(told - nanoUsd / 1e9)).toBeLessThanOrEqual(nanoUsd / 1e9 / 20);
    }),
  );
});

test("calls of which none is priced cost nothing that is known", () => {
  expect(totalCostText({ recordings: 3, recordings_without_cost: 3, cost_usd: 0 })).toBe("–");
  expect(totalCostText({ recordings: 3, recordings_without_cost: 2, cost_usd: 0 })).toBe("$0");
});

test("a number that is not known is a dash, and no zero", () => {
  expect([countText(null), shortCount(null), countText(0), shortCount(0)]).toEqual(["–", "–", "0", "0"]);
  expect([countText(1_234_567), shortCount(1_234_567)]).toEqual(["1,234,567", "1.2M"]);
});
