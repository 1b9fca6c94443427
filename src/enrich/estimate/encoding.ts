import type { EncodingName } from "../counter/counters";
import { modelName } from "../call/model-name";

/** OpenAI's models before gpt-4o. `gpt-4` is whole or goes on with a separator: gpt-4o, gpt-4.1 and gpt-4.5 are newer. */
const cl100kModel = /^(?:gpt-?3\.?5|gpt-?4(?=$|[-:@])|text-embedding|davinci-002|babbage-002)/;

/** Models of the p50k and r50k vocabularies, which are not kept here: they are retired, and their text is much the same in cl100k. */
const retiredModel =
  /^(?:text-(?:davinci|curie|babbage|ada)-|code-(?:davinci|cushman|search)-|(?:davinci|curie|babbage|ada)(?=$|[:-])|gpt-?2|text-similarity-|text-search-)/;

/** Names that are known to be counted best by o200k: OpenAI's own, and those of the families whose calibration is fitted on it. */
const o200kModel =
  /^(?:gpt-|gpt$|o\d|chatgpt|codex|computer-use|claude|gemini|gemma|palm|learnlm|mistral|mixtral|ministral|magistral|codestral|devstral|pixtral|open-mi[sx]tral|llama|meta-llama|codellama|grok|nova|titan|deepseek|command|c4ai|aya|qwen|qwq|qvq|(?:zai-)?glm|chatglm|sonar|pplx|r1-|code(?:chat)?-bison|text-bison|chat-bison|code-llama|kimi|moonshot|minimax|abab|phi|nemotron|jamba|granite|ernie|doubao|hunyuan|yi-|dbrx|compound|hermes|wizardlm|falcon|olmo|lfm|palmyra)/;

/**
 * The encoding that counts a model's tokens, or comes nearest: o200k_base for all that is newer, unknown or not OpenAI's.
 * A provider's path (`azure/gpt-4`) and the mark of a fine-tuned model (`ft:gpt-4:…`) may stand before the name.
 */
export function encodingForModel(model: string | null): EncodingName {
  const name = model === null ? "" : modelName(model);
  return cl100kModel.test(name) || retiredModel.test(name) ? "cl100k_base" : "o200k_base";
}

/** What is not quite true of a model's encoding, for the notes of an estimate; null where nothing is. */
export function encodingNote(model: string | null): string | null {
  const name = model === null ? "" : modelName(model);
  if (cl100kModel.test(name) || o200kModel.test(name)) return null;
  return retiredModel.test(name) ? "retired encoding: cl100k_base assumed" : "unknown model: o200k_base assumed";
}
