import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { columnsPlace, columnsTable } from "../../../scripts/columns-table";
import { exportColumns } from "../../../src/export/pack/columns";
import type { RecordingContent } from "../../../src/model/recording";

const names = exportColumns.map(({ name }) => name);

test("docs/exports.md has the table of the columns (npm run build:columns)", () => {
  expect(columnsPlace.exec(readFileSync("docs/exports.md", "utf8"))?.[0]).toBe(columnsTable());
});

test("each name is there once, in snake_case, and none is one that readers make of the objects' keys", () => {
  expect(names.filter((name, at) => names.indexOf(name) !== at || !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  expect(names.filter((name) => name === "project" || name === "date")).toEqual([]);
});

test("each part of the content has a column of its name", () => {
  const parts = {
    messages: 1,
    inputs: 1,
    media_inputs: 1,
    tool_schema: 1,
    output_schema: 1,
    session_info: 1,
    prompt_info: 1,
    environment: 1,
    parent_id: 1,
    trace_info: 1,
    call_info: 1,
    response_info: 1,
    test_run_info: 1,
    eval_results: 1,
    error: 1,
    extra: 1,
  } satisfies Record<keyof RecordingContent, 1>;
  expect(Object.keys(parts).filter((part) => !names.includes(part))).toEqual([]);
});

test("columns are only ever added, at the end", () => {
  const first = [
    "id project_id seq deleted committed_at version session_id parent_id environment provider model api_style started_at",
    "ended_at received_at latency_ms prompt_tokens completion_tokens prompt_source completion_source cache_read_tokens",
    "cache_write_tokens input_audio_tokens reasoning_tokens output_audio_tokens cost_nano_usd cost_usd cost_source",
    "price_version priced_as usage is_complete error_type error_message test_run_id test_case_id function_call_name",
    "function_call_arguments model_parameters session_metadata messages inputs media_inputs tool_schema output_schema",
    "session_info prompt_info trace_info call_info response_info test_run_info eval_results error extra content_omitted",
  ].join(" ");
  expect(names.join(" ").startsWith(first)).toBe(true);
});
