import { setTimeout as sleep } from "node:timers/promises";
import { stopReason } from "../stop-reason.mjs";

const ATTEMPTS = 6;
const ANSWER_WITHIN_MS = 60_000;

/**
 * @typedef {(method: "GET" | "POST", path: string, body?: unknown) => Promise<any>} Ask one request; the JSON of its answer
 */

/**
 * How a collector is asked. What may pass (429, 503) is asked again; ids are ours, so nothing is stored twice by that.
 *
 * @param {{ address: string, key: string }} target
 * @returns {Ask}
 */
export function connect({ address, key }) {
  return async (method, path, body) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await reach(address, path, {
        method,
        headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const text = await response.text();
      if (response.ok) return text === "" ? {} : JSON.parse(text);
      const mayPass = response.status === 429 || response.status === 503;
      if (!mayPass || attempt === ATTEMPTS) throw stopReason(whyRefused(response.status, text, path));
      await sleep(Number(response.headers.get("Retry-After") ?? 1) * 1000);
    }
  };
}

async function reach(address, path, init) {
  try {
    return await fetch(address + path, init);
  } catch (error) {
    const why = error.cause?.code ?? error.cause?.message ?? error.message;
    throw stopReason(`${address} does not answer (${why}). Run npm start in another terminal first, or say where it is with AIRCHECK_URL.`);
  }
}

function whyRefused(status, text, path) {
  if (status === 401) return "The collector does not know the key: AIRCHECK_KEY, or ADMIN_KEY in .dev.vars, must be one of this collector.";
  return `${path} answered ${status}: ${text.slice(0, 500)}`;
}
