import type { JsonObject } from "./json";
import { type EstimateDetail, totalUsage, type Usage } from "./usage";
import { usageBuckets } from "./usage-buckets";

/** A call's tokens in the collector's own JSON: each side with its source, how it was counted where it was, and its parts where they were reported. */
export function usageAnswer(usage: Usage): JsonObject {
  const { prompt, completion, reported } = usage;
  const { billed, notes = [] } = reported;
  return {
    prompt_tokens: prompt.tokens,
    completion_tokens: completion.tokens,
    prompt_source: prompt.source,
    completion_source: completion.source,
    prompt_estimate: prompt.estimate === null ? null : estimateAnswer(prompt.estimate),
    completion_estimate: completion.estimate === null ? null : estimateAnswer(completion.estimate),
    ...bucketsAnswer(usage),
    billed: billed === undefined ? null : { prompt_tokens: billed.promptTokens, completion_tokens: billed.completionTokens },
    notes,
  };
}

function estimateAnswer({ encoding, method, errorPct, plainTokens, calibration, notes }: EstimateDetail): JsonObject {
  return { encoding, method, error_pct: errorPct, plain_tokens: plainTokens, calibration, notes };
}

function bucketsAnswer(usage: Usage): JsonObject {
  const { input, output } = usageBuckets(totalUsage(usage), usage.reported);
  return {
    input_buckets:
      input === null ? null : { uncached: input.uncached, cache_read: input.cacheRead, cache_write: input.cacheWrite, audio: input.audio },
    output_buckets: output === null ? null : { text: output.text, reasoning: output.reasoning, audio: output.audio },
  };
}
