/**
 * @typedef {object} Session what happens within one session, as it grows
 * @property {string} id
 * @property {import("./random.mjs").Random} random
 * @property {number} atMs its clock
 * @property {import("./models.mjs").Model} model
 * @property {"production" | "staging" | "development"} environment
 * @property {Record<string, string | number | boolean>} metadata
 * @property {string} prompt the template's name
 * @property {number} promptVersion
 * @property {number | null} cachedTokens what the provider has of it in its cache; null before its first call
 * @property {Moment[]} recordings
 * @property {Moment[]} traces
 * @property {Moment[]} feedback
 *
 * @typedef {{ atMs: number, body: Record<string, any>, session?: string, testRun?: string }} Moment something to post, and when it happened
 */

/**
 * A session in which nothing has happened yet.
 *
 * @param {Pick<Session, "id" | "random" | "atMs" | "model" | "environment" | "metadata" | "prompt" | "promptVersion">} about
 * @returns {Session}
 */
export function openSession(about) {
  return { ...about, cachedTokens: null, recordings: [], traces: [], feedback: [] };
}

/**
 * Time that passes without a call: a user reads and types, a tool works.
 *
 * @param {Session} session
 * @param {number} medianMs
 */
export function wait(session, medianMs) {
  session.atMs += Math.round(session.random.logNormal(medianMs, 0.6));
}

/**
 * An id as the session's provider gives calls.
 *
 * @param {Session} session
 * @returns {string}
 */
export function makeCallId({ random, model }) {
  const letters = random.integer(36 ** 7, 36 ** 8 - 1).toString(36);
  return model.shape === "anthropic" ? `toolu_${letters}` : `call_${letters}`;
}
