import type { Family } from "./model-family";

/** How a family's provider writes a call out for its model, as far as that is known. */
export interface FamilyStyle {
  /** OpenAI's own forms: calls by their recipient, the tools as TypeScript. */
  isOpenai: boolean;
  /** What of the tools the tokens go by: OpenAI's namespace, the JSON, or the words in it alone. */
  tools: "namespace" | "json" | "words";
  /** How a call is written: the recipient and JSON, the name and JSON, or each argument by itself, as in XML. */
  calls: "recipient" | "json" | "arguments";
  /** Each digit is a token of its own, where o200k_base takes up to three at a time. */
  splitsDigits: boolean;
  /** Reasoning is shown as a summary at most, and what is sealed beside it is the whole. */
  sealsReasoning: boolean;
  /** Characters of what is sealed that are its envelope, and stand for no reasoning. */
  sealEnvelopeUnits: number;
  /** What was thought before the last turn of the user is not sent to the model again. */
  forgetsThinking: boolean;
}

const plain: FamilyStyle = {
  isOpenai: false,
  tools: "json",
  calls: "json",
  splitsDigits: false,
  sealsReasoning: false,
  sealEnvelopeUnits: 0,
  forgetsThinking: false,
};
const openai: FamilyStyle = {
  isOpenai: true,
  tools: "namespace",
  calls: "recipient",
  splitsDigits: false,
  sealsReasoning: true,
  sealEnvelopeUnits: 920,
  forgetsThinking: true,
};
const anthropic: FamilyStyle = { ...plain, calls: "arguments", forgetsThinking: true };
const gemini: FamilyStyle = { ...plain, tools: "words", splitsDigits: true, sealsReasoning: true };

const styles: Partial<Record<Family, FamilyStyle>> = {
  "openai-o200k": openai,
  "openai-cl100k": openai,
  "gpt-5": openai,
  "o-series": openai,
  "anthropic-2/3": anthropic,
  "anthropic-4": anthropic,
  "anthropic-new": anthropic,
  "gemini-2": gemini,
  "gemini-3": gemini,
  grok: { ...plain, sealsReasoning: true },
  gemma: { ...plain, splitsDigits: true },
  mistral: { ...plain, splitsDigits: true },
};

/** The style of a family. One of which nothing is known has its tools counted as JSON. */
export function styleOf(family: Family): FamilyStyle {
  return styles[family] ?? plain;
}
