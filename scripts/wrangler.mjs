import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stopReason } from "./stop-reason.mjs";

/** The project's folder: wrangler runs in it whatever the caller's own is. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url));

const WRANGLER = join("node_modules", "wrangler", "bin", "wrangler.js");

// No reports home, no look-ups on the network, and no local stores that cost a write per request.
const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
};

/**
 * Starts wrangler, without a shell.
 *
 * @param {string[]} args
 * @param {Record<string, string>} env added to this process's own
 * @param {import("node:child_process").SpawnOptionsWithoutStdio} [options]
 * @returns {import("node:child_process").ChildProcessWithoutNullStreams}
 */
export function spawnWrangler(args, env, options = {}) {
  if (!existsSync(join(projectRoot, WRANGLER))) throw stopReason("wrangler is not installed: run `npm ci` first.");
  return spawn(process.execPath, [WRANGLER, ...args], {
    cwd: projectRoot,
    env: { ...process.env, ...QUIET, ...env },
    windowsHide: true,
    ...options,
  });
}

/**
 * Runs wrangler to its end, with nobody there to answer a question.
 *
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, input?: string }} [options] `input` goes to its stdin
 * @returns {Promise<{ code: number, stdout: string, output: string }>} `output` is stdout and stderr as they came
 */
export async function runWrangler(args, { env = {}, input = "" } = {}) {
  const child = spawnWrangler(args, { CI: "true", NO_COLOR: "1", FORCE_COLOR: "0", ...env });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stdin.on("error", () => {}); // It may end without reading; its exit code tells the rest.
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code: code ?? 1, stdout, output };
}
