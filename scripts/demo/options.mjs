import { parseArgs } from "node:util";
import { readPort } from "../port.mjs";
import { stopReason } from "../stop-reason.mjs";

const usage = "npm run demo -- [--days 7] [--recordings 2000] [--project demo] [--seed 1] [--until 2026-01-31T12:00:00Z] [--live]";

/**
 * What `npm run demo` was asked for.
 *
 * @param {string[]} args
 * @param {number} nowMs
 * @returns {import("./week.mjs").Plan & { project: string, isLive: boolean }}
 */
export function readOptions(args, nowMs) {
  const { values } = parse(args);
  const untilMs = values.until === undefined ? nowMs : Date.parse(values.until);
  if (Number.isNaN(untilMs)) throw refusal(`--until must be a time of ISO 8601, not ${values.until}.`);
  if (!/^[\w.:@-]{1,64}$/.test(values.project)) throw refusal("--project must be 1 to 64 characters of A–Z a–z 0–9 _ . : @ -");
  if (!/^[\w.-]{1,32}$/.test(values.seed)) throw refusal("--seed must be 1 to 32 characters of A–Z a–z 0–9 _ . -");
  return {
    project: values.project,
    seed: values.seed,
    days: readCount("days", values.days, 90),
    recordings: readCount("recordings", values.recordings, 100_000),
    untilMs,
    isLive: values.live,
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        days: { type: "string", default: "7" },
        recordings: { type: "string", default: "2000" },
        project: { type: "string", default: "demo" },
        seed: { type: "string", default: "1" },
        until: { type: "string" },
        live: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw refusal(error.message);
  }
}

function readCount(name, text, max) {
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= max) return count;
  throw refusal(`--${name} must be a whole number from 1 to ${max}, not ${text}.`);
}

function refusal(message) {
  return stopReason(`${message}\n${usage}`);
}

/**
 * Where the collector is, and a key of it: those of `npm start`, unless the environment names others.
 *
 * @param {Record<string, string | undefined>} env
 * @param {() => Promise<string | undefined>} readOwnKey that of `.dev.vars`
 * @returns {Promise<{ address: string, key: string }>}
 */
export async function readTarget(env, readOwnKey) {
  const address = env.AIRCHECK_URL?.replace(/\/+$/, "") || `http://localhost:${readPort(env.PORT)}`;
  const key = env.AIRCHECK_KEY || (await readOwnKey());
  if (!key) throw stopReason("There is no key: run npm start first, which makes one, or set AIRCHECK_KEY.");
  return { address, key };
}
