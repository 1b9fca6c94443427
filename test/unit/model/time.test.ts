import * as fc from "fast-check";
import { expect, test } from "vitest";
import { latencyMs, Moment, toIso, toMicroseconds } from "../../../src/model/time";

test("seconds and the ISO text of the same microsecond are one moment", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e15 }), (microseconds) => {
      const iso = toIso(microseconds);
      expect(toMicroseconds(Moment.parse(iso))).toBe(microseconds);
      expect(toMicroseconds(Moment.parse(microseconds / 1e6))).toBe(microseconds);
    }),
  );
});

test.for([
  ["2026-11-22T15:37:04.439612944Z", 1_795_361_824.439612],
  ["2026-11-22T15:33:12.523779+00:00", 1_795_361_592.523779],
  ["2026-11-22T16:33:12+01:00", 1_795_361_592],
  ["2026-01-02T03:04:05.5+0530", 1_767_303_245.5],
  ["2026-01-02T03:04Z", 1_767_323_040],
  ["2024-02-29T00:00:00Z", 1_709_164_800],
  [1.5, 1.5],
  [0, 0],
] as const)("%s is taken", ([given, seconds]) => {
  expect(Moment.parse(given)).toBeCloseTo(seconds, 6);
});

test.for([
  1_767_323_045_678,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "yesterday",
  "2026-11-22",
  "2026-13-22T00:00:00Z",
  "2026-02-30T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-01-02T25:00:00Z",
  "12",
  {},
  true,
])("%s is refused", (given) => {
  expect(Moment.safeParse(given).success).toBe(false);
});

test("a latency is known only where both ends are and the end is not before the start", () => {
  expect(latencyMs(1_000_000, 2_500_500)).toBe(1500.5);
  expect(latencyMs(2, 1)).toBeNull();
  expect(latencyMs(null, 1)).toBeNull();
});
