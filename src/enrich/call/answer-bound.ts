import { isJsonObject, type JsonObject } from "../../model/json";

/** Where providers keep it, beside the parameters themselves: Gemini, Bedrock Converse, Ollama. */
const holders = ["generationConfig", "generation_config", "inferenceConfig", "inference_config", "options"];
const names = [
  "max_tokens",
  "max_completion_tokens",
  "max_output_tokens",
  "maxTokens",
  "maxOutputTokens",
  "max_tokens_to_sample",
  "num_predict",
];

/** The tokens that one answer may have at the most, reasoning included, by the call's parameters; null where they set no bound. */
export function answerBound(parameters: JsonObject): number | null {
  const bounds = [parameters, ...holders.map((holder) => parameters[holder])]
    .filter(isJsonObject)
    .flatMap((from) => names.map((name) => from[name]))
    .filter((bound) => typeof bound === "number" && bound > 0);
  return bounds.length === 0 ? null : Math.min(...bounds.map(Number));
}
