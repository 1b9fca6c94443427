import { calcPrice, extractUsage, findProvider } from "@pydantic/genai-prices";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../../src/model/json";
import { readReportedUsage } from "../../../../src/receive/usage-wire";
import { priceCall } from "./price-call";

/** One usage in the convention of each API, the provider's extractor that reads it, and who speaks it. */
interface Convention {
  flavor: string;
  usage: JsonObject;
  /** The key of a response that holds the usage; Gemini's is another. */
  root?: string;
}

const chat: JsonObject = {
  prompt_tokens: 9000,
  completion_tokens: 700,
  total_tokens: 9700,
  prompt_tokens_details: { cached_tokens: 6000 },
  completion_tokens_details: { reasoning_tokens: 300 },
};
const responses: JsonObject = {
  input_tokens: 9000,
  output_tokens: 700,
  total_tokens: 9700,
  input_tokens_details: { cached_tokens: 6000 },
  output_tokens_details: { reasoning_tokens: 300 },
};
const anthropic: JsonObject = {
  input_tokens: 1000,
  cache_read_input_tokens: 6000,
  cache_creation_input_tokens: 2000,
  cache_creation: { ephemeral_5m_input_tokens: 1500, ephemeral_1h_input_tokens: 500 },
  output_tokens: 700,
};
const anthropicPlain: JsonObject = {
  input_tokens: 1000,
  cache_read_input_tokens: 6000,
  cache_creation_input_tokens: 2000,
  output_tokens: 700,
};
const gemini: JsonObject = {
  promptTokenCount: 9000,
  cachedContentTokenCount: 6000,
  candidatesTokenCount: 400,
  thoughtsTokenCount: 300,
  totalTokenCount: 9700,
};
const converse: JsonObject = {
  inputTokens: 1000,
  outputTokens: 700,
  totalTokens: 9700,
  cacheReadInputTokens: 6000,
  cacheWriteInputTokens: 2000,
};
const longChat: JsonObject = {
  prompt_tokens: 350_000,
  completion_tokens: 700,
  total_tokens: 350_700,
  prompt_tokens_details: { cached_tokens: 100_000 },
};

const conventions: Record<string, Convention[]> = {
  anthropic: [{ flavor: "default", usage: anthropic }],
  aws: [
    { flavor: "default", usage: converse },
    { flavor: "anthropic", usage: anthropicPlain },
  ],
  azure: [
    { flavor: "chat", usage: chat },
    { flavor: "responses", usage: responses },
  ],
  cerebras: [{ flavor: "chat", usage: { ...chat, prompt_tokens_details: null } }],
  cloudflare: [{ flavor: "chat", usage: chat }],
  cohere: [
    {
      flavor: "default",
      usage: { billed_units: { input_tokens: 900, output_tokens: 70 }, tokens: { input_tokens: 1400, output_tokens: 90 } },
    },
  ],
  deepseek: [{ flavor: "chat", usage: { ...chat, prompt_cache_hit_tokens: 6000, prompt_cache_miss_tokens: 3000 } }],
  fireworks: [{ flavor: "chat", usage: chat }],
  google: [{ flavor: "default", usage: gemini, root: "usageMetadata" }],
  groq: [{ flavor: "default", usage: chat }],
  mistral: [{ flavor: "default", usage: { prompt_tokens: 9000, completion_tokens: 700, total_tokens: 9700 } }],
  moonshotai: [{ flavor: "chat", usage: chat }],
  openai: [
    { flavor: "chat", usage: chat },
    { flavor: "chat", usage: longChat },
    { flavor: "responses", usage: responses },
  ],
  openrouter: [{ flavor: "chat", usage: { ...chat, cost: 0.001, is_byok: false } }],
  perplexity: [{ flavor: "default", usage: { prompt_tokens: 9000, completion_tokens: 400, total_tokens: 9400, reasoning_tokens: 300 } }],
  "x-ai": [{ flavor: "chat", usage: { ...chat, completion_tokens: 400 } }],
  zhipuai: [{ flavor: "chat", usage: chat }],
};

const timestamp = new Date("2026-09-01T12:00:00Z");
/** Entries without a price for tokens, whose 0 is not what a call costs: they are unpriced here, and tested as such. */
const pricesTokens = (price: object) => Object.keys(price).length === 0 || ("input_mtok" in price && "output_mtok" in price);

const cases = Object.entries(conventions).flatMap(([id, spoken]) => {
  const provider = findProvider({ providerId: id });
  if (provider === undefined) throw new Error(`No provider ${id}.`);
  return spoken.flatMap(({ flavor, usage, root = "usage" }) =>
    provider.models.map(({ id: model }) => ({
      id,
      model,
      flavor,
      usage,
      theirs: extractUsage(provider, { model, [root]: usage }, flavor).usage,
    })),
  );
});

test("a usage in its provider's own convention costs what the price table's own reader makes of it", () => {
  let priced = 0;
  const wrong: string[] = [];
  for (const { id, model, flavor, usage, theirs } of cases) {
    const found = calcPrice(theirs, model, { providerId: id, timestamp });
    if (found === null || !pricesTokens(found.model_price)) continue;
    const reported = readReportedUsage(usage, id, []);
    const call = { provider: id, model, startedUs: timestamp.getTime() * 1000, receivedUs: 0, apiStyle: null };
    const { nanoUsd, source } = priceCall(call, reported, null);
    if (source === "unpriced" && Object.keys(found.model_price).length === 0) continue;
    priced += 1;
    if (nanoUsd !== Math.round(found.total_price * 1e9)) wrong.push(`${id} ${model} ${flavor}: ${nanoUsd} for ${found.total_price}`);
  }
  expect(wrong).toEqual([]);
  expect(priced).toBeGreaterThan(1000);
});
