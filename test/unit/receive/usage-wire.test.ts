import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Issue } from "../../../src/errors";
import { type JsonObject, parseJson } from "../../../src/model/json";
import { nothingReported } from "../../../src/model/usage";
import { usageBuckets } from "../../../src/model/usage-buckets";
import { readReportedUsage } from "../../../src/receive/usage-wire";
import { usageShapes } from "../../fixtures/usage-shapes";
import { priceCall } from "../enrich/price/price-call";

function read(usage: JsonObject, provider: string | null = null) {
  const issues: Issue[] = [];
  return { reported: readReportedUsage(usage, provider, issues), issues };
}

test.each(usageShapes)("$name is read for what it says", ({ usage, provider, says }) => {
  expect(read(usage, provider)).toEqual({ reported: { ...nothingReported, ...says }, issues: [] });
});

test.each<[JsonObject, string[]]>([
  [{ prompt_tokens: -1 }, ["prompt_tokens"]],
  [{ prompt_tokens: 1.5, completion_tokens: "4" }, ["prompt_tokens", "completion_tokens"]],
  [{ input_tokens: true, output_tokens: [] }, ["input_tokens", "output_tokens"]],
  [{ promptTokenCount: -1, thoughtsTokenCount: 0.5 }, ["promptTokenCount", "thoughtsTokenCount"]],
  [{ inputTokens: 1, cacheReadInputTokens: -1 }, ["cacheReadInputTokens"]],
  [{ tokens: { input_tokens: "many" } }, ["tokens.input_tokens"]],
  [parseJson('{"prompt_eval_count": 9007199254740993}') as JsonObject, ["prompt_eval_count"]],
  [{ input_tokens: Number.MAX_SAFE_INTEGER, cache_read_input_tokens: 1 }, ["input_tokens"]],
])("%j is refused by the key that was sent", (usage, keys) => {
  const issues = keys.map((key) => ({ path: `call_info.usage.${key}`, message: "must be a whole number" }));
  expect(read(usage).issues).toEqual(issues);
});

test("a detail that makes no sense is ignored, and what is no count is never one", () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: "many",
    cost: 0.5,
    prompt_tokens_details: { cached_tokens: -3, audio_tokens: "x" },
    completion_tokens_details: [],
  };
  expect(read(usage)).toEqual({ reported: { ...nothingReported, promptTokens: 10, completionTokens: 5 }, issues: [] });
});

test("parts that are more than their side are left out, and only that side's", () => {
  const usage = {
    prompt_tokens: 7,
    completion_tokens: 5,
    total_tokens: 12,
    prompt_tokens_details: { cached_tokens: 163 },
    completion_tokens_details: { reasoning_tokens: 2 },
  };
  expect(read(usage, "azure").reported).toEqual({
    ...nothingReported,
    promptTokens: 7,
    completionTokens: 5,
    reasoningTokens: 2,
    notes: ["the parts of the prompt are more than its total, and left out"],
  });
});

test("the data model's own name wins over a provider's that says otherwise", () => {
  const { reported } = read({ input_tokens: 7, prompt_tokens: 5, completion_tokens: 1, output_tokens: 1 });
  expect(reported).toMatchObject({ promptTokens: 5, completionTokens: 1, notes: ["prompt_tokens is taken, input_tokens differs"] });
});

test("a total that neither side accounts for is told, and not guessed from", () => {
  const { reported } = read({ prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 }, "google");
  expect(reported).toMatchObject({ promptTokens: 35, completionTokens: 12, notes: ["total_tokens is not the sum of its sides"] });
});

const knownKeys = [...new Set(usageShapes.flatMap(({ usage }) => keysOf(usage)))];
const anyCount = fc.oneof(fc.nat(200), fc.maxSafeInteger(), fc.double(), fc.constant(null), fc.jsonValue());
const anyUsage = fc.dictionary(
  fc.oneof(fc.constantFrom(...knownKeys), fc.string()),
  fc.oneof(
    anyCount,
    fc.dictionary(fc.constantFrom(...knownKeys), anyCount),
    fc.array(fc.dictionary(fc.constantFrom(...knownKeys), anyCount)),
  ),
);
const provider = fc.option(fc.constantFrom(...usageShapes.flatMap((shape) => shape.provider ?? [])));

test("whatever JSON comes, the parts are whole, disjoint and within their totals", () => {
  fc.assert(
    fc.property(anyUsage, provider, (usage, name) => {
      const { reported, issues } = read(usage as JsonObject, name);
      const { billed: _, notes: __, ...counts } = reported;
      for (const count of Object.values(counts)) expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
      expect(reported.cacheWrite1hTokens ?? 0).toBeLessThanOrEqual(reported.cacheWriteTokens ?? 0);
      const { input, output } = usageBuckets(reported, reported);
      if (input !== null) {
        expect(input.uncached + input.cacheRead + input.cacheWrite + input.audio).toBe(reported.promptTokens);
        expect([input.cacheRead, input.cacheWrite, input.audio]).toEqual([
          reported.cacheReadTokens ?? 0,
          reported.cacheWriteTokens ?? 0,
          reported.inputAudioTokens ?? 0,
        ]);
      }
      if (output !== null) expect(output.text + output.reasoning + output.audio).toBe(reported.completionTokens);
      for (const issue of issues) expect(issue.message).toBe("must be a whole number");
    }),
    { numRuns: 3000 },
  );
});

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(keysOf);
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner];
}

test.each([
  [{ inputTokens: 4, outputTokens: 5, totalTokens: 9, cachedInputTokens: 96 }, 100, 96],
  [{ inputTokens: 1000, outputTokens: 50, totalTokens: 1050, cachedInputTokens: 900 }, 1900, 900],
  [{ inputTokens: 4, outputTokens: 5, cachedInputTokens: 96 }, 100, 96],
])("the Vercel AI SDK 5 over Anthropic leaves the cache out of %j", (usage, promptTokens, cacheReadTokens) => {
  expect(readReportedUsage(usage, "anthropic", [])).toMatchObject({ promptTokens, cacheReadTokens });
});

test("cached audio is a part of what was read from the cache, and of its own price", () => {
  const audio = [{ modality: "AUDIO", tokenCount: 1_000_000 }];
  const usage = {
    promptTokenCount: 1_000_000,
    cachedContentTokenCount: 1_000_000,
    candidatesTokenCount: 0,
    totalTokenCount: 1_000_000,
    promptTokensDetails: audio,
    cacheTokensDetails: audio,
  };
  const reported = readReportedUsage(usage, "google", []);
  expect(reported).toMatchObject({ cacheReadTokens: 1_000_000, cacheReadAudioTokens: 1_000_000, inputAudioTokens: 0 });
  const call = { provider: "google", model: "gemini-2.5-flash", startedUs: null, receivedUs: 1_767_323_045e6, apiStyle: null };
  expect(priceCall(call, reported, null).nanoUsd).toBe(0.1e9);
});
