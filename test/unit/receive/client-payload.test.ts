import * as fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import type { CallInfo, JsonObject, RecordPayload } from "../../../src/client/record-payload";
import type { Deps } from "../../../src/env";
import type { Json } from "../../../src/model/json";
import type { KeyTable } from "../../../src/model/own-keys";
import * as schema from "../../../src/receive/payload";
import { recordingFromPayload, type recordPayload } from "../../../src/receive/records-wire";

type CamelCase<Name> = Name extends `${infer First}_${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;

/** The collector's own keys in camelCase. An object of any keys is the caller's. */
type InCamelCase<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? string extends keyof Value
      ? JsonObject
      : { [Key in keyof Value as CamelCase<Key>]: InCamelCase<Exclude<Value[Key], undefined>> }
    : Value;

type FromWire = InCamelCase<z.input<ReturnType<typeof recordPayload>>>;

/** What the client's types deliberately say otherwise: one name for one thing, and objects that callers have as interfaces, which have no index. */
interface Wanted extends Omit<
  FromWire,
  "messages" | "sessionId" | "traceInfo" | "toolSchema" | "outputSchema" | "promptInfo" | "callInfo"
> {
  allMessages: readonly object[];
  toolSchema?: readonly object[] | object;
  outputSchema?: object;
  promptInfo?: Omit<NonNullable<FromWire["promptInfo"]>, "projectId">;
  callInfo?: Omit<NonNullable<FromWire["callInfo"]>, "usage" | "providerInfo"> & { usage?: object; providerInfo?: unknown };
}

/** A field that only one of two types has makes them differ, where it may be missing too. */
type AllRequired<Value> = Value extends object ? { [Key in keyof Value]-?: AllRequired<Value[Key]> } : Value;

test("what the client's types allow is what the collector's schema takes", () => {
  expectTypeOf<RecordPayload>().toExtend<Wanted>();
  expectTypeOf<Wanted>().toExtend<RecordPayload>();
  expectTypeOf<AllRequired<RecordPayload>>().toExtend<AllRequired<Wanted>>();
  expectTypeOf<AllRequired<Wanted>>().toExtend<AllRequired<RecordPayload>>();
});

type Whole<Name extends keyof RecordPayload> = Required<NonNullable<RecordPayload[Name]>>;
const id = fc.stringMatching(/^[\w:@-]{1,128}$/);
const name = fc.string({ minLength: 1, maxLength: 256, unit: "grapheme-ascii" });
const open = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }) as fc.Arbitrary<JsonObject>;
const some = <Value>(fields: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> }, requiredKeys: (keyof Value)[] = []) =>
  fc.record(fields, { requiredKeys }) as fc.Arbitrary<Value>;

/** A generator of each object of a client's payload, for every field that its type has: a field more or less is a type error here. */
const timeless = {
  provider: name,
  model: name,
  modelParameters: open.filter((parameters) => !("members" in parameters)),
  usage: some({ promptTokens: fc.nat(), completionTokens: fc.nat() }),
  providerInfo: fc.jsonValue().filter((value) => value !== null),
  apiStyle: name,
};
const callInfo = {
  ...timeless,
  startTime: fc.double({ min: 0, max: 1e11, noNaN: true }),
  endTime: fc.date({ min: new Date(0), max: new Date("4999-01-01"), noInvalidDate: true }).map((date) => date.toISOString()),
} satisfies { [Key in keyof Required<CallInfo>]: fc.Arbitrary<Required<CallInfo>[Key]> };
const inside = {
  sessionInfo: { sessionId: id, customMetadata: open } satisfies Generators<"sessionInfo">,
  responseInfo: {
    isComplete: fc.boolean(),
    functionCallResponse: fc.record({ name: fc.string(), arguments: fc.string() }),
  } satisfies Generators<"responseInfo">,
  testRunInfo: { testRunId: id, testCaseId: id } satisfies Generators<"testRunInfo">,
  promptInfo: { promptTemplateVersionId: name, promptTemplateId: name, environment: name } satisfies Generators<"promptInfo">,
  error: { type: fc.string(), message: fc.string() } satisfies Generators<"error">,
};
type Generators<Name extends keyof RecordPayload> = { [Key in keyof Whole<Name>]: fc.Arbitrary<Whole<Name>[Key]> };
const payload = {
  id,
  projectId: fc.constant("p"),
  allMessages: fc.array(open, { minLength: 1, maxLength: 3 }),
  inputs: open,
  sessionInfo: some(inside.sessionInfo),
  callInfo: fc.oneof(some(callInfo, ["provider", "model", "startTime", "endTime"]), some(timeless, ["provider", "model"])),
  responseInfo: some(inside.responseInfo),
  testRunInfo: fc.record(inside.testRunInfo),
  toolSchema: fc.oneof(fc.array(open, { maxLength: 2 }), open),
  outputSchema: open,
  promptInfo: some(inside.promptInfo),
  environment: name,
  parentId: id,
  evalResults: open,
  mediaInputs: open,
  error: some(inside.error, ["message"]),
} satisfies { [Key in keyof Required<RecordPayload>]: fc.Arbitrary<Required<RecordPayload>[Key]> };
const payloads = some<RecordPayload>(payload, ["allMessages"]);

/** What the collector takes, and the client leaves to others: other names of the same. */
const leftOut: Record<string, string[]> = { payload: ["session_id", "trace_info"], promptInfo: ["project_id"] };

test("the client's types have each field of the collector's schema, and no other", () => {
  const tables: [of: string, table: KeyTable, fields: string[]][] = [
    ["payload", schema.payloadKeys, Object.keys(payload)],
    ["callInfo", schema.callInfoKeys, Object.keys(callInfo)],
    ["sessionInfo", schema.sessionInfoKeys, Object.keys(inside.sessionInfo)],
    ["responseInfo", schema.responseInfoKeys, Object.keys(inside.responseInfo)],
    ["testRunInfo", schema.testRunInfoKeys, Object.keys(inside.testRunInfo)],
    ["promptInfo", schema.promptInfoKeys, Object.keys(inside.promptInfo)],
    ["error", schema.errorKeys, Object.keys(inside.error)],
  ];
  for (const [of, table, fields] of tables) {
    const wanted = Object.keys(table).filter((key) => !leftOut[of]?.includes(key));
    expect([of, fields.map((field) => toWire(field)).toSorted()]).toEqual([of, wanted.toSorted()]);
  }
});

test("whatever a client sends that its types allow, the collector takes it, and keeps each field with its value", () => {
  const deps = { now: () => 0, newId: () => "made" } as Deps;
  const principal = { keyId: "k", scope: "browser", projectId: "p" } as const;
  fc.assert(
    fc.property(payloads, (given) => {
      const sent = JSON.parse(JSON.stringify(given)) as Json;
      const recording = recordingFromPayload(sent, principal, deps);
      const madeId = given.id ?? "made";
      expect(recording).toMatchObject({ id: madeId, projectId: "p", sessionId: given.sessionInfo?.sessionId ?? madeId });
      expect(JSON.parse(JSON.stringify(recording.content))).toEqual(contentOf(JSON.parse(JSON.stringify(given)) as RecordPayload, madeId));
    }),
    { numRuns: 1000 },
  );
});

/** What is to be read back: what was given, own keys in snake_case, and what is empty left out. */
function contentOf(given: RecordPayload, madeId: string): object {
  const { id: _, projectId: __, allMessages, sessionInfo, callInfo: call, environment = given.promptInfo?.environment, ...others } = given;
  const { responseInfo, testRunInfo, promptInfo, error, mediaInputs, ...plain } = others;
  const objects = Object.entries({ responseInfo, testRunInfo, promptInfo, error, mediaInputs }).filter(([, value]) => !isEmpty(value));
  return {
    messages: allMessages,
    session_info: { session_id: madeId, ...inSnakeCase(sessionInfo) },
    ...inSnakeCase(plain),
    ...Object.fromEntries(objects.map(([key, value]) => [toWire(key), key === "mediaInputs" ? value : inSnakeCase(value)])),
    ...(environment !== undefined && { environment }),
    ...(call && { call_info: callOf(call) }),
  };
}

function callOf({ usage, ...call }: CallInfo): object {
  const { startTime, endTime } = call;
  return {
    model_parameters: {},
    ...inSnakeCase(call),
    ...(startTime !== undefined && { start_time: startTime, end_time: (Date.parse(String(endTime)) * 1000) / 1e6 }),
    ...(!isEmpty(usage) && { usage: inSnakeCase(usage) }),
  };
}

function inSnakeCase(value: object | undefined): object {
  return Object.fromEntries(Object.entries(value ?? {}).map(([key, inner]) => [toWire(key), inner]));
}

function isEmpty(value: object | undefined): boolean {
  return Object.keys(value ?? {}).length === 0;
}

function toWire(key: string): string {
  return key === "allMessages" ? "messages" : key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
