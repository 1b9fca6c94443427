import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What the stand-in for curl adds to its errors, for the status of each answer. */
const answered = /^aircheck-answered (\d+)$/gm;

/**
 * A folder with links to all that stands in the project's: commands run there as in the project, and what they write goes with it.
 *
 * @param {string} folder
 * @param {string} root the project's folder
 */
export async function furnish(folder, root) {
  const home = join(folder, "aircheck");
  await mkdir(home);
  for (const name of await readdir(root)) await symlink(join(root, name), join(home, name));
  const bin = join(folder, "bin");
  await mkdir(bin);
  const curl = join(bin, "curl");
  await writeFile(curl, `#!/bin/sh\nPATH="\${PATH#*:}" exec curl -w '%{stderr}\\naircheck-answered %{http_code}\\n' "$@"\n`);
  await chmod(curl, 0o755);
  return { home, bin };
}

/**
 * Runs a block in a bash of its own, with the variables that the blocks before it set, and says what went wrong, or null.
 *
 * @param {{ home: string, bin: string }} workplace
 * @param {string} text
 * @param {Record<string, string | undefined>} env changed: the variables that it leaves
 * @returns {Promise<string | null>}
 */
export async function runBlock(workplace, text, env) {
  const left = join(workplace.home, "..", "variables");
  const script = `set -eao pipefail\n${text}\nenv -0 > '${left}'\n`;
  const path = `${workplace.bin}:${env["PATH"]}`;
  const child = spawn("bash", ["-c", script], { cwd: workplace.home, env: { ...env, PATH: path }, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => (errors += chunk));
  const [code] = await once(child, "close");
  const refused = [...errors.matchAll(answered)].map((match) => match[1] ?? "").filter((status) => !status.startsWith("2"));
  if (code !== 0 || refused.length > 0) {
    const statuses = refused.length > 0 ? ` and curl got ${refused.join(", ")}` : "";
    return `it ended with code ${code}${statuses}\n${output.slice(-3000)}\n${errors.slice(-3000)}`;
  }
  const pairs = (await readFile(left, "utf8")).split("\0").filter((pair) => /^[A-Z][A-Z0-9_]*=/.test(pair) && !pair.startsWith("PATH="));
  for (const pair of pairs) env[pair.slice(0, pair.indexOf("="))] = pair.slice(pair.indexOf("=") + 1);
  await rm(left);
  return null;
}
