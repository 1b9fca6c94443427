import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CollectorError, type Issue } from "../../../src/errors";
import { limits } from "../../../src/limits";
import type { Entity } from "../../../src/model/filter";
import { type Json, type JsonObject, parseJson } from "../../../src/model/json";
import { readFilter } from "../../../src/query/search-wire";
import { openBinds, filterSql } from "../../../src/store/filter-sql";

const hour = 1_717_200_000_000_000;

test.for<[field: string, op: string, value: Json, expected: object]>([
  ["cost", "gt", 0.25, { field: "recording.cost_usd", key: null, op: "gt", value: 0.25 }],
  ["latency", "between", [1, 2.5], { field: "recording.latency_seconds", key: null, op: "between", value: [1, 2.5] }],
  ["start_time", "gte", "2024-06-01 00:00:00", { field: "recording.time", key: null, op: "gte", value: hour }],
  ["start_time", "lt", "2024-06-01T02:00:00+02:00", { field: "recording.time", key: null, op: "lt", value: hour }],
  ["start_time", "lt", "2024-06-01", { field: "recording.time", key: null, op: "lt", value: hour }],
  ["start_time", "eq", "2024-06-01 00:00:00.000001", { field: "recording.time", key: null, op: "eq", value: hour + 1 }],
  ["start_time", "eq", hour / 1e6, { field: "recording.time", key: null, op: "eq", value: hour }],
  ["trace_id", "eq", "t", { field: "recording.parent_id", key: null, op: "eq", value: "t" }],
  ["completion_output", "contains", "x", { field: "recording.output", key: null, op: "contains", value: "x" }],
  ["completion_inputs.a.b", "eq", true, { field: "recording.inputs", key: "a.b", op: "eq", value: true }],
  ["session_custom_metadata.k", "lte", 3, { field: "session.metadata", key: "k", op: "lte", value: 3 }],
  ["trace_input", "contains", "x", { field: "trace.input_texts", key: null, op: "contains", value: "x" }],
  ["trace_input.q", "contains", "x", { field: "trace.input", key: "q", op: "contains", value: "x" }],
])("%s %s is a condition of ours", ([field, op, value, expected]) => {
  expect(readFilter({ filters: { field, op, value } }, "recording")).toEqual(expected);
});

test("a field is that of what is searched for", () => {
  const read = (field: string, scope: Entity) => readFilter({ filters: { field, op: "eq", value: "x" } }, scope);
  expect(read("session_id", "session")).toMatchObject({ field: "session.id" });
  expect(read("session_id", "trace")).toMatchObject({ field: "trace.session_id" });
  expect(read("trace_id", "trace")).toMatchObject({ field: "trace.id" });
  expect(read("test_run_id", "session")).toMatchObject({ or: [{ field: "recording.test_run_id" }, { field: "trace.test_run_id" }] });
});

test("no filters are all, and and, or, not nest", () => {
  for (const body of [{}, { filters: null }, { filters: {} }]) expect(readFilter(body, "trace")).toEqual({ and: [] });
  const model = { field: "model", op: "eq", value: "m" };
  const ours = { field: "recording.model", key: null, op: "eq", value: "m" };
  expect(readFilter({ filters: { and: [{ not: model }, { or: [model, model] }] } }, "recording")).toEqual({
    and: [{ not: ours }, { or: [ours, ours] }],
  });
});

const condition = (part: JsonObject): Json => ({ field: "model", op: "eq", value: "m", ...part });

test.for<[filters: Json, path: string, words: string]>([
  [7, "filters", "must be an object"],
  [[condition({})], "filters", "must be an object"],
  [condition({ op: "like" }), "filters.op", "must be one of eq, gt, gte, lt, lte, contains, between"],
  [{ and: [condition({ op: "EQ" })] }, "filters.and.0.op", "must be one of"],
  [{ or: [condition({}), { not: condition({ field: "colour" }) }] }, "filters.or.1.not.field", "is not known here"],
  [{ and: [] }, "filters.and", "at least one"],
  [{ and: condition({}) }, "filters.and", "must be a list"],
  [{ not: null }, "filters.not", "must be an object"],
  [{ and: [condition({})], or: [condition({})] }, "filters", "has more than and"],
  [condition({ values: ["m"] }), "filters.values", "is not known here"],
  [condition({ value: 7 }), "filters.value", "must be a text"],
  [condition({ value: null }), "filters.value", "must be a text"],
  [condition({ value: "\0" }), "filters.value", "without NUL"],
  [condition({ value: "x".repeat(limits.filterTextUnitsMax + 1) }), "filters.value", "characters"],
  [condition({ op: "between", value: "m" }), "filters.value", "must be a list of two"],
  [condition({ op: "between", value: ["a", 1] }), "filters.value.1", "must be a text"],
  [condition({ field: 7 }), "filters.field", "must be the name"],
  [condition({ field: "model.x" }), "filters.field", "has no keys"],
  [condition({ field: "completion_inputs" }), "filters.field", "needs a key: completion_inputs.<key>"],
  [condition({ field: "__proto__" }), "filters.field", "is not known here"],
  [condition({ field: "cost", value: "1" }), "filters.value", "must be a number"],
  [condition({ field: "cost", op: "contains", value: 1 }), "filters.op", "contains is for texts"],
  [condition({ field: "start_time", value: "yesterday" }), "filters.value", "ISO 8601"],
  [condition({ field: "start_time", value: 1_717_200_000_000 }), "filters.value", "milliseconds"],
  [condition({ field: "completion_inputs.k", value: [1] }), "filters.value", "must be a text, a number or a boolean"],
  [condition({ field: "completion_inputs.k", op: "gt", value: true }), "filters.value", "eq alone"],
  [condition({ field: "completion_inputs.k", op: "between", value: [1, "a"] }), "filters.value", "one type"],
  [condition({ field: "review_status" }), "filters.field", "completion_feedback"],
  [condition({ field: "assignee" }), "filters.field", "not kept here"],
  [condition({ field: "api_key" }), "filters.field", "not kept here"],
  [condition({ field: "evaluation_notes.content" }), "filters.field", "not kept here"],
  [condition({ field: "completion_evaluation_results.x" }), "filters.field", "completion_client_evaluation_results"],
  [condition({ field: "trace_evaluation_results.x" }), "filters.field", "trace_client_eval_results"],
  [{ and: Array.from({ length: limits.filterConditionsMax + 1 }, () => condition({})) }, "filters.and", "may hold"],
  [Array.from({ length: limits.filterLevelsMax + 1 }).reduce<Json>((inner) => ({ not: inner }), condition({})), "filters", "levels"],
])("%j is refused by its path", ([filters, path, words]) => {
  const [issue] = issuesOf({ filters });
  expect(issue?.path).toBe(path);
  expect(issue?.message).toContain(words);
});

test("a misspelt body is refused, and not a search for everything", () => {
  expect(issuesOf({ filter: condition({}) })).toMatchObject([{ path: "filter" }]);
});

test("a number that JavaScript does not hold is compared as a double", () => {
  const body = parseJson('{"filters":{"field":"completion_inputs.n","op":"eq","value":9007199254740993}}') as JsonObject;
  expect(readFilter(body, "recording")).toMatchObject({ value: 9007199254740992 });
});

test("nothing of a caller's is in the text of a statement", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 50 }).filter((one) => one.isWellFormed() && !one.includes("\0"));
  const value = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }));
  const op = fc.constantFrom("eq", "gt", "lte");
  const sqlOf = (key: string, operator: string, against: Json) => {
    const filters = { field: `completion_inputs.${key}`, op: operator, value: against };
    return filterSql(readFilter({ filters }, "session"), "session", openBinds().bind);
  };
  fc.assert(
    fc.property(text, op, value, (key, operator, against) => {
      expect(sqlOf(key, operator, against)).toBe(sqlOf("k", operator, typeof against === "string" ? "t" : 1));
    }),
  );
});

test("any JSON at all is read or refused", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (filters) => {
      try {
        readFilter({ filters: filters as Json }, "recording");
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(CollectorError);
      }
    }),
  );
});

function issuesOf(body: JsonObject): Issue[] {
  try {
    readFilter(body, "recording");
  } catch (thrown) {
    if (thrown instanceof CollectorError && thrown.code === "bad_request") return thrown.issues ?? [];
    throw thrown;
  }
  return [];
}
