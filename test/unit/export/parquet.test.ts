import type { DuckDBTimestampTZValue, DuckDBValue } from "@duckdb/node-api";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exportColumns } from "../../../src/export/pack/columns";
import { packParquet } from "../../../src/export/pack/parquet";
import { isJsonObject, type Json } from "../../../src/model/json";
import { usageAnswer } from "../../../src/model/usage-wire";
import { makeFolder, query, writeObject } from "./duckdb";
import { deletedRow, type MadeRow, pack, plainRow, presentRow } from "./export-rows";

const duckTypes = {
  string: "VARCHAR",
  json: "VARCHAR",
  int32: "INTEGER",
  int64: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP WITH TIME ZONE",
};
const declared = exportColumns.map(({ name, type }) => [name, duckTypes[type]]);

test("what DuckDB reads of any recordings is what was packed, value by value", async () => {
  const folder = makeFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(presentRow, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 20 }), async (made, rowsPerAdd) => {
      const rows = made.map(({ row }) => row);
      const path = writeObject(folder, "x.parquet", await pack(packParquet("full"), rows, rowsPerAdd));
      const read = await query(`SELECT * FROM '${path}'`);
      expect(read.map(readable)).toEqual(made.map(expectedColumns));
      await expectSums(
        path,
        rows.flatMap((row) => (row.isDeleted ? [] : [row.recording])),
      );
    }),
    { numRuns: 60 },
  );
});

test("the types are those of the table, of an object without rows too", async () => {
  const folder = makeFolder();
  const some = writeObject(folder, "some.parquet", await pack(packParquet("full"), [plainRow(1)]));
  const none = writeObject(folder, "none.parquet", await pack(packParquet("full"), []));
  for (const path of [some, none]) {
    const described = await query(`DESCRIBE SELECT * FROM '${path}'`);
    expect(described.map((column) => [column["column_name"], column["column_type"]])).toEqual(declared);
  }
  expect(await query(`SELECT count(*) AS rows FROM '${none}'`)).toEqual([{ rows: 0n }]);
});

test("times are annotated in the new way and in the old", async () => {
  const path = writeObject(makeFolder(), "x.parquet", await pack(packParquet("full"), [plainRow(1)]));
  const [element] = await query(`SELECT type, converted_type, logical_type FROM parquet_schema('${path}') WHERE name = 'started_at'`);
  expect(element).toMatchObject({ type: "INT64", converted_type: "TIMESTAMP_MICROS" });
  expect(element?.["logical_type"]).toMatch(/isAdjustedToUTC=1.*MICROS=MicroSeconds/);
});

test("a deletion is a row of its place, its time and nothing else", async () => {
  const folder = makeFolder();
  await fc.assert(
    fc.asyncProperty(deletedRow, async (row) => {
      const path = writeObject(folder, "x.parquet", await pack(packParquet("full"), [row, plainRow(1)]));
      const [read] = await query(`SELECT * FROM '${path}' WHERE deleted`);
      const { id, projectId, seq, committedUs } = row as Extract<typeof row, { isDeleted: true }>;
      const kept = { id, project_id: projectId, seq: BigInt(seq), deleted: true, committed_at: BigInt(committedUs) };
      expect(readable(read ?? {})).toEqual({ ...Object.fromEntries(declared.map(([name]) => [name, null])), ...kept });
    }),
    { numRuns: 20 },
  );
});

test("5,000 recordings add up", async () => {
  const rows = Array.from({ length: 5000 }, (_, at) => plainRow(at));
  const path = writeObject(makeFolder(), "x.parquet", await pack(packParquet("full"), rows, 500));
  await expectSums(
    path,
    rows.map(({ recording }) => recording),
  );
  const [read] = await query(`SELECT count(DISTINCT id) AS ids, count(DISTINCT messages) AS messages FROM '${path}'`);
  expect(read).toEqual({ ids: 5000n, messages: 5000n });
  expect(await query(`SELECT count(DISTINCT row_group_id) AS groups FROM parquet_metadata('${path}')`)).toEqual([{ groups: 10n }]);
});

test.for([
  ["that repeats", () => "日本 ".repeat(271_000)],
  [
    "that cannot be compressed",
    () =>
      Buffer.from(crypto.getRandomValues(new Uint8Array(65_536)))
        .toString("base64")
        .repeat(21),
  ],
  [
    "that is no text of any language",
    () =>
      String.fromCharCode(...crypto.getRandomValues(new Uint16Array(30_000)))
        .toWellFormed()
        .repeat(20),
  ],
] as const)("a message of 1.9 MB %s comes back", async ([, make]) => {
  const messages = [{ role: "user", content: make() }];
  const row = plainRow(1);
  row.recording.contentText = JSON.stringify({ messages, session_info: { session_id: "s" } });
  const path = writeObject(makeFolder(), "x.parquet", await pack(packParquet("full"), [plainRow(0), row, plainRow(2)]));
  const [read] = await query(`SELECT messages FROM '${path}' WHERE id = 'r1'`);
  expect(read?.["messages"] === JSON.stringify(messages)).toBe(true);
});

test("DuckDB reads JSON columns as JSON, and a project and a day from the key, the project decoded", async () => {
  const folder = makeFolder();
  writeObject(folder, "project=a%3Ab%40c/date=2026-01-31/x.parquet", await pack(packParquet("full"), [plainRow(1)]));
  const read = await query(
    `SELECT project, typeof(date) AS type, date::VARCHAR AS date, messages->>'$[1].content' AS answer FROM read_parquet('${folder}/**/*.parquet', hive_partitioning = true)`,
  );
  expect(read).toEqual([{ project: "a:b@c", type: "DATE", date: "2026-01-31", answer: "answer 1" }]);
});

async function expectSums(path: string, recordings: { usage: { prompt: { tokens: number | null } }; cost: { nanoUsd: number | null } }[]) {
  const [read] = await query(`SELECT count(*) AS n, sum(prompt_tokens) AS tokens, sum(cost_nano_usd) AS nano FROM '${path}'`);
  const sum = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + BigInt(value), 0n);
  };
  const tokens = sum(recordings.map(({ usage }) => usage.prompt.tokens));
  expect(read).toEqual({ n: BigInt(recordings.length), tokens, nano: sum(recordings.map(({ cost }) => cost.nanoUsd)) });
}

/** Times as their microseconds. */
function readable(row: Record<string, DuckDBValue>): Record<string, DuckDBValue> {
  const isTime = (value: DuckDBValue): value is DuckDBTimestampTZValue => typeof value === "object" && value !== null && "micros" in value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isTime(value) ? value.micros : value]));
}

function expectedColumns({ row, content }: MadeRow): Record<string, DuckDBValue> {
  if (row.isDeleted) throw new Error("is no recording");
  const { recording } = row;
  const { usage, cost } = recording;
  const { startedUs, endedUs } = recording;
  const call = field(content.response_info, "function_call_response");
  const isComplete = field(content.response_info, "is_complete");
  const { input_buckets: input, output_buckets: output } = usageAnswer(usage) as Record<string, Record<string, number> | null>;
  const part = (reported: number | null, answered: number | undefined) => (reported === null ? null : int(answered));
  return {
    id: recording.id,
    project_id: recording.projectId,
    seq: BigInt(recording.seq),
    deleted: false,
    committed_at: BigInt(row.committedUs),
    version: recording.version,
    session_id: recording.sessionId,
    parent_id: text(content.parent_id),
    environment: text(content.environment),
    provider: text(recording.provider),
    model: text(recording.model),
    api_style: text(recording.apiStyle),
    started_at: int(startedUs),
    ended_at: int(endedUs),
    received_at: BigInt(recording.receivedUs),
    latency_ms: startedUs === null || endedUs === null || endedUs < startedUs ? null : (endedUs - startedUs) / 1000,
    prompt_tokens: int(usage.prompt.tokens),
    completion_tokens: int(usage.completion.tokens),
    prompt_source: usage.prompt.source,
    completion_source: usage.completion.source,
    cache_read_tokens: part(usage.reported.cacheReadTokens, input?.["cache_read"]),
    cache_write_tokens: part(usage.reported.cacheWriteTokens, input?.["cache_write"]),
    input_audio_tokens: part(usage.reported.inputAudioTokens, input?.["audio"]),
    reasoning_tokens: part(usage.reported.reasoningTokens, output?.["reasoning"]),
    output_audio_tokens: part(usage.reported.outputAudioTokens, output?.["audio"]),
    cost_nano_usd: int(cost.nanoUsd),
    cost_usd: cost.nanoUsd === null ? null : cost.nanoUsd / 1e9,
    cost_source: cost.source,
    price_version: text(cost.priceVersion),
    priced_as: text(cost.pricedAs),
    usage: JSON.stringify(usageAnswer(usage)),
    is_complete: typeof isComplete === "boolean" ? isComplete : null,
    error_type: text(field(content.error, "type")),
    error_message: text(field(content.error, "message")),
    test_run_id: text(field(content.test_run_info, "test_run_id")),
    test_case_id: text(field(content.test_run_info, "test_case_id")),
    function_call_name: text(field(call, "name")),
    function_call_arguments: text(field(call, "arguments")),
    model_parameters: json(field(content.call_info, "model_parameters")),
    session_metadata: json(field(content.session_info, "custom_metadata")),
    messages: json(content.messages),
    inputs: json(content.inputs),
    media_inputs: json(content.media_inputs),
    tool_schema: json(content.tool_schema),
    output_schema: json(content.output_schema),
    session_info: json(content.session_info),
    prompt_info: json(content.prompt_info),
    trace_info: json(content.trace_info),
    call_info: json(content.call_info),
    response_info: json(content.response_info),
    test_run_info: json(content.test_run_info),
    eval_results: json(content.eval_results),
    error: json(content.error),
    extra: json(content.extra),
    content_omitted: null,
    feedback: json(recording.feedback ?? undefined),
  };
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function json(value: Json | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function int(value: number | null | undefined): bigint | null {
  return value === null || value === undefined ? null : BigInt(value);
}
