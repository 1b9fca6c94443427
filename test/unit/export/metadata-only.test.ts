import { gunzipSync } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatOf } from "../../../src/export/pack/format";
import { exportLine, omittedLine } from "../../../src/export/pack/line";
import { parseJson } from "../../../src/model/json";
import { recordingHead } from "../../../src/model/recording-wire";
import { makeFolder, query, writeObject } from "./duckdb";
import { pack, plainRow } from "./export-rows";

const secret = "s3cr3t";
const secretJson = fc.constantFrom(secret, [{ text: secret }], { [secret]: { deep: [secret] } });
const secrets = fc.dictionary(fc.constantFrom("a", secret, "input", "output", "content", "__proto__", "name"), secretJson, { minKeys: 1 });
const metadata = {
  environment: "prod",
  parent_id: "t",
  session_info: { session_id: "s", custom_metadata: { user: "u1" } },
  prompt_info: { prompt_template_id: "p", prompt_template_version_id: "v", project_id: "x", environment: "prod" },
  trace_info: { trace_id: "t" },
  call_info: { provider: "openai", model: "gpt-4o", start_time: 1769817600.5, end_time: 1769817601, api_style: "batch" },
  response_info: { is_complete: true },
  test_run_info: { test_run_id: "r", test_case_id: "c" },
  error: { type: "timeout" },
};

/** Content with the secret wherever a caller can put something and metadata is not. */
const secretContent = fc.array(secrets, { minLength: 16, maxLength: 16 }).map((given) => {
  const [messages, inputs, media_inputs, tool_schema, output_schema, eval_results, extra, parameters, call, unknown, ...open] = given;
  const [session, prompt, trace, response, run, error] = open;
  return {
    messages: [messages],
    inputs,
    media_inputs,
    tool_schema: [tool_schema],
    output_schema,
    eval_results,
    extra,
    unknown,
    environment: "prod",
    parent_id: "t",
    session_info: { ...session, ...metadata.session_info },
    prompt_info: { ...prompt, ...metadata.prompt_info },
    trace_info: { ...trace, ...metadata.trace_info },
    call_info: { ...call, model_parameters: parameters, usage: { [secret]: 1 }, provider_info: secret, ...metadata.call_info },
    response_info: { ...response, function_call_response: { name: secret, arguments: secret }, ...metadata.response_info },
    test_run_info: { ...run, ...metadata.test_run_info },
    error: { ...error, message: secret, ...metadata.error },
  };
});

function rowOf(content: object) {
  const row = plainRow(1);
  return { ...row, recording: { ...row.recording, contentText: JSON.stringify(content) } };
}

test("nothing of the content is in a line without it, and all of the metadata is", () => {
  fc.assert(
    fc.property(secretContent, (content) => {
      const row = rowOf(content);
      for (const [line, omitted] of [
        [exportLine(row, "metadata_only"), "metadata_only"],
        [omittedLine(row, "metadata"), "too_large"],
      ] as const) {
        expect(line).not.toContain(secret);
        expect(parseJson(line)).toEqual({ ...recordingHead(row.recording), ...metadata, content_omitted: omitted });
      }
    }),
  );
});

test("nothing of the content is in an NDJSON object without it", async () => {
  await fc.assert(
    fc.asyncProperty(secretContent, async (content) => {
      const bytes = await pack(formatOf("ndjson").pack("metadata_only"), [rowOf(content), plainRow(2)]);
      expect(gunzipSync(bytes).toString()).not.toContain(secret);
    }),
    { numRuns: 30 },
  );
});

test("nothing of the content is in a Parquet object without it", async () => {
  const folder = makeFolder();
  await fc.assert(
    fc.asyncProperty(secretContent, async (content) => {
      const bytes = await pack(formatOf("parquet").pack("metadata_only"), [rowOf(content), plainRow(2)]);
      expect(Buffer.from(bytes).includes(secret)).toBe(false);
      const [read] = await query(
        `SELECT x::VARCHAR AS row, x.content_omitted AS omitted FROM '${writeObject(folder, "x.parquet", bytes)}' AS x`,
      );
      expect(read?.["row"]).not.toContain(secret);
      expect(read?.["omitted"]).toBe("metadata_only");
    }),
    { numRuns: 30 },
  );
});

test("without content, Parquet has the metadata in the columns that it always has", async () => {
  const content = { messages: [{ content: secret }], inputs: { a: secret }, ...metadata };
  const bytes = await pack(formatOf("parquet").pack("metadata_only"), [rowOf(content)]);
  const [read] = await query(`SELECT * FROM '${writeObject(makeFolder(), "x.parquet", bytes)}'`);
  expect(read).toMatchObject({
    id: "r1",
    prompt_tokens: 1n,
    cost_nano_usd: 1001n,
    environment: "prod",
    parent_id: "t",
    is_complete: true,
    error_type: "timeout",
    error_message: null,
    test_run_id: "r",
    test_case_id: "c",
    model_parameters: null,
    messages: null,
    inputs: null,
    session_metadata: JSON.stringify({ user: "u1" }),
    call_info: JSON.stringify(metadata.call_info),
  });
});

test("a line whose metadata is too large too holds what the collector found out", () => {
  const content = { messages: [], session_info: { session_id: "s", custom_metadata: { a: "x".repeat(1_500_000) } } };
  const row = rowOf(content);
  expect(parseJson(omittedLine(row, "head"))).toEqual({ ...recordingHead(row.recording), content_omitted: "too_large" });
});
