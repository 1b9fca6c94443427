import { limits } from "../limits";
import { parseJson } from "../model/json";
import type { ModelObservations, Observation } from "../model/calibration";
import type { RecordingContent, StoredContent } from "../model/recording";
import type { Estimate } from "../model/usage";
import { callToCount } from "./call/call-to-count";
import { readConversation } from "./call/conversation";
import { loadCounter } from "./counter/counters";
import { estimateUsage } from "./estimate/estimate-usage";

/** Notes of estimates that are of less, or of other, than what was reported: nothing can be learnt from the two. */
const blurred = /not counted|image size assumed|sampled|lower bound/;

/**
 * What a call with reported usage teaches: each reported side beside what would have been estimated. Null where it teaches
 * nothing.
 */
export async function observeCall({ provider, model, usage, contentText }: StoredContent): Promise<ModelObservations | null> {
  const { promptTokens, completionTokens } = usage.reported;
  const sides = { prompt: promptTokens !== null, completion: completionTokens !== null };
  const conversation = readConversation(callToCount(provider, model, parseJson(contentText) as RecordingContent));
  const counter = await loadCounter(conversation.encoding);
  const { prompt, completion } = estimateUsage(conversation, sides, counter, limits);
  const method = prompt?.method ?? completion?.method;
  if (method === undefined) return null;
  return { method, prompt: observe(prompt, promptTokens), completion: observe(completion, completionTokens) };
}

function observe(estimate: Estimate | null, reported: number | null): Observation[] {
  if (estimate === null || reported === null || estimate.tokens === 0 || reported <= 0) return [];
  return estimate.notes.some((note) => blurred.test(note)) ? [] : [[estimate.tokens, reported]];
}
