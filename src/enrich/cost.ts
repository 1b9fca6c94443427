import { calcPrice, findProvider } from "@pydantic/genai-prices";
import type { Cost, Recording, Usage } from "../model/recording";

/** The price table, by its package's version (a test holds it to package.json). It never updates itself. */
export const priceVersion = "genai-prices 0.1.8";

const unpriced: Cost = { nanoUsd: null, priceVersion: null, pricedAs: null };

/** Where a model runs on one's own machine, whatever its maker asks for it elsewhere. */
const selfHosted = /^(ollama|vllm|localai|lm[ _-]?studio|llama[._-]?cpp|llamafile|local|self[ _-]?hosted)$/i;

/**
 * What a call cost by the table's price at the call's own time, in integer nano-US-dollars; null where a side of the
 * usage is unknown, the model has no price, or it was a batch call, which is sold at another. A provider that the
 * table does not know, such as a gateway, is passed over, and `pricedAs` says whose price was taken.
 * A failing look-up is an unpriced call, never a failing recording.
 */
export function priceCall(recording: Recording, usage: Usage): Cost {
  const { provider, model } = recording;
  const { promptTokens, completionTokens } = usage;
  if (promptTokens === null || completionTokens === null || model === null) return unpriced;
  if (recording.content.call_info?.["api_style"] === "batch" || selfHosted.test(provider ?? "")) return unpriced;
  const timestamp = new Date((recording.startedUs ?? recording.receivedUs) / 1000);
  try {
    const isKnown = provider !== null && findProvider({ providerId: provider }) !== undefined;
    const tokens = { input_tokens: promptTokens, output_tokens: completionTokens };
    const priced = calcPrice(tokens, model, { timestamp, ...(isKnown ? { providerId: provider } : {}) });
    const nanoUsd = Math.round((priced?.total_price ?? Number.NaN) * 1e9);
    if (priced === null || !Number.isSafeInteger(nanoUsd) || nanoUsd < 0) return unpriced;
    return { nanoUsd, priceVersion, pricedAs: `${priced.provider.id}/${priced.model.id}` };
  } catch {
    // The table throws on what it cannot make sense of.
    return unpriced;
  }
}
