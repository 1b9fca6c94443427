import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeWeek } from "../../../scripts/demo/week.mjs";
import type { Deps } from "../../../src/env";
import { limits } from "../../../src/limits";
import { type Json, type JsonObject, parseJson } from "../../../src/model/json";
import type { Principal } from "../../../src/model/key";
import { readTestCases } from "../../../src/model/test-case";
import { amendmentFromFeedbackItem } from "../../../src/receive/feedback-item";
import { amendmentFromTrace } from "../../../src/receive/freeplay-traces-wire";
import { recordingFromPayload } from "../../../src/receive/records-wire";

const deps = {
  now: () => 1_790_000_000_000,
  newId: () => "made-here",
  randomBytes: (count: number) => new Uint8Array(count),
} as unknown as Deps;
const principal: Principal = { keyId: "k", scope: "ingest", projectId: "demo" };
const untilMs = Date.UTC(2026, 10, 28, 12);
const plan = { seed: "1", days: 7, recordings: 2000, untilMs };
const week = makeWeek(plan);

const plans = fc.record({
  seed: fc.stringMatching(/^[\w.-]{1,12}$/),
  days: fc.integer({ min: 1, max: 10 }),
  recordings: fc.integer({ min: 1, max: 150 }),
  untilMs: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) }),
});

/** As it goes over the wire. */
function sent(value: unknown): Json {
  return parseJson(JSON.stringify(value));
}

test("the same seed gives the same week, and another one another", () => {
  expect(makeWeek(plan)).toEqual(week);
  const other = makeWeek({ ...plan, seed: "2" });
  expect(other.recordings[0]?.body["all_messages"]).not.toEqual(week.recordings[0]?.body["all_messages"]);
});

test("whatever is asked for, every recording, trace, test case and word of a user's is one that the collector takes", () => {
  fc.assert(
    fc.property(plans, (any) => {
      const made = makeWeek(any);
      for (const { body } of made.recordings) {
        const testRunInfo = body["test_run_info"] === undefined ? {} : { test_run_info: { ...body["test_run_info"], test_run_id: "r" } };
        const recording = recordingFromPayload(sent({ ...body, ...testRunInfo }), principal, deps);
        expect(recording.content.extra).toBeUndefined();
      }
      for (const { body, session } of made.traces) {
        const { id, ...trace } = body as { id: string };
        amendmentFromTrace(sent(trace) as JsonObject, { projectId: "demo", sessionId: session ?? "", id }, 0, deps);
      }
      for (const { body } of made.feedback) amendmentFromFeedbackItem(sent(body) as JsonObject, principal, deps);
      readTestCases(sent(made.testCases) as Json[], { kind: null, areAgents: false, path: "examples", newId: () => "made-here" });
    }),
    { numRuns: 30 },
  );
});

test("no id comes twice, and what is said of a recording or belongs to it names one that is there", () => {
  fc.assert(
    fc.property(plans, (any) => {
      const made = makeWeek(any);
      const ids = made.recordings.map(({ body }) => body["id"] as string);
      const traceIds = made.traces.map(({ body }) => body["id"] as string);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(traceIds).size).toBe(traceIds.length);
      expect(ids.filter((id) => id.length > limits.idCharsMax)).toEqual([]);
      for (const { body } of made.feedback) expect(ids).toContain(body["id"]);
      for (const { body } of made.traces) if (body["kind"] === "tool") expect(ids).toContain(body["parent_id"]);
    }),
    { numRuns: 30 },
  );
});

test("a day later, or with more recordings, what was there before is there again, to the letter", () => {
  fc.assert(
    fc.property(plans, fc.integer({ min: 0, max: 86_400_000 }), fc.integer({ min: 0, max: 200 }), (any, laterMs, more) => {
      const before = makeWeek(any);
      // As many a day as before, and as many test cases.
      const days = any.days + 1;
      const after = makeWeek({
        ...any,
        days,
        recordings: Math.ceil(((any.recordings + more) * days) / any.days),
        untilMs: any.untilMs + laterMs,
      });
      const known = new Map(after.recordings.map(({ body }) => [body["id"], body]));
      for (const { body } of before.recordings) expect(known.get(body["id"])).toEqual(body);
    }),
    { numRuns: 20 },
  );
});

test("nothing is later than now or older than its days, and all is in the order in which it happened", () => {
  for (const part of [week.recordings, week.traces, week.feedback]) {
    const times = part.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(untilMs);
    expect(times[0]).toBeGreaterThan(untilMs - 7 * 86_400_000);
  }
});

describe("a week has what there is to look at", () => {
  const bodies = week.recordings.map(({ body }) => body);
  const count = (is: (body: Record<string, any>) => boolean) => bodies.filter(is).length; // oxlint-disable-line typescript/no-explicit-any -- bodies are looked into freely
  const text = JSON.stringify(bodies);

  test("about as many recordings as were asked for", () => {
    expect(bodies.length).toBeGreaterThan(1500);
    expect(bodies.length).toBeLessThan(2500);
  });

  test("models of many providers, in the messages of each", () => {
    const models = new Set(bodies.map(({ call_info: call }) => call.model));
    expect(models.size).toBeGreaterThanOrEqual(7);
    expect(new Set(bodies.map(({ call_info: call }) => call.provider))).toEqual(
      new Set(["openai", "anthropic", "google", "mistral", "ollama"]),
    );
    for (const form of [
      '"tool_calls"',
      '"function_call":{',
      '"tool_use"',
      '"tool_result"',
      '"thinking"',
      '"functionCall"',
      '"functionResponse"',
    ])
      expect(text).toContain(form);
    for (const form of ['"function_call_output"', '"reasoning"', '"output_text"', '"input_image"', "data:image/png;base64,", ".jpg"])
      expect(text).toContain(form);
  });

  test("several languages, and no sentence with a blank left in it", () => {
    for (const words of ["order", "Bestellung", "pedido", "ご注文", "订单", "طلب"]) expect(text).toContain(words);
    expect(text).not.toMatch(/\{(?:item|other|kind|order|carrier|city|date|days|price|otherPrice)\}/);
    expect(text).not.toMatch(/undefined|NaN/);
  });

  test("environments, versions of prompts, test runs, evaluations and usage that is told or not", () => {
    expect(new Set(bodies.map(({ prompt_info: prompt }) => prompt.environment)).size).toBe(3);
    expect(new Set(bodies.map(({ prompt_info: prompt }) => prompt.prompt_template_version_id)).size).toBeGreaterThan(5);
    expect(week.testRuns).toHaveLength(2);
    expect(count((body) => body["eval_results"] !== undefined)).toBeGreaterThan(100);
    expect(count((body) => body["call_info"].usage === undefined)).toBeGreaterThan(100);
    expect(count((body) => body["call_info"].model_parameters.time_to_first_token_ms > 0)).toBeGreaterThan(500);
    expect(count((body) => body["output_schema"] !== undefined)).toBeGreaterThan(50);
    expect(count((body) => body["parent_id"] !== undefined)).toBeGreaterThan(50);
    expect(count((body) => body["response_info"].is_complete === false && body["error"] === undefined)).toBeGreaterThan(5);
    expect(week.traces.length).toBeGreaterThan(50);
    expect(week.feedback.length).toBeGreaterThan(50);
  });

  test("a night, and a bad hour that stands out", () => {
    const hourOf = ({ atMs }: { atMs: number }) => new Date(atMs).toISOString().slice(0, 13);
    const failures = week.recordings.filter(({ body }) => body["error"] !== undefined);
    const inBadHours = failures.filter((failure) => /^2026-11-25T1[67]/.test(hourOf(failure)));
    expect(inBadHours.length).toBeGreaterThan(failures.length / 4);
    const atNight = week.recordings.filter(({ atMs }) => new Date(atMs).getUTCHours() < 5 && new Date(atMs).getUTCHours() !== 2).length;
    expect(atNight).toBeLessThan(week.recordings.length / 20);
  });
});
