import type { Estimate } from "../../model/usage";
import type { Counter } from "../counter/byte-pair";
import { errorPctFor, methodFor, type Weights, weightsFor } from "./family-weights";
import { hiddenNote } from "../call/completion-side";
import type { Conversation } from "../call/conversation";
import { countSide, type SideTokens } from "./count-side";
import { imageTokens } from "./image-tokens";
import { variantFor } from "../call/model-variant";
import type { Side } from "../call/side";

/** The bound of the work: UTF-16 units of one side's text that are counted; of a longer one, samples. */
export interface CountLimits {
  countedUnitsPerText: number;
}

/** An estimate of each side that was asked for; null where there is nothing that could be counted. */
export interface EstimatedUsage {
  prompt: Estimate | null;
  completion: Estimate | null;
}

/** Estimates the tokens of a call's sides with the counter of its encoding (`conversation.encoding`). */
export function estimateUsage(
  conversation: Conversation,
  sides: { prompt: boolean; completion: boolean },
  counter: Counter,
  limits: CountLimits,
): EstimatedUsage {
  const { family, provider, model, isResponses } = conversation;
  const weights = weightsFor(variantFor(family, provider, model, isResponses), family);
  const estimate = (name: "prompt" | "completion"): Estimate | null => {
    const side = conversation[name];
    if (!sides[name] || side === null) return null;
    return estimateSide(side, weights[name], countSide(side, counter, limits.countedUnitsPerText), conversation, name);
  };
  return { prompt: estimate("prompt"), completion: estimate("completion") };
}

function estimateSide(
  side: Side,
  weights: Weights,
  counted: SideTokens,
  conversation: Conversation,
  name: "prompt" | "completion",
): Estimate {
  const { family, model, encoding, encodingNote, hasTools } = conversation;
  const notes = new Set(side.notes);
  let tokens = weigh(weights, side, counted);
  for (const image of side.images) {
    const shown = imageTokens(image, family, model);
    tokens += shown.tokens;
    if (shown.isAssumed) notes.add("image size assumed");
  }
  if (side.counts.hidden !== undefined && (weights.askedUnits ?? 0) > 0) {
    notes.delete(hiddenNote);
    notes.add("hidden reasoning: usual amount assumed");
  }
  if (counted.isSampled) notes.add("sampled");
  if (encodingNote !== null) notes.add(encodingNote);
  return {
    tokens: Math.round(Math.min(side.tokensMax, Math.max(0, tokens))),
    plainTokens: Math.round(counted.total),
    encoding,
    method: methodFor(family),
    errorPct: errorPctFor(family, name, hasTools),
    notes: [...notes],
  };
}

/** The sum of what is there, each times what it is worth. */
function weigh(weights: Weights, side: Side, counted: SideTokens): number {
  let tokens = 0;
  for (const [name, weight] of Object.entries(weights)) {
    const count = side.counts[name as keyof Side["counts"]] ?? counted.byKind[name as keyof SideTokens["byKind"]] ?? 0;
    tokens += weight * count;
  }
  return tokens;
}
