import type { Family } from "./model-family";
import { modelName } from "./model-name";

/** What tells the variants of a family apart. */
interface Served {
  provider: string;
  /** The model's own name, in lower case. */
  name: string;
  isResponses: boolean;
}

/**
 * Models or hosts of a family that differ from the others of it in what they add to a prompt: Anthropic's tool prompts by
 * generation, Gemini on Vertex (which counts tools by their words, and no thought signatures), hidden system prompts.
 */
const variants: Partial<Record<Family, [variant: string, isOne: (served: Served) => boolean][]>> = {
  "openai-o200k": [["responses", ({ isResponses }) => isResponses]],
  "openai-cl100k": [["responses", ({ isResponses }) => isResponses]],
  "o-series": [["responses", ({ isResponses }) => isResponses]],
  "gpt-5": [["responses", ({ isResponses }) => isResponses]],
  "anthropic-2/3": [
    ["haiku", ({ name }) => /haiku/.test(name)],
    ["opus", ({ name }) => /opus/.test(name)],
    ["3-sonnet", ({ name }) => /claude-3-sonnet/.test(name)],
  ],
  "anthropic-4": [["4.0", ({ name }) => /(?:sonnet|opus)-4(?:-1)?(?:$|[@:]|-20)|claude-4-(?:sonnet|opus)/.test(name)]],
  "gemini-2": [
    ["2.0", ({ name }) => /gemini-(?:1|2\.0)/.test(name)],
    ["hosted", ({ provider }) => !isGoogleAi(provider)],
  ],
  "gemini-3": [["hosted", ({ provider }) => !isGoogleAi(provider)]],
  mistral: [["small", ({ name }) => /small|ministral/.test(name)]],
  grok: [["4-reasoning", ({ name }) => /^grok-(?:4|code)/.test(name) && !/fast|non-reasoning/.test(name)]],
  nova: [["2", ({ name }) => /^nova-[2-9]/.test(name)]],
  llama: [
    ["4", ({ name }) => /llama-?4/.test(name)],
    ["3.1", ({ name }) => /llama-?3[.-][1-9]/.test(name)],
  ],
  cohere: [["r", ({ name }) => /command-r|aya|c4ai/.test(name)]],
  deepseek: [["v4", ({ name }) => /v[4-9]/.test(name)]],
};

/** The variant of a family, as its calibration is filed: `gemini-3/hosted`, or the family alone. */
export function variantFor(family: Family, provider: string | null, model: string | null, isResponses: boolean): string {
  const served = { provider: (provider ?? "").toLowerCase(), name: model === null ? "" : modelName(model), isResponses };
  const variant = variants[family]?.find(([, isOne]) => isOne(served))?.[0];
  return variant === undefined ? family : `${family}/${variant}`;
}

/** Google's own Gemini API, and a call whose provider is not known: not Vertex, and no gateway. */
function isGoogleAi(provider: string): boolean {
  return provider === "" || /^(?:google|gemini)(?!.*vertex)/.test(provider);
}
