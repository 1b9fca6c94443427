/** What a batch call costs of what the same call costs otherwise. */
export interface BatchPrice {
  /** Of the standard price, input and output alike. */
  factor: number;
  /**
   * What a cached token costs in a batch: `halved` the factor of the cache's price, `standard` the cache's own price,
   * `input` what an uncached one costs there, `unknown` where no document tells.
   */
  cache: "halved" | "standard" | "input" | "unknown";
}

interface Entry extends BatchPrice {
  provider: string;
  models: RegExp;
}

const openaiModels = /^(?!.*(?:audio|realtime|search|transcribe|tts|image|codex|chat-latest))(?:gpt|o\d|text-embedding)/;

/**
 * By the price table's names of providers; the first entry that fits is it. What no entry fits has no known batch
 * price: xAI takes 20 to 50 % off and Together something off some models, by lists that change.
 */
const entries: Entry[] = [
  // developers.openai.com/api/docs/pricing, "Batch": half of input and output, and cached input for gpt-5 and later alone. What is left out is not in its list, as last known.
  {
    provider: "openai",
    models: /^(?!.*(?:audio|realtime|search|transcribe|tts|image|codex|chat-latest))gpt-[5-9]/,
    factor: 0.5,
    cache: "halved",
  },
  { provider: "openai", models: openaiModels, factor: 0.5, cache: "input" },
  // learn.microsoft.com, "Azure OpenAI batch deployments": 50 % less than global standard. Of the cache it says nothing.
  { provider: "azure", models: openaiModels, factor: 0.5, cache: "unknown" },
  // platform.claude.com, "Batch processing": half of all usage, cache writes and reads among it. Vertex is taken to do the same.
  { provider: "anthropic", models: /^/, factor: 0.5, cache: "halved" },
  { provider: "google", models: /^claude/, factor: 0.5, cache: "halved" },
  // docs.cloud.google.com, "Batch inference": half; the cache's discount takes precedence, the two do not stack.
  { provider: "google", models: /^gemini(?!.*(?:live|tts))/, factor: 0.5, cache: "standard" },
  // aws.amazon.com/bedrock/pricing: 50 % lower for select models of Anthropic, Meta, Mistral and Amazon.
  { provider: "aws", models: /(?:^|\.)(?:anthropic|meta|mistral|amazon)\./, factor: 0.5, cache: "unknown" },
  // docs.mistral.ai, "Batch inference": half, of every model it serves.
  { provider: "mistral", models: /^/, factor: 0.5, cache: "unknown" },
  // console.groq.com/docs/batch, as last known and not read again: half, once a quarter off; no cache discount beside it.
  { provider: "groq", models: /^/, factor: 0.5, cache: "input" },
  // fireworks.ai/blog/batch-api and its documents: half of serverless, "additional" savings on cached tokens.
  { provider: "fireworks", models: /^/, factor: 0.5, cache: "halved" },
  // platform.kimi.ai/docs/pricing/batch: 60 % of the standard price, of kimi-k2.5 alone.
  { provider: "moonshotai", models: /^kimi-k2\.5/, factor: 0.6, cache: "unknown" },
];

/** The batch price of an entry of the price table, or null where none is documented. */
export function findBatchPrice(provider: string, model: string): BatchPrice | null {
  return entries.find((entry) => entry.provider === provider && entry.models.test(model)) ?? null;
}
