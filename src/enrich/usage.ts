import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Estimate, ReportedUsage, SideUsage, Usage } from "../model/usage";
import type { CallToCount } from "./call/call-to-count";
import { type Conversation, readConversation } from "./call/conversation";
import { loadCounter } from "./counter/counters";
import { estimateUsage } from "./estimate/estimate-usage";

/** Text that one post may still have counted, in UTF-16 units. One for all its recordings, and used up by them. */
export interface CountBudget {
  unitsLeft: number;
}

/**
 * The usage of a call: what was reported, and an estimate of a side that was not. A side whose text does not fit in the
 * budget is deferred; without a budget none is. A counter that fails leaves a side missing, and the recording whole.
 */
export async function resolveUsage(call: CallToCount, reported: ReportedUsage, budget: CountBudget | null): Promise<Usage> {
  const usage = reportedUsage(reported);
  const sides = { prompt: reported.promptTokens === null, completion: reported.completionTokens === null };
  if (!sides.prompt && !sides.completion) return usage;
  try {
    const conversation = readConversation(call);
    if (budget !== null && !takeUnits(conversation, sides, budget)) return deferUsage(usage);
    const estimates = estimateUsage(conversation, sides, await loadCounter(conversation.encoding), limits);
    return {
      prompt: estimates.prompt === null ? usage.prompt : estimatedSide(estimates.prompt),
      completion: estimates.completion === null ? usage.completion : estimatedSide(estimates.completion),
      reported,
    };
  } catch (thrown) {
    logEvent("count_failed", { cause: causeText(thrown) });
    return usage;
  }
}

/** Whether a side is still to be counted. */
export function isDeferred({ prompt, completion }: Usage): boolean {
  return prompt.source === "deferred" || completion.source === "deferred";
}

function reportedUsage(reported: ReportedUsage): Usage {
  return { prompt: reportedSide(reported.promptTokens), completion: reportedSide(reported.completionTokens), reported };
}

function reportedSide(tokens: number | null): SideUsage {
  return { tokens, source: tokens === null ? "missing" : "reported", estimate: null };
}

function estimatedSide({ tokens, ...detail }: Estimate): SideUsage {
  return { tokens, source: "estimated", estimate: { ...detail, calibration: null } };
}

/** Both sides wait, though one might fit: the recording is read once more in any case. */
function deferUsage({ prompt, completion, reported }: Usage): Usage {
  const defer = (side: SideUsage): SideUsage => (side.source === "missing" ? { ...side, source: "deferred" } : side);
  return { prompt: defer(prompt), completion: defer(completion), reported };
}

/** Takes what the missing sides have of text out of the budget, where it is in there. */
function takeUnits({ prompt, completion }: Conversation, sides: { prompt: boolean; completion: boolean }, budget: CountBudget): boolean {
  const units = (sides.prompt ? (prompt?.textUnits ?? 0) : 0) + (sides.completion ? (completion?.textUnits ?? 0) : 0);
  if (units > budget.unitsLeft) return false;
  budget.unitsLeft -= units;
  return true;
}
