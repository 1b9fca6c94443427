import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stopReason } from "./stop-reason.mjs";

const FILE = "aircheck-browser-key";
const PROJECT = "demo";
const ORIGINS = ["http://localhost:*"];
const ANSWER_WITHIN_MS = 30_000;

/**
 * A browser key for pages on localhost: the one kept from an earlier start while the collector still
 * knows it, else a new one.
 *
 * @param {{ address: string, adminKey: string, persistTo: string }} collector
 * @returns {Promise<string>}
 */
export async function ensureBrowserKey({ address, adminKey, persistTo }) {
  const path = join(persistTo, FILE);
  const kept = await readFile(path, "utf8").then(
    (text) => text.trim(),
    () => "",
  );
  if (kept !== "") {
    const { keys } = await call(`${address}/v1/keys`, adminKey, 200);
    if (isUsable(kept, keys)) return kept;
  }
  const wanted = { scope: "browser", project_id: PROJECT, origins: ORIGINS, label: "npm start" };
  const { key } = await call(`${address}/v1/keys`, adminKey, 201, wanted);
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  await chmod(path, 0o600); // The mode above is for a new file alone.
  return key;
}

/**
 * Whether the collector still takes a kept key for what `npm start` promises of it.
 *
 * @param {string} key
 * @param {{ id: string, scope: string, project_id: string | null, origins: string[] | null, revoked_at: unknown }[]} known as `GET /v1/keys` lists them
 * @returns {boolean}
 */
export function isUsable(key, known) {
  return known.some(
    ({ id, scope, project_id, origins, revoked_at }) =>
      key.startsWith(`ac_browser_${id}_`) &&
      scope === "browser" &&
      project_id === PROJECT &&
      JSON.stringify(origins) === JSON.stringify(ORIGINS) &&
      (revoked_at ?? null) === null,
  );
}

/** One request with the admin key; anything but the wanted status ends the start. */
async function call(url, adminKey, wantedStatus, body) {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const text = await response.text();
  if (response.status === wantedStatus) return JSON.parse(text);
  throw stopReason(`The collector would not give a browser key: ${url} answered ${response.status} ${text}`);
}
