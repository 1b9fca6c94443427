import { calcPrice } from "@pydantic/genai-prices";
import type { Cost, Recording, Usage } from "../model/recording";

/** The price table, by its package's version (a test holds it to package.json). It never updates itself. */
export const priceVersion = "genai-prices 0.1.8";

/**
 * What a call cost by the table's price at the call's own time, in integer nano-US-dollars; null where a side of the
 * usage is unknown or the model has no price. A failing look-up is an unpriced call, never a failing recording.
 */
export function priceCall(recording: Recording, usage: Usage): Cost {
  const unpriced: Cost = { nanoUsd: null, priceVersion: null };
  const { promptTokens, completionTokens } = usage;
  if (promptTokens === null || completionTokens === null || recording.model === null) return unpriced;
  const tokens = { input_tokens: promptTokens, output_tokens: completionTokens };
  const timestamp = new Date((recording.startedUs ?? recording.receivedUs) / 1000);
  const priced =
    lookUp(tokens, recording.model, { timestamp, ...(recording.provider === null ? {} : { providerId: recording.provider }) }) ??
    lookUp(tokens, recording.model, { timestamp });
  if (priced === null) return unpriced;
  const nanoUsd = Math.round(priced.total_price * 1e9);
  return Number.isSafeInteger(nanoUsd) && nanoUsd >= 0 ? { nanoUsd, priceVersion } : unpriced;
}

/** The table throws on what it cannot make sense of. */
function lookUp(...[usage, model, options]: Parameters<typeof calcPrice>): ReturnType<typeof calcPrice> {
  try {
    return calcPrice(usage, model, options);
  } catch {
    return null;
  }
}
