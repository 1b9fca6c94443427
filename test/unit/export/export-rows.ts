import * as fc from "fast-check";
import type { ExportRow } from "../../../src/export/pack/export-row";
import type { Packer } from "../../../src/export/pack/packer";
import type { Json, JsonObject } from "../../../src/model/json";
import type { CostSource, RecordingContent, StoredContent } from "../../../src/model/recording";
import { nothingReported, type ReportedUsage, type TokenSource } from "../../../src/model/usage";

/** A recording's row before its content is printed. */
export type MadeRow = { content: RecordingContent; row: ExportRow };

const moment = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", " ", "日本語 🎙", 'a "quoted"\n\0line', "\\ud83d", "\\\\ud83d"));
const name = fc.oneof(fc.constantFrom("openai", "gpt-4o", "", "größe"), fc.string({ unit: "grapheme", maxLength: 20 }));
const id = fc.stringMatching(/^[A-Za-z0-9_.:@-]{1,40}$/);
const tokens = fc.option(fc.oneof(fc.nat(100_000), fc.constantFrom(0, Number.MAX_SAFE_INTEGER)));
/** Numbers that JavaScript cannot hold, as `parseJson` gives them. */
const rawNumber = fc
  .constantFrom("9007199254740993", "-123456789012345678901234567890", "1e400", "-0")
  .map((digits) => JSON.rawJSON(digits));
const json: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ stringUnit: "binary" }).map((value) => value as Json),
  rawNumber,
  text,
);
const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(fc.oneof(text, fc.constant("__proto__")), json, { maxKeys: 4 });
const source = fc.constantFrom<TokenSource>("reported", "estimated", "deferred", "missing");
const costSource = fc.constantFrom<CostSource>("priced", "unpriced", "overridden", "free");

/** Objects of ours with unknown fields beside the known ones, which win. */
function open<T extends object>(known: fc.Arbitrary<T>): fc.Arbitrary<JsonObject> {
  return fc.tuple(jsonObject, known).map(([unknown, fields]) => ({ ...unknown, ...fields }));
}

const content: fc.Arbitrary<RecordingContent> = fc.record(
  {
    messages: fc.array(jsonObject, { minLength: 1, maxLength: 3 }),
    inputs: jsonObject,
    media_inputs: jsonObject,
    tool_schema: fc.oneof(jsonObject, fc.array(jsonObject, { maxLength: 2 })),
    output_schema: jsonObject,
    session_info: open(fc.record({ session_id: id, custom_metadata: jsonObject }, { requiredKeys: ["session_id"] })),
    prompt_info: open(fc.record({ prompt_template_id: text, environment: text }, { requiredKeys: [] })),
    environment: name,
    parent_id: id,
    trace_info: open(fc.record({ trace_id: id })),
    call_info: open(
      fc.record({ provider: name, model: name, model_parameters: jsonObject, usage: jsonObject, api_style: text }, { requiredKeys: [] }),
    ),
    response_info: open(
      fc.record(
        { is_complete: fc.boolean(), function_call_response: open(fc.record({ name: text, arguments: text })) },
        { requiredKeys: [] },
      ),
    ),
    test_run_info: open(fc.record({ test_run_id: id, test_case_id: id })),
    eval_results: jsonObject,
    error: open(fc.record({ type: text, message: text }, { requiredKeys: ["message"] })),
    extra: jsonObject,
  },
  { requiredKeys: ["messages", "session_info"] },
);

const reported: fc.Arbitrary<ReportedUsage> = fc
  .record({
    cacheReadTokens: tokens,
    inputAudioTokens: tokens,
    cacheWriteTokens: tokens,
    reasoningTokens: tokens,
    outputAudioTokens: tokens,
  })
  .map((parts) => ({ ...nothingReported, ...parts }));

const head = fc.record({
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  version: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  projectId: id,
  id,
  sessionId: id,
  provider: fc.option(name),
  model: fc.option(name),
  apiStyle: fc.option(text),
  startedUs: fc.option(moment),
  endedUs: fc.option(moment),
  receivedUs: moment,
  usage: fc.record({
    prompt: fc.record({ tokens, source, estimate: fc.constant(null) }),
    completion: fc.record({ tokens, source, estimate: fc.constant(null) }),
    reported,
  }),
  cost: fc.record({
    nanoUsd: fc.option(fc.oneof(fc.nat(1e9), fc.constant(Number.MAX_SAFE_INTEGER))),
    source: costSource,
    priceVersion: fc.option(name),
    pricedAs: fc.option(name),
  }),
  feedback: fc.option(fc.dictionary(name, fc.oneof(fc.boolean(), fc.integer(), text), { minKeys: 1, maxKeys: 3 })),
});

export const presentRow: fc.Arbitrary<MadeRow> = fc.tuple(moment, head, content).map(([committedUs, given, made]) => {
  const recording: StoredContent = { ...given, contentText: JSON.stringify(made) };
  return { content: made, row: { isDeleted: false, committedUs, recording } };
});

export const deletedRow: fc.Arbitrary<ExportRow> = fc.record({
  isDeleted: fc.constant(true as const),
  committedUs: moment,
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  projectId: id,
  id,
});

/** A recording of 4 kB or so, of its own at each place; the same at the same. */
export function plainRow(at: number, words = 500): Extract<ExportRow, { isDeleted: false }> {
  const usage = { ...nothingReported, promptTokens: at, completionTokens: 7 };
  const made: RecordingContent = {
    messages: [
      { role: "user", content: Array.from({ length: words }, (_, word) => `w${(word * 7919 + at) % 1009}`).join(" ") },
      { role: "assistant", content: `answer ${at}` },
    ],
    session_info: { session_id: "s" },
  };
  return {
    isDeleted: false,
    committedUs: 1_769_817_600_000_000 + at,
    recording: {
      seq: at,
      version: 1,
      projectId: "p",
      id: `r${at}`,
      sessionId: "s",
      provider: "openai",
      model: "gpt-4o",
      apiStyle: null,
      startedUs: 1_769_817_600_123_456 + at,
      endedUs: null,
      receivedUs: 1_769_817_600_123_456,
      usage: {
        prompt: { tokens: at, source: "reported", estimate: null },
        completion: { tokens: 7, source: "reported", estimate: null },
        reported: usage,
      },
      cost: { nanoUsd: at * 1001, source: "priced", priceVersion: "1", pricedAs: "openai/gpt-4o" },
      feedback: null,
      contentText: JSON.stringify(made),
    },
  };
}

/** An object of rows, handed over so many at a time. */
export async function pack(packer: Packer | Promise<Packer>, rows: ExportRow[], rowsPerAdd = 7): Promise<Uint8Array<ArrayBuffer>> {
  const { add, finish } = await packer;
  for (let at = 0; at < rows.length; at += rowsPerAdd) await add(rows.slice(at, at + rowsPerAdd));
  return await finish();
}
