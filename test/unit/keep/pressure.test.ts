import { expect, test } from "vitest";
import { CollectorError } from "../../../src/errors";
import { callGently, commitGently, isBusy, isResting } from "../../../src/keep/pressure";
import { limits } from "../../../src/limits";

const never = async () => await new Promise<never>(() => undefined);

test("a call whose caller hung up, and which so never ends, is waited for no longer than any other could take", async () => {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs };
  const binding = {};
  const late = async () => await Promise.reject(new CollectorError("unavailable", "Late.", { isTimeOut: true }));
  await callGently(binding, late, clock).catch(() => undefined);
  nowMs += limits.restMs;
  void callGently(binding, never, clock);
  expect(isResting(binding, clock)).toBe(true);
  nowMs += limits.callGoneMs;
  expect(isResting(binding, clock)).toBe(false);
  expect(await callGently(binding, async () => await Promise.resolve("back"), clock)).toBe("back");
});

test("transactions whose callers hung up make a database busy no longer than any other could", () => {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs };
  const db = {} as D1Database;
  for (let count = 0; count < limits.commitsInFlight; count += 1) void commitGently(db, never, clock);
  expect(isBusy(db, clock)).toBe(true);
  nowMs += limits.callGoneMs;
  expect(isBusy(db, clock)).toBe(false);
});

test("a rest that was noted by a clock that was set back since is over", async () => {
  let nowMs = 1_000_000_000;
  const clock = { now: () => nowMs };
  const binding = {};
  const late = async () => await Promise.reject(new CollectorError("unavailable", "Late.", { isTimeOut: true }));
  await callGently(binding, late, clock).catch(() => undefined);
  expect(isResting(binding, clock)).toBe(true);
  nowMs -= 3_600_000;
  expect(isResting(binding, clock)).toBe(false);
});
