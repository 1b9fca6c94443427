import { expect, test } from "vitest";
import { type Family, familyForModel } from "../../../../src/enrich/call/model-family";
import { variantFor } from "../../../../src/enrich/call/model-variant";
import { reasoningOf } from "../../../../src/enrich/call/reasoning";

const models: Record<Family, string> = {
  "openai-o200k":
    "gpt-4o gpt-4o-mini-2024-07-18 gpt-4.1-nano chatgpt-4o-latest ft:gpt-4o:acme::1 openai/gpt-4.5-preview gpt-audio-2025-08-28",
  "openai-cl100k": "gpt-4 gpt-4-turbo gpt-3.5-turbo-0125 azure/gpt-35-turbo davinci-002 text-davinci-003",
  "gpt-5": "gpt-5 gpt-5-mini gpt-5.6-terra openai/gpt-5.2 openai.gpt-5.6-luna gpt-6 gpt-7-nano",
  "o-series": "o1-mini-2024-09-12 o3 o4-mini openai/o3-pro",
  "gpt-oss": "gpt-oss:120b openai/gpt-oss-20b openai.gpt-oss-120b-1:0",
  "anthropic-2/3":
    "claude-2.1 claude-instant-1.2 anthropic.claude-v2 anthropic.claude-3-haiku-20240307-v1:0 claude-3-7-sonnet anthropic/claude-3.5-sonnet",
  "anthropic-4":
    "claude-sonnet-4-20250514 claude-opus-4-1-20250805 claude-haiku-4-5 us.anthropic.claude-sonnet-4-5-20250929-v1:0 anthropic/claude-4.6-sonnet-20260217 claude-opus-4-6 claude-sonnet-4@20250514 databricks-claude-sonnet-4",
  "anthropic-new": "claude-opus-4-7 claude-opus-4-8 claude-sonnet-5 anthropic/claude-opus-5 claude-opus-6 claude-haiku-7-20280101",
  "gemini-2": "gemini-1.5-flash models/gemini-2.5-pro google/gemini-2.0-flash-exp:free gemini-pro",
  "gemini-3": "gemini-3-flash-preview gemini-3.1-pro-preview gemini-4 google/gemini-5-pro",
  gemma: "gemma-3-27b-it gemma3:1b google.gemma-3-27b-it google/gemma-3-4b-it:free",
  mistral: "mistral-large-latest open-mixtral-8x7b us.mistral.pixtral-large-2502-v1:0 ministral-8b-latest mistralai/devstral-small",
  llama: "meta-llama/Llama-3.3-70B-Instruct llama3-8b-8192 @cf/meta/llama-3.3-70b-instruct us.meta.llama4-scout-17b-instruct-v1:0",
  grok: "grok-2-1212 x-ai/grok-4.3 grok-4-1-fast-non-reasoning",
  nova: "us.amazon.nova-pro-v1:0 amazon.nova-micro-v1:0 amazon.titan-text-express-v1",
  deepseek: "deepseek-chat deepseek-ai/DeepSeek-R1 us.deepseek.r1-v1:0 deepseek/deepseek-chat-v3-0324",
  cohere: "command-a-03-2025 command-r-plus cohere.command-r-v1:0",
  qwen: "qwen/qwen3-32b Qwen/Qwen2.5-VL-72B-Instruct qwq-32b",
  glm: "z-ai/glm-4.6 zai-glm-4.7 zai.glm-4.7-flash",
  perplexity: "sonar-pro perplexity/sonar",
  other: "groq/compound minimax.minimax-m2 my-own-model",
};

test.for(Object.entries(models).flatMap(([family, names]) => names.split(" ").map((name) => [name, family] as const)))(
  "%s is of %s",
  ([name, family]) => {
    expect(familyForModel(null, name)).toBe(family);
  },
);

test.for<[string | null, string | null, Family]>([
  ["anthropic", "my-deployment", "anthropic-4"],
  ["azure_openai", "my-deployment", "openai-o200k"],
  ["xai", null, "grok"],
  ["my-gateway", "my-deployment", "other"],
  [null, null, "other"],
])("a name that tells nothing is its provider's: %s, %s", ([provider, model, family]) => {
  expect(familyForModel(provider, model)).toBe(family);
});

test.for([
  ["gemini-3", "google", "gemini-3-pro", "gemini-3"],
  ["gemini-3", null, "gemini-3-pro", "gemini-3"],
  ["gemini-3", "google-vertex", "gemini-3-pro", "gemini-3/hosted"],
  ["gemini-3", "vertex", "gemini-3-pro", "gemini-3/hosted"],
  ["anthropic-4", "anthropic", "claude-sonnet-4-20250514", "anthropic-4/4.0"],
  ["anthropic-4", "anthropic", "claude-sonnet-4-5", "anthropic-4"],
  ["anthropic-2/3", "bedrock", "anthropic.claude-3-haiku-20240307-v1:0", "anthropic-2/3/haiku"],
] as const)("%s served by %s as %s", ([family, provider, model, variant]) => {
  expect(variantFor(family, provider, model, false)).toBe(variant);
});

test.for([
  ["o3", {}, "always"],
  ["gpt-5-mini", {}, "always"],
  ["gpt-5-mini", { reasoning_effort: "minimal" }, "never"],
  ["gpt-5.4", {}, "never"],
  ["gpt-5.4", { reasoning: { effort: "low" } }, "sometimes"],
  ["gpt-5-chat-latest", {}, "never"],
  ["gemini-2.5-flash", {}, "always"],
  ["gemini-2.5-flash", { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } }, "never"],
  ["grok-4-1-fast-non-reasoning", {}, "never"],
  ["gpt-4o", {}, "never"],
] as const)("%s with %j reasons unseen %s", ([model, parameters, reasoning]) => {
  const call = { provider: null, model, messages: [], toolSchema: undefined, outputSchema: undefined, parameters, functionCall: null };
  expect(reasoningOf(call)).toBe(reasoning);
});
