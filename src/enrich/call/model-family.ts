import { modelName } from "./model-name";

/** Models that count and bill alike, as far as is known: one row of constants each. */
export type Family =
  | "openai-o200k"
  | "openai-cl100k"
  | "gpt-5"
  | "o-series"
  | "gpt-oss"
  | "anthropic-2/3"
  | "anthropic-4"
  | "anthropic-new"
  | "gemini-2"
  | "gemini-3"
  | "gemma"
  | "mistral"
  | "llama"
  | "grok"
  | "nova"
  | "deepseek"
  | "cohere"
  | "qwen"
  | "glm"
  | "perplexity"
  | "other";

/**
 * The first that matches names the family. Of makers whose names go on counting, the old ones are listed and the rest is
 * the newest: a name of tomorrow is more like it than like any other.
 */
const rules: [RegExp, Family][] = [
  [/^gpt-oss/, "gpt-oss"],
  [
    /^(?:gpt-?3\.?5|gpt-?4(?=$|[-:@])|text-(?:davinci|curie|babbage|ada|embedding|similarity|search)|code-(?:davinci|cushman|search)|davinci|curie|babbage|ada(?=$|[:-]))/,
    "openai-cl100k",
  ],
  [/^(?:gpt-?4o|gpt-?4\.\d|gpt-?4[15](?!\d)|chatgpt-4o|gpt-audio|gpt-realtime|gpt-image|computer-use)/, "openai-o200k"],
  [/^(?:gpt-?\d|gpt-|chatgpt|codex-(?!mini))/, "gpt-5"],
  [/^(?:o\d|codex-mini)/, "o-series"],
  [/^claude-(?:v?[123]|instant)(?:$|[.:@-])/, "anthropic-2/3"],
  [/claude-(?:4[.-][78]-opus|opus-4[.-](?:[7-9]|[1-9]\d(?!\d))(?!\d))/, "anthropic-new"],
  [/claude-(?:4(?:$|[.-])|(?:sonnet|opus|haiku)-4(?:$|[.@-]))/, "anthropic-4"],
  [/^claude/, "anthropic-new"],
  [/^gemma|^embeddinggemma/, "gemma"],
  [/^(?:gemini-(?:[12](?:$|[.-])|pro|flash|ultra|exp)|palm|text-bison|chat-bison|code(?:chat)?-bison|learnlm)/, "gemini-2"],
  [/^gemini/, "gemini-3"],
  [/^(?:open-)?(?:mi[sx]tral|ministral|magistral|codestral|devstral|pixtral|voxtral)/, "mistral"],
  [/deepseek|^r1-/, "deepseek"],
  [/^grok/, "grok"],
  [/^(?:nova|titan)/, "nova"],
  [/^(?:command|c4ai|aya)/, "cohere"],
  [/^(?:qwen|qwq|qvq|tongyi)/, "qwen"],
  [/^(?:zai-)?(?:chat)?glm/, "glm"],
  [/^(?:sonar|pplx)/, "perplexity"],
  [/llama|^hermes/, "llama"],
];

/** Where one maker's models alone are served, for a name that tells nothing (a deployment's, or none). */
const makers: [RegExp, Family][] = [
  [/^(?:openai|azure)/, "openai-o200k"],
  [/^anthropic/, "anthropic-4"],
  [/^(?:google|gemini|vertex)/, "gemini-2"],
  [/^mistral/, "mistral"],
  [/^deepseek/, "deepseek"],
  [/^(?:xai|x-ai)/, "grok"],
  [/^cohere/, "cohere"],
  [/^perplexity/, "perplexity"],
];

/** The family of a model, behind whichever host. A name that no rule knows is its provider's, where that serves its own models alone. */
export function familyForModel(provider: string | null, model: string | null): Family {
  const name = model === null ? "" : modelName(model);
  const rule = rules.find(([pattern]) => pattern.test(name));
  if (rule !== undefined) return rule[1];
  const host = (provider ?? "").toLowerCase();
  return makers.find(([pattern]) => pattern.test(host))?.[1] ?? "other";
}
