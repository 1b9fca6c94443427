import type { ReportedUsage } from "./usage";

/** A prompt's tokens, each in one bucket: they sum to its total. */
export interface InputBuckets {
  uncached: number;
  cacheRead: number;
  cacheWrite: number;
  audio: number;
}

/** A completion's tokens, each in one bucket: they sum to its total. */
export interface OutputBuckets {
  text: number;
  reasoning: number;
  audio: number;
}

/** Either side's buckets; null for a side of which no part was reported. */
export interface UsageBuckets {
  input: InputBuckets | null;
  output: OutputBuckets | null;
}

/** The tokens that both sides have in the end, wherever they come from. */
export interface UsageTotals {
  promptTokens: number | null;
  completionTokens: number | null;
}

/** The parts that were reported of a call's tokens, and what is in none of them. Parts that do not fit into `totals` are none. */
export function usageBuckets({ promptTokens, completionTokens }: UsageTotals, reported: ReportedUsage): UsageBuckets {
  const { cacheReadTokens, cacheWriteTokens, inputAudioTokens, reasoningTokens, outputAudioTokens } = reported;
  const hasInput = [cacheReadTokens, cacheWriteTokens, inputAudioTokens].some((part) => part !== null);
  const hasOutput = [reasoningTokens, outputAudioTokens].some((part) => part !== null);
  return {
    input: promptTokens === null || !hasInput ? null : inputBuckets(promptTokens, reported),
    output: completionTokens === null || !hasOutput ? null : outputBuckets(completionTokens, reported),
  };
}

/** A prompt's buckets, where a part that was not reported is 0. */
export function inputBuckets(tokens: number, reported: ReportedUsage): InputBuckets {
  const cacheRead = reported.cacheReadTokens ?? 0;
  const cacheWrite = reported.cacheWriteTokens ?? 0;
  const audio = reported.inputAudioTokens ?? 0;
  const uncached = tokens - cacheRead - cacheWrite - audio;
  return uncached < 0 ? { uncached: tokens, cacheRead: 0, cacheWrite: 0, audio: 0 } : { uncached, cacheRead, cacheWrite, audio };
}

/** A completion's buckets, where a part that was not reported is 0. */
export function outputBuckets(tokens: number, reported: ReportedUsage): OutputBuckets {
  const reasoning = reported.reasoningTokens ?? 0;
  const audio = reported.outputAudioTokens ?? 0;
  const text = tokens - reasoning - audio;
  return text < 0 ? { text: tokens, reasoning: 0, audio: 0 } : { text, reasoning, audio };
}
