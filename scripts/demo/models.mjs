/**
 * @typedef {object} Model
 * @property {string} provider
 * @property {string} model
 * @property {"chat" | "functions" | "responses" | "anthropic" | "gemini"} shape how its messages are written
 * @property {"openai" | "responses" | "anthropic" | "gemini" | "mistral" | null} usage how it reports tokens; null is not at all
 * @property {number} firstTokenMs the median
 * @property {number} tokensPerSecond
 * @property {number} thinks the share of answers before which it reasons
 */

/** @type {(provider: string, model: string, form: Pick<Model, "shape" | "usage">, pace: [number, number, number]) => Model} */
const model = (provider, name, form, [firstTokenMs, tokensPerSecond, thinks]) => ({
  provider,
  model: name,
  ...form,
  firstTokenMs,
  tokensPerSecond,
  thinks,
});

/** @type {Record<string, Model>} */
export const models = {
  mini: model("openai", "gpt-4o-mini", { shape: "chat", usage: "openai" }, [430, 88, 0]),
  legacy: model("openai", "gpt-4o-mini", { shape: "functions", usage: "openai" }, [450, 85, 0]),
  large: model("openai", "gpt-4.1", { shape: "chat", usage: "openai" }, [620, 62, 0]),
  reasoning: model("openai", "gpt-5-mini", { shape: "responses", usage: "responses" }, [1500, 105, 0.8]),
  sonnet: model("anthropic", "claude-sonnet-4-5", { shape: "anthropic", usage: "anthropic" }, [1150, 64, 0.35]),
  haiku: model("anthropic", "claude-haiku-4-5", { shape: "anthropic", usage: "anthropic" }, [560, 125, 0]),
  flash: model("google", "gemini-2.5-flash", { shape: "gemini", usage: "gemini" }, [480, 170, 0.25]),
  mistral: model("mistral", "mistral-small-latest", { shape: "chat", usage: "mistral" }, [380, 110, 0]),
  local: model("ollama", "llama3.1:8b", { shape: "chat", usage: null }, [240, 34, 0]),
};

/** Which model a conversation is held with: production has a favourite, staging tries others out, developers use their own machine. */
export const chatModels = {
  production: /** @type {const} */ ([
    ["mini", 38],
    ["sonnet", 18],
    ["reasoning", 15],
    ["flash", 14],
    ["haiku", 15],
  ]),
  staging: /** @type {const} */ ([
    ["flash", 30],
    ["mistral", 25],
    ["large", 20],
    ["haiku", 25],
  ]),
  development: /** @type {const} */ ([
    ["local", 55],
    ["mini", 25],
    ["legacy", 20],
  ]),
};
