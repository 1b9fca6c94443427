import * as fc from "fast-check";
import type { Json, JsonObject } from "../../src/model/json";
import type { WireCondition, WireFilter } from "./search-oracle";
import type { World, WorldRecording, WorldSession, WorldTrace } from "./search-world";

/** Few values of each, so that conditions are met as often as not. */
const texts = ["", "a", "A", "Alpha", "alphabet", "beta", "BETA", "é", "É", "\u{1F600}", "\uFFFD", "z", 'quo"te', "it's", "100%", "_"];
const numbers = [-1, 0, 0.5, 1, 2.25, 1e9, 2 ** 53];
const keys = ["k", "K", 'a"b\\c', "a.b", "$.x", "é☀️", "freeplay_feedback", "0", "it's"];
const ids = ["x-1", "x-2", "x-3", "X-1", "x.4", "x_5"];
const models = ["gpt-4o", "GPT-4o", "claude", "gemini-2"];
const epochUs = 1_717_200_000_000_000;

/** A generator of numbers from 0 to 1 (mulberry32), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A world of so many recordings, in a tenth as many sessions, with and without everything. */
export function randomWorld(count: number, random: () => number): World {
  const pick = <Value>(list: readonly Value[]): Value => list[Math.floor(random() * list.length)] as Value;
  const maybe = <Value>(value: () => Value, chance = 0.6): Value | null => (random() < chance ? value() : null);
  const value = (): Json =>
    pick<() => Json>([() => pick(texts), () => pick(numbers), () => random() < 0.5, () => [pick(texts)], () => ({ k: pick(texts) })])();
  const map = (): JsonObject => Object.fromEntries(Array.from({ length: Math.floor(random() * 4) }, () => [pick(keys), value()]));
  const message = (): JsonObject =>
    random() < 0.5
      ? { role: "assistant", content: pick(texts) }
      : { role: "assistant", content: [{ type: "text", text: pick(texts), n: pick(numbers) }] };
  const moment = () => epochUs + Math.floor(random() * 40) * 500_000;
  const sessionIds = Array.from({ length: Math.ceil(count / 10) }, (_, index) => (index < ids.length ? (ids[index] ?? "") : `s-${index}`));
  const traceIds = [...ids, ...Array.from({ length: Math.ceil(count / 8) }, (_, index) => `t-${index}`)];
  const recordings = Array.from({ length: count }, (_, index): WorldRecording => {
    const startedUs = maybe(moment, 0.8);
    return {
      id: index < ids.length ? (ids[index] ?? "") : `r-${index}`,
      sessionId: pick(sessionIds),
      parentId: maybe(() => pick(traceIds)),
      testRunId: maybe(() => pick(ids), 0.4),
      provider: maybe(() => pick(["openai", "anthropic", "OpenAI"])),
      model: maybe(() => pick(models)),
      environment: maybe(() => pick(["prod", "dev", "Prod"])),
      startedUs,
      endedUs: maybe(() => (startedUs ?? moment()) + pick([-1_000_000, 0, 500_000, 1_000_000, 2_250_000]), 0.8),
      receivedUs: moment(),
      costNanoUsd: maybe(() => pick([0, 1, 500_000_000, 1_000_000_000, 2_250_000_000])),
      inputs: maybe(map),
      promptInfo: maybe(() => ({
        prompt_template_name: pick(texts),
        prompt_template_id: pick(ids),
        prompt_template_version_id: pick(ids),
      })),
      evalResults: maybe(map),
      feedback: maybe(map),
      evaluations: maybe(map, 0.4),
      messages: [{ role: "user", content: pick(texts) }, message()],
      appended: random() < 0.1 ? [[message()], [message(), { role: "tool", content: `${index} ${pick(texts)}` }]] : [],
      form: random() < 0.9 ? "row" : pick(["old", "bucket"] as const),
    };
  });
  const sessions = sessionIds.map((id): WorldSession => ({ id, createdUs: moment(), metadata: map() }));
  const traces = traceIds.slice(0, -2).map((id): WorldTrace => {
    const content = (): Json => pick([map, () => pick(texts), () => [pick(texts), pick(texts)]])();
    const given = {
      agent_name: maybe(() => pick(texts)),
      test_run_id: maybe(() => pick(ids)),
      started_us: maybe(moment),
      input: maybe(content),
      output: maybe(content),
    };
    const fields: JsonObject = Object.fromEntries(Object.entries(given).filter(([, one]) => one !== null));
    return { id, sessionId: pick(sessionIds), createdUs: moment(), fields, metadata: map(), feedback: map(), evaluations: map() };
  });
  return { recordings, sessions, traces };
}

const textOps = ["eq", "gt", "gte", "lt", "lte", "contains"];
const numberOps = ["eq", "gt", "gte", "lt", "lte"];
const textFields = {
  environment: ["prod", "dev"],
  model: models,
  provider: ["openai", "OpenAI"],
  prompt_template: texts,
  prompt_template_id: ids,
  prompt_template_version_id: ids,
  completion_id: [...ids, "r-7", "r-1"],
  session_id: [...ids, "s-7", "s"],
  trace_id: [...ids, "t-3", "t-1"],
  test_run_id: ids,
  agent_name: texts,
  trace_agent_name: texts,
  completion_output: texts,
  trace_input: texts,
  trace_output: texts,
};
const mapFields = [
  "completion_inputs",
  "completion_feedback",
  "session_custom_metadata",
  "trace_custom_metadata",
  "trace_input",
  "trace_output",
  "trace_feedback",
  "completion_client_evaluation_results",
  "trace_client_eval_results",
];
const times = [epochUs / 1e6, epochUs / 1e6 + 5.5, "2024-06-01 00:00:07", "2024-06-01T00:00:12.5Z", "2024-06-01"];

function comparison(field: string, values: readonly (string | number)[], ops: readonly string[]): fc.Arbitrary<WireCondition> {
  const value = fc.constantFrom(...values);
  const pair = fc.tuple(value, value).map((both): WireCondition => ({ field, op: "between", value: both }));
  return fc.oneof(
    { weight: ops.length, arbitrary: fc.record({ field: fc.constant(field), op: fc.constantFrom(...ops), value }) },
    { weight: 1, arbitrary: pair },
  );
}

/** Any condition that Freeplay's grammar has. */
const wireCondition: fc.Arbitrary<WireCondition> = fc.oneof(
  ...Object.entries(textFields).map(([field, values]) => comparison(field, values, textOps)),
  comparison("cost", [0, 1e-9, 0.5, 1, 3], numberOps),
  comparison("latency", [0, 0.5, 1, 2.25], numberOps),
  { weight: 3, arbitrary: comparison("start_time", times, numberOps) },
  ...mapFields.map((name) =>
    fc.constantFrom(...keys).chain((key) =>
      fc.oneof(
        comparison(`${name}.${key}`, texts, textOps),
        comparison(`${name}.${key}`, numbers, numberOps),
        fc.boolean().map((value): WireCondition => ({ field: `${name}.${key}`, op: "eq", value })),
      ),
    ),
  ),
);

/** Any filter, of some levels. */
export const wireFilter: fc.Arbitrary<WireFilter> = fc.letrec<{ filter: WireFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    wireCondition,
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((and) => ({ and })),
    fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((or) => ({ or })),
    tie("filter").map((not) => ({ not })),
  ),
})).filter;

/** Each field with each of its operators, and maps with each type of value. */
export const eachCondition: WireCondition[] = [
  ...Object.entries(textFields).flatMap(([field, values]) => withEach(field, textOps, values)),
  ...withEach("cost", numberOps, [0.5, 1]),
  ...withEach("latency", numberOps, [0.5, 1]),
  ...withEach("start_time", numberOps, times),
  ...mapFields.flatMap((name) => [
    ...withEach(`${name}.k`, textOps, texts),
    ...withEach(`${name}.k`, numberOps, numbers),
    ...[true, false].map((value) => ({ field: `${name}.k`, op: "eq", value })),
  ]),
];

function withEach(field: string, ops: readonly string[], values: readonly (string | number)[]): WireCondition[] {
  const value = (place: number) => values[place % values.length] ?? "";
  const [low, high] = [value(0), value(1)];
  return [...ops.map((op, place) => ({ field, op, value: value(place + 1) })), { field, op: "between", value: [low, high] }];
}
