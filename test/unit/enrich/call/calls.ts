import type { Counter } from "../../../../src/enrich/counter/byte-pair";
import type { CallToCount } from "../../../../src/enrich/call/call-to-count";
import { readConversation } from "../../../../src/enrich/call/conversation";
import { loadCounter } from "../../../../src/enrich/counter/counters";
import { estimateUsage } from "../../../../src/enrich/estimate/estimate-usage";
import type { Side } from "../../../../src/enrich/call/side";

const o200k = await loadCounter("o200k_base");
const cl100k = await loadCounter("cl100k_base");

/** A call of gpt-4o, with what is given in place. */
export function callOf(given: Partial<CallToCount>): CallToCount {
  return {
    provider: "openai",
    model: "gpt-4o",
    messages: [],
    toolSchema: undefined,
    outputSchema: undefined,
    parameters: {},
    functionCall: null,
    ...given,
  };
}

/** What is estimated of both sides of a call. */
export function estimateOf(given: Partial<CallToCount>, unitsMax = 1_000_000, counter?: Counter) {
  const conversation = readConversation(callOf(given));
  const own = conversation.encoding === "o200k_base" ? o200k : cl100k;
  return estimateUsage(conversation, { prompt: true, completion: true }, counter ?? own, { countedUnitsPerText: unitsMax });
}

export function promptTokens(given: Partial<CallToCount>): number | undefined {
  return estimateOf(given).prompt?.tokens;
}

export function completionTokens(given: Partial<CallToCount>): number | undefined {
  return estimateOf(given).completion?.tokens;
}

/** The texts of a side, in their order. */
export function textsOf(side: Side | null): string[] {
  return side?.pieces.map(({ text }) => text) ?? [];
}
