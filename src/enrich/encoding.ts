import { type Counter, createCounter } from "./byte-pair";

export type EncodingName = "o200k_base" | "cl100k_base";

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

/** Some 4 MB each, and at most these two. Counters and not promises of them: one request must not wait on another's promise. */
const counters = new Map<EncodingName, Counter>();

/** The counter of an encoding, built on first use. @throws what the import throws; the next call tries again. */
export async function loadCounter(name: EncodingName): Promise<Counter> {
  const isNew = name === "o200k_base";
  const { default: ranks } = isNew ? await import("js-tiktoken/ranks/o200k_base") : await import("js-tiktoken/ranks/cl100k_base");
  let counter = counters.get(name);
  if (counter === undefined) {
    counter = createCounter(ranks);
    counters.set(name, counter);
  }
  return counter;
}
