import { expect, test } from "vitest";
import { priceCall } from "../../../src/enrich/cost";
import type { Recording, Usage } from "../../../src/model/recording";

const at = Date.UTC(2026, 0, 2) * 1000;

function cost(provider: string | null, model: string | null, promptTokens: number | null, completionTokens: number | null) {
  const recording = { provider, model, startedUs: at, receivedUs: at } as Recording;
  return priceCall(recording, { promptTokens, completionTokens } as Usage).nanoUsd;
}

test("a call costs what the table says, in nano-dollars", () => {
  expect(cost("openai", "gpt-4o-mini", 1000, 1000)).toBe(750_000);
  expect(cost("anthropic", "claude-3-5-sonnet-20241022", 10, 10)).toBe(180_000);
});

test("a provider that the table does not know does not hide its model", () => {
  expect(cost("my-gateway", "gpt-4o-mini", 1000, 1000)).toBe(750_000);
});

test("what is not known has no price, and never 0", () => {
  expect(cost("openai", "no-such-model", 1, 1)).toBeNull();
  expect(cost("openai", null, 1, 1)).toBeNull();
  expect(cost("openai", "gpt-4o-mini", null, 1)).toBeNull();
  expect(cost("openai", "gpt-4o-mini", 1, null)).toBeNull();
});

test("absurd usage is unpriced, not an error", () => {
  expect(cost("openai", "gpt-4o", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBeNull();
});
