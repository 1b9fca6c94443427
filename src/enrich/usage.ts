import { limits } from "../limits";
import type { JsonObject } from "../model/json";
import type { FunctionCall, Recording, Usage } from "../model/recording";
import type { Counter } from "./counter/byte-pair";
import { loadCounter } from "./counter/counters";
import { encodingForModel } from "./encoding";
import { answerStart, collectTexts } from "./message-text";

/** Text that one post may still have counted, in UTF-16 units. One for all its recordings, and used up by them. */
export interface CountBudget {
  unitsLeft: number;
}

// OpenAI's cookbook, "How to count tokens with tiktoken": 3 a message, 1 more for a name, 3 that prime the reply.
const tokensPerMessage = 3;
const tokensPerName = 1;
const tokensPerReply = 3;

/** The usage of a recording as far as it was reported. */
export function reportedUsage({ reported: { promptTokens, completionTokens } }: Recording): Usage {
  return {
    promptTokens,
    completionTokens,
    promptSource: promptTokens === null ? "missing" : "reported",
    completionSource: completionTokens === null ? "missing" : "reported",
    encoding: null,
    note: null,
  };
}

/** The usage of a recording: what was reported, and an estimate of a side that was not. */
export async function resolveUsage(recording: Recording, budget: CountBudget): Promise<Usage> {
  const { promptTokens, completionTokens } = recording.reported;
  const usage = reportedUsage(recording);
  if (promptTokens !== null && completionTokens !== null) return usage;
  const { messages } = recording.content;
  const start = answerStart(messages);
  const prompt = promptTokens === null && start > 0 ? promptText(messages.slice(0, start), recording.content.tool_schema) : null;
  const completion = completionTokens === null ? completionText(messages.slice(start), recording.functionCall) : null;
  if (prompt === null && completion === null) return usage;

  const encoding = encodingForModel(recording.model);
  const counter = await loadCounter(encoding);
  usage.encoding = encoding;
  if (prompt !== null) {
    const counted = countTexts(prompt.texts, counter, budget);
    usage.promptTokens = counted.tokens + prompt.overhead;
    usage.promptSource = "estimated";
    if (counted.isSampled) usage.note = "sampled";
  }
  if (completion !== null) {
    const counted = countTexts(completion, counter, budget);
    usage.completionTokens = counted.tokens;
    usage.completionSource = "estimated";
    if (counted.isSampled) usage.note = "sampled";
  }
  return usage;
}

function promptText(messages: JsonObject[], toolSchema: unknown): { texts: string[]; overhead: number } {
  const texts: string[] = [];
  let overhead = tokensPerReply;
  for (const message of messages) {
    overhead += tokensPerMessage;
    if (typeof message["role"] === "string") texts.push(message["role"]);
    if (typeof message["name"] === "string") {
      texts.push(message["name"]);
      overhead += tokensPerName;
    }
    collectTexts(message, texts);
  }
  if (toolSchema !== undefined) texts.push(JSON.stringify(toolSchema));
  return { texts, overhead };
}

/** Null where nothing was answered, or nothing that is text: an image alone is unknown, not 0. A call in `response_info` counts where the messages hold none. */
function completionText(answer: JsonObject[], functionCall: FunctionCall | null): string[] | null {
  if (answer.length === 0 && functionCall === null) return null;
  const texts: string[] = [];
  for (const message of answer) collectTexts(message, texts);
  if (functionCall !== null && !texts.includes(functionCall.name)) texts.push(functionCall.name, functionCall.arguments);
  return texts.length === 0 ? null : texts;
}

/**
 * Tokens of texts, within the budget: past it the part that was counted stands for the rest. A recording's text is
 * counted at least in its first `limits.countedUnitsMin` units, so the budget bends the numbers but never breaks them.
 */
function countTexts(texts: string[], counter: Counter, budget: CountBudget): { tokens: number; isSampled: boolean } {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  const allowed = Math.max(Math.min(budget.unitsLeft, limits.countedUnitsPerText), limits.countedUnitsMin);
  budget.unitsLeft = Math.max(0, budget.unitsLeft - Math.min(units, allowed));
  let left = allowed;
  let tokens = 0;
  for (const text of texts) {
    if (left <= 0) break;
    tokens += counter.count(text.length <= left ? text : text.slice(0, left));
    left -= text.length;
  }
  if (units <= allowed) return { tokens, isSampled: false };
  return { tokens: Math.round((tokens * units) / allowed), isSampled: true };
}
