import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { randomFraction, retryDelaySeconds } from "../../../src/export/reach/backoff";
import { limits } from "../../../src/limits";

const failures = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const asked = fc.option(fc.oneof(fc.nat(100_000), fc.constantFrom(Infinity, 1e308, 0.5)), { nil: undefined });

test("a delay is whole seconds within its bounds, however many failures there were", () => {
  fc.assert(
    fc.property(failures, asked, random, (count, retryAfterSeconds, fraction) => {
      const delay = retryDelaySeconds(count, retryAfterSeconds, fraction);
      expect(Number.isSafeInteger(delay)).toBe(true);
      expect(delay).toBeGreaterThanOrEqual(Math.max(limits.deliveryRetrySeconds / 2, Math.min(retryAfterSeconds ?? 0, 86_400)));
      expect(delay).toBeLessThanOrEqual(retryAfterSeconds === undefined ? limits.deliveryRetrySecondsMax : limits.retryAfterSecondsMax);
    }),
  );
});

test("the mean delay grows with every failure, twice as long each time, until it stays at three quarters of an hour", () => {
  const mean = (count: number) => {
    const delays = Array.from({ length: 1000 }, (_, index) => retryDelaySeconds(count, undefined, index / 1000));
    return delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  };
  const means = Array.from({ length: 40 }, (_, index) => mean(index + 1));
  expect(means).toEqual(means.toSorted((a, b) => a - b));
  expect(means[0]).toBeCloseTo(0.75 * limits.deliveryRetrySeconds, -1);
  for (const index of [4, 5, 6, 7]) expect((means[index + 1] ?? 0) / (means[index] ?? 1)).toBeCloseTo(2, 1);
  expect(means[11]).toBeCloseTo(0.75 * limits.deliveryRetrySecondsMax, -1);
  expect(means[39]).toBe(means[11]);
});

test("half of a delay is fixed and half at random", () => {
  expect(retryDelaySeconds(5, undefined, 0)).toBe(40);
  expect(retryDelaySeconds(5, undefined, 0.5)).toBe(60);
  expect(retryDelaySeconds(5, undefined, 1 - 2 ** -32)).toBe(80);
});

test("Retry-After lengthens a delay, and never shortens it", () => {
  expect(retryDelaySeconds(1, 120, 0.5)).toBe(120);
  expect(retryDelaySeconds(10, 1, 0)).toBe(1280);
  expect(retryDelaySeconds(1, 1e9, 0)).toBe(86_400);
});

test("a fraction is of 32 random bits, and below 1", () => {
  expect(randomFraction(() => new Uint8Array([255, 255, 255, 255]))).toBeLessThan(1);
  expect(randomFraction(() => new Uint8Array(4))).toBe(0);
  expect(randomFraction(() => new Uint8Array([9, 128, 0, 0, 0]).subarray(1))).toBe(0.5);
  const fractions = Array.from({ length: 1000 }, () => randomFraction((length) => randomBytes(length)));
  expect(new Set(fractions).size).toBeGreaterThan(990);
});
