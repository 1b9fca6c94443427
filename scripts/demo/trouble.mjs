const WEDNESDAY = 3;

/**
 * How well a provider does at a moment. Once a week, on Wednesdays from 16:05 to 17:35 UTC, one of them has a bad hour, so that each week
 * has an incident to look at.
 *
 * @param {string} provider
 * @param {number} atMs
 * @returns {{ failing: number, slowness: number }} the share of calls that fail, and how many times longer they take
 */
export function troubleAt(provider, atMs) {
  const at = new Date(atMs);
  const hour = at.getUTCHours() + at.getUTCMinutes() / 60;
  const isRushHour = hour > 15 && hour < 19;
  const usual = { failing: 0.014, slowness: isRushHour ? 1.25 : 1 };
  if (at.getUTCDay() !== WEDNESDAY || hour < 16.08 || hour > 17.58) return usual;
  return provider === "openai" ? { failing: 0.7, slowness: 3.2 } : { failing: 0.06, slowness: 1.4 };
}

/**
 * An error of a provider's, and how long the caller waited for it.
 *
 * @param {import("./random.mjs").Random} random
 * @param {import("./models.mjs").Model} model
 * @param {boolean} isOutage
 * @returns {{ error: { type: string, message: string }, latencyMs: number }}
 */
export function makeFailure(random, { provider, model }, isOutage) {
  const kind = random.weighted([
    ["limit", isOutage ? 35 : 40],
    ["timeout", isOutage ? 30 : 25],
    ["overloaded", isOutage ? 35 : 15],
    ["filter", isOutage ? 0 : 20],
  ]);
  switch (kind) {
    case "limit":
      return failure(
        limitTypes[provider] ?? "rate_limit_exceeded",
        `Rate limit reached for ${model} on tokens per minute. Try again in ${random.integer(1, 20)} s.`,
        random.logNormal(180, 0.4),
      );
    case "timeout":
      return failure("timeout", "The request timed out after 30 s.", 30_000 + random.integer(0, 40));
    case "overloaded":
      return failure(
        overloadTypes[provider] ?? "server_error",
        "The model is overloaded at the moment. Try again later.",
        random.logNormal(900, 0.8),
      );
    default:
      return failure("content_filter", "The answer was stopped by the provider's content filter.", random.logNormal(700, 0.5));
  }
}

const limitTypes = { anthropic: "rate_limit_error", google: "RESOURCE_EXHAUSTED" };
const overloadTypes = { anthropic: "overloaded_error", google: "UNAVAILABLE" };

function failure(type, message, latencyMs) {
  return { error: { type, message }, latencyMs: Math.round(latencyMs) };
}
