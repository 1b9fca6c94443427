/** Where a token count comes from. Unknown is `missing` or `deferred`, never 0. */
export type TokenSource = "reported" | "estimated" | "deferred" | "missing";

/**
 * What a caller reported of a call's usage, in whichever provider's convention it came. The totals hold their parts:
 * cached tokens are inside `promptTokens`, reasoning is inside `completionTokens`. Null is what was not said.
 */
export interface ReportedUsage {
  promptTokens: number | null;
  completionTokens: number | null;
  /** Parts of the prompt that are priced otherwise. Disjoint: what is in none of them is plain, uncached input. */
  cacheReadTokens: number | null;
  /** Those of `cacheReadTokens` that are audio, which cost more. */
  cacheReadAudioTokens: number | null;
  cacheWriteTokens: number | null;
  /** Those of `cacheWriteTokens` that are kept for an hour, which cost more. */
  cacheWrite1hTokens: number | null;
  inputAudioTokens: number | null;
  /** Parts of the completion, disjoint too: what is in none of them is plain output. */
  reasoningTokens: number | null;
  outputAudioTokens: number | null;
  /** What is paid for, where the provider says that it is not what it counts: Cohere's billed units. */
  billed?: { promptTokens: number; completionTokens: number };
  /** What had to be decided or left out, in words for the caller; absent where there is nothing to tell. */
  notes?: string[];
}

/** One side's tokens as the collector counted them. */
export interface Estimate {
  tokens: number;
  /** What js-tiktoken alone counts of the side's text; differs from `tokens` by overhead and calibration. */
  plainTokens: number;
  /** The vocabulary, `o200k_base` or `cl100k_base`. */
  encoding: string;
  /** How it was counted: the method with its version, then the family, `chat-1/anthropic-4`. */
  method: string;
  /** What the absolute error is in the median of calls like this one, in percent. */
  errorPct: number;
  /** What the number does not tell by itself: `hidden reasoning: lower bound`, `image size assumed`, `sampled` … */
  notes: string[];
}

/** How a side's tokens were counted, beside their number. */
export interface EstimateDetail extends Omit<Estimate, "tokens" | "errorPct"> {
  /** Null for a method whose error was never measured: that of the first version. */
  errorPct: number | null;
  /** The ratio of the project's own reported usage that the number was multiplied by; null where none was. */
  calibration: { ratio: number; calls: number } | null;
}

/** One side of a call. */
export interface SideUsage {
  tokens: number | null;
  source: TokenSource;
  /** Null where nothing was counted here. */
  estimate: EstimateDetail | null;
}

/** A call's tokens with their provenance. */
export interface Usage {
  prompt: SideUsage;
  completion: SideUsage;
  /** As it was reported, for its parts: what was read from the cache, audio, reasoning. */
  reported: ReportedUsage;
}

/** The tokens that a call has in the end, wherever they come from, and the parts that were reported of them: what it is priced by. */
export function totalUsage({ prompt, completion, reported }: Usage): ReportedUsage {
  return { ...reported, promptTokens: prompt.tokens, completionTokens: completion.tokens };
}

/** The report of a caller who said nothing. */
export const nothingReported: ReportedUsage = {
  promptTokens: null,
  completionTokens: null,
  cacheReadTokens: null,
  cacheReadAudioTokens: null,
  cacheWriteTokens: null,
  cacheWrite1hTokens: null,
  inputAudioTokens: null,
  reasoningTokens: null,
  outputAudioTokens: null,
};
