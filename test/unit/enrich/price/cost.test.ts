import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { PriceOverride, UsdPerMillion } from "../../../../src/model/price-override";
import { nothingReported, type ReportedUsage } from "../../../../src/model/usage";
import { priceCall } from "./price-call";

const at = Date.UTC(2026, 0, 2) * 1000;
const unpriced = { nanoUsd: null, source: "unpriced", priceVersion: null, pricedAs: null };

function usageOf(promptTokens: number | null, completionTokens: number | null, parts: Partial<ReportedUsage> = {}): ReportedUsage {
  return { ...nothingReported, promptTokens, completionTokens, ...parts };
}

function callOf(provider: string | null, model: string | null, apiStyle: string | null = null, startedUs: number | null = at) {
  return { provider, model, startedUs, receivedUs: at, apiStyle };
}

function cost(provider: string | null, model: string | null, promptTokens: number | null, completionTokens: number | null) {
  return priceCall(callOf(provider, model), usageOf(promptTokens, completionTokens), null);
}

function batch(provider: string, model: string, usage: ReportedUsage) {
  return priceCall(callOf(provider, model, "batch"), usage, null);
}

function override(model: string, usdPerMillion: Partial<UsdPerMillion> = {}, more: Partial<PriceOverride> = {}): PriceOverride {
  const match = model.endsWith("*") ? "prefix" : "exact";
  const price = { input: 1, output: 2, ...usdPerMillion };
  return { provider: null, model: model.replace("*", ""), match, fromUs: null, untilUs: null, usdPerMillion: price, ...more };
}

function overridden(overrides: PriceOverride[], call = callOf("openai", "gpt-4o"), usage = usageOf(1_000_000, 1_000_000)) {
  return priceCall(call, usage, { version: 3, overrides });
}

test("a call costs what the table says, in nano-dollars, and names the entry", () => {
  expect(cost("openai", "gpt-4o-mini", 1000, 1000)).toEqual({
    nanoUsd: 750_000,
    source: "priced",
    priceVersion: "genai-prices 0.1.8",
    pricedAs: "openai/gpt-4o-mini",
  });
  expect(cost("anthropic", "claude-3-5-sonnet-20241022", 10, 10)).toMatchObject({ nanoUsd: 180_000 });
});

test("a gateway that the table does not know does not hide its model", () => {
  expect(cost("my-host", "gpt-4o-mini", 1000, 1000)).toMatchObject({ nanoUsd: 750_000, pricedAs: "openai/gpt-4o-mini" });
  expect(cost("litellm", "openai/gpt-4o-mini", 1000, 1000)).toMatchObject({ nanoUsd: 750_000, pricedAs: "openai/gpt-4o-mini" });
  expect(cost("vercel-ai-gateway", "openai/gpt-4o-mini", 1000, 1000)).toMatchObject({ nanoUsd: 750_000 });
});

test.for<[string | null, string | null, number | null, number | null]>([
  ["openai", "no-such-model", 1, 1],
  ["openai", null, 1, 1],
  ["openai", "gpt-4o-mini", null, 1],
  ["openai", "gpt-4o-mini", 1, null],
  ["groq", "gpt-4o", 1, 1],
  ["ollama", "deepseek-r1", 1, 1],
  ["openai", "gpt-4o", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ["openai", "whisper-1", 10, 10],
  ["mistral", "mistral-ocr-latest", 10, 0],
  ["cerebras", "qwen-3-coder-480b", 10, 10],
])("%s %s with %s and %s tokens has no price, which is not 0", ([provider, model, promptTokens, completionTokens]) => {
  expect(cost(provider, model, promptTokens, completionTokens)).toEqual(unpriced);
});

test("a price of 0 is free, and no tokens cost 0 without being so", () => {
  expect(cost("openrouter", "qwen/qwq-32b:free", 1000, 10)).toMatchObject({ nanoUsd: 0, source: "free" });
  expect(cost("openai", "gpt-4o", 0, 0)).toMatchObject({ nanoUsd: 0, source: "priced" });
});

test("the price is the one of the call's own time", () => {
  const at3 = (iso: string) =>
    priceCall(callOf("deepseek", "deepseek-v4-flash", null, Date.parse(iso) * 1000), usageOf(1_000_000, 0), null).nanoUsd;
  expect(at3("2026-09-02T02:00:00Z")).toBe(440_000_000);
  expect(at3("2026-09-02T12:00:00Z")).toBe(220_000_000);
});

test("what is kept for an hour costs twice the input, by the table or by Anthropic's rule where the table has none", () => {
  const usage = usageOf(1_000, 0, { cacheWriteTokens: 1_000, cacheWrite1hTokens: 1_000 });
  expect(priceCall(callOf("anthropic", "claude-sonnet-4-5"), usage, null).nanoUsd).toBe(6_000_000);
  expect(priceCall(callOf("vertex", "claude-sonnet-4-5"), usage, null).nanoUsd).toBe(6_000_000);
  expect(priceCall(callOf("vertex", "claude-sonnet-4-5"), { ...usage, cacheWrite1hTokens: 0 }, null).nanoUsd).toBe(3_750_000);
});

test("Cohere is paid by the units it bills", () => {
  const usage = usageOf(503, 11, { cacheReadTokens: 448, billed: { promptTokens: 8, completionTokens: 8 } });
  expect(priceCall(callOf("cohere", "command-a-03-2025"), usage, null)).toEqual(cost("cohere", "command-a-03-2025", 8, 8));
});

test("cached and spoken tokens stand beside one another", () => {
  const usage = usageOf(1_000_000, 0, { cacheReadTokens: 200_000, inputAudioTokens: 300_000 });
  // 0.5 M at 0.30, 0.2 M at 0.03, 0.3 M at 1.00.
  expect(priceCall(callOf("google", "gemini-2.5-flash"), usage, null).nanoUsd).toBe(456_000_000);
});

test("a batch call costs its provider's batch price, and says so", () => {
  expect(batch("openai", "gpt-4o-mini", usageOf(1000, 1000))).toMatchObject({
    nanoUsd: 375_000,
    source: "priced",
    pricedAs: "openai/gpt-4o-mini (batch)",
  });
  const cached = usageOf(1_000_000, 0, { cacheReadTokens: 1_000_000 });
  expect(batch("openai", "gpt-4o", cached).nanoUsd).toBe(1_250_000_000);
  expect(batch("openai", "gpt-5", cached).nanoUsd).toBe(62_500_000);
  expect(batch("anthropic", "claude-haiku-4-5", cached).nanoUsd).toBe(50_000_000);
  expect(batch("google", "gemini-2.5-flash", cached).nanoUsd).toBe(30_000_000);
});

test("a batch price that nobody documents is none", () => {
  expect(batch("deepseek", "deepseek-chat", usageOf(1, 1))).toEqual(unpriced);
  expect(batch("x-ai", "grok-4.3", usageOf(1, 1))).toEqual(unpriced);
  expect(batch("openai", "gpt-4o-audio-preview", usageOf(1, 1))).toEqual(unpriced);
  expect(batch("mistral", "mistral-large-latest", usageOf(10, 1, { cacheReadTokens: 5 }))).toEqual(unpriced);
  expect(batch("mistral", "mistral-large-latest", usageOf(10, 1)).nanoUsd).not.toBeNull();
});

test("a project's own price wins over the table's, whoever runs the model", () => {
  const prices = [override("gpt-4o")];
  expect(overridden(prices)).toEqual({ nanoUsd: 3_000_000_000, source: "overridden", priceVersion: "project 3", pricedAs: "*/gpt-4o" });
  expect(overridden([override("qwen*")], callOf("ollama", "Qwen3-32b"))).toMatchObject({ nanoUsd: 3_000_000_000, pricedAs: "*/qwen*" });
  expect(overridden(prices, callOf("openai", "gpt-4o", "batch")).nanoUsd).toBe(3_000_000_000);
  expect(overridden(prices, callOf("openai", "gpt-4o-mini"))).toMatchObject({ source: "priced", pricedAs: "openai/gpt-4o-mini" });
  expect(overridden(prices, callOf("openai", "gpt-4o"), usageOf(null, 1))).toEqual(unpriced);
});

test("an override's parts cost what they are given, and else what their side costs", () => {
  const usage = usageOf(1_000_000, 1_000_000, {
    cacheReadTokens: 100_000,
    cacheWriteTokens: 200_000,
    cacheWrite1hTokens: 50_000,
    inputAudioTokens: 300_000,
    reasoningTokens: 400_000,
    outputAudioTokens: 100_000,
  });
  const all = { cacheRead: 0.1, cacheWrite: 1.5, cacheWrite1h: 3, inputAudio: 10, outputAudio: 20, reasoning: 5 };
  // 0.4·1 + 0.1·0.1 + 0.15·1.5 + 0.05·3 + 0.3·10 + 0.5·2 + 0.4·5 + 0.1·20, and half a dollar.
  expect(overridden([override("gpt-4o", all, { usdPerCall: 0.5 })], undefined, usage).nanoUsd).toBe(9_285_000_000);
  expect(overridden([override("gpt-4o")], undefined, usage).nanoUsd).toBe(3_000_000_000);
});

test("an override of 0 is free", () => {
  expect(overridden([override("gpt-4o", { input: 0, output: 0 })])).toMatchObject({ nanoUsd: 0, source: "free" });
  expect(overridden([override("gpt-4o", { input: 0, output: 0 })], undefined, usageOf(0, 0)).source).toBe("overridden");
});

test("the override that says most of a call is it", () => {
  const named = (overrides: PriceOverride[], call = callOf("openai", "gpt-4o")) => overridden(overrides, call).pricedAs;
  const openai = { provider: "OpenAI" };
  const list = [override("*"), override("gpt*"), override("gpt-4*", {}, openai), override("gpt-4*"), override("gpt-4o")];
  expect(named([...list, override("gpt-4o", {}, openai)])).toBe("OpenAI/gpt-4o");
  expect(named(list)).toBe("*/gpt-4o");
  expect(named(list.slice(0, 4))).toBe("OpenAI/gpt-4*");
  expect(named(list.slice(0, 2))).toBe("*/gpt*");
  expect(named([override("gpt-4o", {}, { provider: "azure" })])).toBe("openai/gpt-4o");
});

test("an override is for the calls of its time alone", () => {
  const timed = (fromUs: number | null, untilUs: number | null) => overridden([override("gpt-4o", {}, { fromUs, untilUs })]).source;
  expect(timed(at, null)).toBe("overridden");
  expect(timed(at + 1, null)).toBe("priced");
  expect(timed(null, at + 1)).toBe("overridden");
  expect(timed(null, at)).toBe("priced");
  const later = [override("gpt-4o", { input: 5 }, { fromUs: at - 1 }), override("gpt-4o")];
  expect(overridden(later).nanoUsd).toBe(7_000_000_000);
});

test("a look-up that throws leaves the call unpriced", () => {
  expect(priceCall(callOf("openai", "gpt-4o", null, Number.NaN), usageOf(1, 1), null)).toMatchObject({ nanoUsd: 12_500 });
  expect(priceCall(callOf("deepseek", "deepseek-v4-flash", null, Number.NaN), usageOf(1, 1), null)).toEqual(unpriced);
});

const tokens = fc.nat(10_000_000);
const maybe = fc.option(tokens);
const parts = fc.record({
  cacheReadTokens: maybe,
  cacheWriteTokens: maybe,
  cacheWrite1hTokens: maybe,
  inputAudioTokens: maybe,
  reasoningTokens: maybe,
  outputAudioTokens: maybe,
});
const model = fc.oneof(fc.constantFrom("gpt-5", "claude-sonnet-4-5", "gemini-2.5-flash", "deepseek-v4-flash", "sonar-pro"), fc.string());
const providers = fc.option(fc.constantFrom("openai", "anthropic", "google", "vertex", "bedrock", "azure", "groq", "perplexity", "who"));

test("a cost is an integer not below 0, or none, with whatever usage", () => {
  fc.assert(
    fc.property(providers, model, fc.boolean(), tokens, tokens, parts, (provider, name, isBatch, prompt, completion, given) => {
      const call = callOf(provider, name, isBatch ? "batch" : null);
      const { nanoUsd, source } = priceCall(call, usageOf(prompt, completion, given), null);
      expect(nanoUsd === null).toBe(source === "unpriced");
      expect(nanoUsd === null || (Number.isSafeInteger(nanoUsd) && nanoUsd >= 0)).toBe(true);
      const own = priceCall(call, usageOf(prompt, completion, given), { version: 1, overrides: [override("*")] });
      expect(own.source).toBe("overridden");
    }),
  );
});
