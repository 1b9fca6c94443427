import type { calcPrice, findProvider, ModelPrice } from "@pydantic/genai-prices";
import { inputBuckets, type InputBuckets, outputBuckets } from "../../model/usage-buckets";
import { loadedOnFirstUse } from "../../model/on-first-use";
import type { ProjectPrices } from "../../model/price-override";
import type { Cost } from "../../model/recording";
import { nothingReported, type ReportedUsage } from "../../model/usage";
import { findBatchPrice } from "./batch-price";
import { findOverride, overrideName, overrideUsd } from "./override-price";

/** The price table, by its package's version (a test holds it to package.json). It never updates itself. */
export const priceVersion = "genai-prices 0.1.8";

/** What is used of the table's package. */
export interface PriceTable {
  calcPrice: typeof calcPrice;
  findProvider: typeof findProvider;
}

/** The table, on first use. scripts/price-table.mjs makes a text of its data, so that no start parses them. */
export const loadPriceTable = loadedOnFirstUse<PriceTable>(async () => await import("../../../dist/served/price-table.js"));

/** What a price is looked up by. Times in microseconds UTC. */
export interface PricedCall {
  provider: string | null;
  model: string | null;
  startedUs: number | null;
  receivedUs: number;
  /** The data model's `api_style`; `batch` is sold at another price. */
  apiStyle: string | null;
}

/** The cost of a call that has none that is known. */
export const unpriced: Cost = { nanoUsd: null, source: "unpriced", priceVersion: null, pricedAs: null };

/** Where a model runs on one's own machine, whatever its maker asks for it elsewhere. */
const selfHosted = /^(ollama|vllm|localai|lm[ _-]?studio|llama[._-]?cpp|llamafile|local|self[ _-]?hosted)$/i;

/** What passes calls on, and may name the provider before the model: `openai/gpt-4o`. */
const gateway = /litellm|gateway|portkey|helicone|vercel/i;

/** Entries without any price that are not free but, by the table's own words, no longer sold or not sold by tokens. */
const emptyEntries = new Set([
  "cerebras/qwen-3-coder-480b",
  "huggingface_together/ServiceNow-AI/Apriel-1.6-15b-Thinker",
  "openrouter/google/lyria-3-clip-preview",
  "openrouter/google/lyria-3-pro-preview",
]);

/**
 * What a call cost in integer nano-US-dollars: by the project's own price, else by the table's at the call's own
 * time. Null where a side of the usage is unknown, where the model has no price, and of a batch call without a
 * documented one. A provider that the table does not know, such as a gateway, is passed over; `pricedAs` says whose
 * price was taken. An override is taken as it stands, of a batch call too.
 * A failing look-up is an unpriced call, never a failing recording.
 */
export function priceCall(call: PricedCall, usage: ReportedUsage, prices: ProjectPrices | null, table: PriceTable): Cost {
  const { model } = call;
  const promptTokens = usage.billed?.promptTokens ?? usage.promptTokens;
  const completionTokens = usage.billed?.completionTokens ?? usage.completionTokens;
  if (model === null || promptTokens === null || completionTokens === null) return unpriced;
  try {
    const parts = usage.billed === undefined ? usage : nothingReported;
    const override = prices === null ? null : findOverride(prices, { ...call, model, atUs: call.startedUs ?? call.receivedUs });
    if (override !== null && prices !== null) {
      const usd = overrideUsd(override, promptTokens, completionTokens, parts);
      const named = { priceVersion: `project ${prices.version}`, pricedAs: overrideName(override) };
      return toCost(usd, promptTokens + completionTokens, { source: "overridden", ...named });
    }
    if (selfHosted.test(call.provider ?? "")) return unpriced;
    return tableCost(table, call, model, promptTokens, completionTokens, parts);
  } catch {
    // The table throws on what it cannot make sense of.
    return unpriced;
  }
}

/** A price as it is kept: rounded once, here. More than can be counted to is no price. */
function toCost(usd: number, tokens: number, told: { source: "priced" | "overridden"; priceVersion: string; pricedAs: string }): Cost {
  const nanoUsd = Math.round(usd * 1e9);
  if (!Number.isSafeInteger(nanoUsd) || nanoUsd < 0) return unpriced;
  return { nanoUsd, ...told, source: usd === 0 && tokens > 0 ? "free" : told.source };
}

function tableCost(
  table: PriceTable,
  call: PricedCall,
  model: string,
  promptTokens: number,
  completionTokens: number,
  parts: ReportedUsage,
): Cost {
  const timestamp = new Date((call.startedUs ?? call.receivedUs) / 1000);
  const input = inputBuckets(promptTokens, parts);
  const write1h = Math.min(parts.cacheWrite1hTokens ?? 0, input.cacheWrite);
  const found = table.calcPrice(tableUsage(promptTokens, completionTokens, parts, input, write1h), model, {
    timestamp,
    ...providerOption(table, call.provider),
  });
  if (found === null) return unpriced;
  const price = found.model_price;
  const entry = `${found.provider.id}/${found.model.id}`;
  if (!isPricedByTokens(price, entry, promptTokens, completionTokens)) return unpriced;

  const usd = found.total_price + write1hSurcharge(price, found.model.id, promptTokens, write1h);
  const told = { source: "priced" as const, priceVersion, pricedAs: entry };
  if (call.apiStyle !== "batch") return toCost(usd, promptTokens + completionTokens, told);
  const batched = batchUsd(usd, found.provider.id, found.model.id, price, promptTokens, input);
  if (batched === null) return unpriced;
  return toCost(batched, promptTokens + completionTokens, { ...told, pricedAs: `${entry} (batch)` });
}

/** The table's own names. Its totals hold their parts, and cached audio is in both of its parts; ours are disjoint. */
function tableUsage(promptTokens: number, completionTokens: number, parts: ReportedUsage, input: InputBuckets, write1h: number) {
  const output = outputBuckets(completionTokens, parts);
  const cachedAudio = Math.min(parts.cacheReadAudioTokens ?? 0, input.cacheRead);
  return {
    input_tokens: promptTokens,
    output_tokens: completionTokens,
    cache_read_tokens: input.cacheRead,
    cache_write_tokens: input.cacheWrite,
    cache_write_1h_tokens: write1h,
    input_audio_tokens: input.audio + cachedAudio,
    cache_audio_read_tokens: cachedAudio,
    cache_audio_write_tokens: 0,
    cache_audio_write_1h_tokens: 0,
    output_reasoning_tokens: output.reasoning,
    output_audio_tokens: output.audio,
    output_audio_reasoning_tokens: 0,
  };
}

/** Whose prices are asked. The table itself finds a provider before the model's name where it is told `litellm`. */
function providerOption(table: PriceTable, provider: string | null): { providerId?: string } {
  if (provider === null) return {};
  if (gateway.test(provider)) return { providerId: "litellm" };
  return table.findProvider({ providerId: provider }) === undefined ? {} : { providerId: provider };
}

/** Whether an entry prices both sides. One without any price is free; one by the hour or the page prices no tokens. */
function isPricedByTokens(price: ModelPrice, entry: string, promptTokens: number, completionTokens: number): boolean {
  if (Object.keys(price).length === 0) return !emptyEntries.has(entry);
  if (promptTokens > 0 && price["input_mtok"] === undefined) return false;
  return completionTokens === 0 || price["output_mtok"] !== undefined;
}

/**
 * What is kept for an hour, where the table has no price for it and took the one for five minutes: Anthropic asks
 * 1.25 and 2 times the input's price, whoever hosts it (platform.claude.com, "Prompt caching").
 */
function write1hSurcharge(price: ModelPrice, model: string, promptTokens: number, write1h: number): number {
  const written = price["cache_write_mtok"];
  if (written === undefined || price["cache_write_1h_mtok"] !== undefined || !model.includes("claude")) return 0;
  const more = 2 * rateOf(price["input_mtok"], promptTokens) - rateOf(written, promptTokens);
  return (write1h * Math.max(0, more)) / 1e6;
}

/** The price of the same call in a batch, in US dollars; null where none is documented. */
function batchUsd(
  usd: number,
  provider: string,
  model: string,
  price: ModelPrice,
  promptTokens: number,
  input: InputBuckets,
): number | null {
  const batch = findBatchPrice(provider, model);
  if (batch === null) return null;
  const cached = input.cacheRead + input.cacheWrite;
  if (batch.cache === "halved" || cached === 0) return usd * batch.factor;
  if (batch.cache === "unknown") return null;
  const readUsd = (input.cacheRead * rateOf(price["cache_read_mtok"] ?? price["input_mtok"], promptTokens)) / 1e6;
  if (batch.cache === "standard" && price["cache_read_mtok"] !== undefined) return (usd - readUsd) * batch.factor + readUsd;
  const inputUsd = (input.cacheRead * rateOf(price["input_mtok"], promptTokens)) / 1e6;
  return (usd - readUsd + inputUsd) * batch.factor;
}

/** US dollars a million tokens, of the tier that a prompt of this length is in. */
function rateOf(price: ModelPrice[string], promptTokens: number): number {
  if (price === undefined || typeof price === "number") return price ?? 0;
  return price.tiers.reduce((rate, tier) => (promptTokens > tier.start ? tier.price : rate), price.base);
}
