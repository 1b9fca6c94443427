import type { EncodingName } from "./counter/counters";

/** OpenAI's models before gpt-4o. `gpt-4` is whole or goes on with a separator: gpt-4o, gpt-4.1 and gpt-4.5 are newer. */
const cl100kModel = /^(?:gpt-3\.5|gpt-35|gpt-4(?=$|[-:@])|text-embedding|davinci-002|babbage-002)/;

/**
 * The encoding that counts a model's tokens, or comes nearest: o200k_base for all that is newer, unknown or not OpenAI's.
 * A provider's path (`azure/gpt-4`) and the mark of a fine-tuned model (`ft:gpt-4:…`) may stand before the name.
 */
export function encodingForModel(model: string | null): EncodingName {
  if (model === null) return "o200k_base";
  // The path ends before the first colon: what follows is a fine-tune's own name, which may hold anything.
  const name = model.toLowerCase().replace(/^(?:[^:]*\/)?(?:ft:)?/, "");
  return cl100kModel.test(name) ? "cl100k_base" : "o200k_base";
}
