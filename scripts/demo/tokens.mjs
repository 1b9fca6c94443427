/**
 * About how many tokens a text is: what a made-up provider reports has to look right, not to be right.
 *
 * @param {string} text
 * @returns {number}
 */
export function countAbout(text) {
  const wide = text.match(/[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]/g)?.length ?? 0;
  const foreign = text.match(/[\u00c0-\u024f\u0400-\u06ff]/g)?.length ?? 0;
  const plain = text.length - wide - foreign;
  return Math.max(1, Math.round(plain / 4.2 + wide * 0.78 + foreign / 2.2));
}

/**
 * The same of what one said, with what a provider puts around it.
 *
 * @param {import("./shapes.mjs").Said} said
 * @returns {number}
 */
export function countSaid(said) {
  switch (said.kind) {
    case "call":
      return 12 + countAbout(JSON.stringify(said.arguments)) + countAbout(said.thought ?? "");
    case "result":
      return 8 + countAbout(JSON.stringify(said.value));
    case "user":
      return 5 + countAbout(said.text) + (said.image === undefined ? 0 : 85);
    default:
      return 4 + countAbout(said.text) + countAbout(said.thought ?? "");
  }
}

/**
 * @typedef {object} Counts
 * @property {number} prompt
 * @property {number} cached of the prompt, read from a cache
 * @property {number} written of the prompt, written to a cache
 * @property {number} completion with what was thought
 * @property {number} reasoning of the completion
 */

/**
 * A call's usage in the words of its provider; undefined where it reports none.
 *
 * @param {import("./models.mjs").Model["usage"]} form
 * @param {Counts} counts
 * @returns {object | undefined}
 */
export function reportUsage(form, { prompt, cached, written, completion, reasoning }) {
  switch (form) {
    case "openai":
      return {
        prompt_tokens: prompt,
        completion_tokens: completion,
        total_tokens: prompt + completion,
        prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
      };
    case "responses":
      return {
        input_tokens: prompt,
        input_tokens_details: { cached_tokens: cached },
        output_tokens: completion,
        output_tokens_details: { reasoning_tokens: reasoning },
        total_tokens: prompt + completion,
      };
    case "anthropic":
      return {
        input_tokens: prompt - cached - written,
        cache_creation_input_tokens: written,
        cache_read_input_tokens: cached,
        output_tokens: completion,
        service_tier: "standard",
      };
    case "gemini":
      return {
        promptTokenCount: prompt,
        ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
        candidatesTokenCount: completion - reasoning,
        ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
        totalTokenCount: prompt + completion,
      };
    case "mistral":
      return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
    default:
      return undefined;
  }
}
