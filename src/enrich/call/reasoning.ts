import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import type { CallToCount } from "./call-to-count";
import { modelName } from "./model-name";

/** Models that think before they answer, unless told not to: what they think is billed and mostly not shown. */
const reasoningModel =
  /^(?:o\d|codex|gpt-oss|gpt-5(?![.\d]*-chat)|gpt-[6-9]|gemini-(?:2\.5(?!.*(?:lite|image|tts))|[3-9])|deepseek-(?:r\d|reasoner)|r1-|grok-(?:3-mini|4|code)|qwq|qwen-?3|magistral|sonar-(?:reasoning|deep)|glm-(?:4\.[5-9]|[5-9])|kimi-k2-think|minimax-m)/;

/** Models that think only when they are asked to: OpenAI's from gpt-5.1 on have an effort of `none` by default. */
const askedModel = /^gpt-5\.\d/;

/** Parameters that say how much a model is to think. */
const effortKeys = ["reasoning", "reasoning_effort", "thinking", "thinkingConfig", "thinking_config", "think", "reasoning_config"];

/** Whether a call's answer holds reasoning that is billed but need not be shown: always, now and then, or never. */
export type Reasoning = "always" | "sometimes" | "never";

export function reasoningOf({ provider, model, parameters }: CallToCount): Reasoning {
  const name = model === null ? "" : modelName(model);
  // Claude thinks when it is asked to, and mostly shows it.
  if (name.startsWith("claude")) return effortOf(parameters) === true ? "sometimes" : "never";
  if (!reasoningModel.test(name) || name.includes("non-reasoning")) return "never";
  const effort = effortOf(parameters);
  if (effort === false) return "never";
  if (askedModel.test(name)) return effort === true ? "sometimes" : "never";
  // OpenRouter has Gemini think only when it is asked to.
  const isAsked = effort === null && name.startsWith("gemini-2") && /openrouter/i.test(provider ?? "");
  return isAsked ? "never" : "always";
}

/** Whether a call asks for thinking that Anthropic then prompts for. */
export function asksToThink({ parameters }: CallToCount): boolean {
  return effortOf({ thinking: parameters["thinking"] ?? null }) === true;
}

/** What the parameters say of thinking: that there is some, that there is none, or nothing (null). */
function effortOf(parameters: JsonObject): boolean | null {
  const generation = parameters["generationConfig"] ?? parameters["generation_config"];
  for (const holder of [parameters, generation]) {
    if (!isJsonObject(holder)) continue;
    for (const key of effortKeys) {
      const value = holder[key] ?? null;
      if (value !== null) return isEffort(value);
    }
  }
  return null;
}

function isEffort(value: Json): boolean {
  if (!isJsonObject(value)) return value !== false && value !== "none" && value !== "minimal";
  const amount =
    value["effort"] ??
    value["type"] ??
    value["budget_tokens"] ??
    value["thinkingBudget"] ??
    value["thinking_budget"] ??
    value["enabled"] ??
    true;
  return amount !== "none" && amount !== "minimal" && amount !== "disabled" && amount !== 0 && amount !== false;
}
