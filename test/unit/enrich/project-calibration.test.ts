import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addObservations, calibrateModel, calibrateUsage, calibrationOf } from "../../../src/enrich/project-calibration";
import { limits } from "../../../src/limits";
import type { Observation } from "../../../src/model/calibration";
import { nothingReported, type SideUsage, type Usage } from "../../../src/model/usage";

const method = "chat-1/anthropic-4";

/** Calls of different lengths whose report is `ratio` times the estimate. */
function calls(count: number, ratio: number): Observation[] {
  return Array.from({ length: count }, (_, index) => [100 + 37 * index, Math.round((100 + 37 * index) * ratio)]);
}

function estimated(tokens: number): SideUsage {
  const estimate = { plainTokens: tokens - 7, encoding: "o200k_base", method, errorPct: 9, notes: [], calibration: null };
  return { tokens, source: "estimated", estimate };
}

test("the median ratio is used once there are eight calls, and not before", () => {
  expect(calibrationOf(calls(7, 1.25))).toBeNull();
  expect(calibrationOf(calls(8, 1.25))).toMatchObject({ ratio: expect.closeTo(1.25, 2), calls: 8 });
});

test("a third of the calls may be anything, and the ratio stands", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 })), { maxLength: 10 }), (strange) => {
      const calibration = calibrationOf([...calls(21, 1.3), ...strange]);
      expect(calibration?.ratio).toBeCloseTo(1.3, 1);
    }),
  );
});

test("a ratio that would mend little is not used: a spread is no calibration, nor is what is right already", () => {
  expect(calibrationOf(calls(32, 1))).toBeNull();
  const spread = calls(32, 1).map(([tokens, reported], index): Observation => [tokens, Math.round(reported * (index % 2 === 0 ? 0.5 : 2))]);
  expect(calibrationOf(spread)).toBeNull();
  expect(calibrationOf(calls(32, 50))).toBeNull();
});

test("what is kept is bounded, the newest, and a call made again and again counts once", () => {
  const one: Observation = [100, 130];
  const repeated = addObservations(null, { method, prompt: Array.from({ length: 100 }, () => one), completion: [] });
  expect(repeated.prompt).toEqual([one]);
  const many = addObservations(repeated, { method, prompt: calls(100, 1.3), completion: [] });
  expect(many.prompt).toEqual(calls(100, 1.3).slice(-limits.observationsKept));
});

test("a call that is seen again is among the newest", () => {
  const known = addObservations(null, { method, prompt: calls(limits.observationsKept, 1.3), completion: [] });
  const [oldest = [1, 1]] = known.prompt;
  expect(addObservations(known, { method, prompt: [oldest, [99, 7]], completion: [] }).prompt.slice(-2)).toEqual([oldest, [99, 7]]);
});

test("observations of another method are forgotten, and never used", () => {
  const old = { method: "chat-0/anthropic-4", prompt: calls(20, 2), completion: calls(20, 2) };
  expect(addObservations(old, { method, prompt: calls(1, 1.1), completion: [] })).toEqual({
    method,
    prompt: calls(1, 1.1),
    completion: [],
  });
  const usage: Usage = { prompt: estimated(1000), completion: estimated(10), reported: nothingReported };
  expect(calibrateUsage(usage, calibrateModel(old))).toEqual(usage);
});

test("only an estimated side is calibrated, and the row says by what", () => {
  const observed = { method, prompt: calls(20, 1.25), completion: calls(20, 1.25) };
  const reported: SideUsage = { tokens: 40, source: "reported", estimate: null };
  const usage = calibrateUsage({ prompt: estimated(1000), completion: reported, reported: nothingReported }, calibrateModel(observed));
  expect(usage.prompt).toMatchObject({
    tokens: 1250,
    source: "estimated",
    estimate: { plainTokens: 993, calibration: { ratio: expect.closeTo(1.25, 2), calls: 20 } },
  });
  expect(usage.prompt.estimate?.errorPct).toBeLessThan(1);
  expect(usage.completion).toEqual(reported);
});
