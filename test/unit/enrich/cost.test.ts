import { expect, test } from "vitest";
import { priceCall } from "../../../src/enrich/cost";
import type { Recording, Usage } from "../../../src/model/recording";

const at = Date.UTC(2026, 0, 2) * 1000;

function cost(provider: string | null, model: string | null, promptTokens: number | null, completionTokens: number | null, call = {}) {
  const recording = { provider, model, startedUs: at, receivedUs: at, content: { call_info: call } } as unknown as Recording;
  return priceCall(recording, { promptTokens, completionTokens } as Usage);
}

test("a call costs what the table says, in nano-dollars, and names the entry", () => {
  expect(cost("openai", "gpt-4o-mini", 1000, 1000)).toEqual({
    nanoUsd: 750_000,
    priceVersion: "genai-prices 0.1.8",
    pricedAs: "openai/gpt-4o-mini",
  });
  expect(cost("anthropic", "claude-3-5-sonnet-20241022", 10, 10)).toMatchObject({ nanoUsd: 180_000 });
});

test("a gateway that the table does not know does not hide its model", () => {
  expect(cost("my-gateway", "gpt-4o-mini", 1000, 1000)).toMatchObject({ nanoUsd: 750_000, pricedAs: "openai/gpt-4o-mini" });
});

test.for<[string | null, string | null, number | null, number | null]>([
  ["openai", "no-such-model", 1, 1],
  ["openai", null, 1, 1],
  ["openai", "gpt-4o-mini", null, 1],
  ["openai", "gpt-4o-mini", 1, null],
  ["groq", "gpt-4o", 1, 1],
  ["ollama", "deepseek-r1", 1, 1],
  ["openai", "gpt-4o", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
])("%s %s with %s and %s tokens has no price, which is not 0", ([provider, model, promptTokens, completionTokens]) => {
  expect(cost(provider, model, promptTokens, completionTokens)).toEqual({ nanoUsd: null, priceVersion: null, pricedAs: null });
});

test("a batch call is not priced as another", () => {
  expect(cost("openai", "gpt-4o-mini", 1, 1, { api_style: "batch" }).nanoUsd).toBeNull();
  expect(cost("openai", "gpt-4o-mini", 1, 1, { api_style: "default" }).nanoUsd).toBe(750);
});
