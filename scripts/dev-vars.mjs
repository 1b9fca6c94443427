import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { makeAdminKey } from "./admin-key.mjs";
import { stopReason } from "./stop-reason.mjs";

/**
 * The admin key of the local collector, from `.dev.vars`, where wrangler reads it too. Makes the file or
 * the line where it is missing; never changes a line that is there.
 *
 * @param {string} root the project's folder
 * @returns {Promise<string>}
 */
export async function readAdminKey(root) {
  const path = join(root, ".dev.vars");
  await createFile(path);
  const text = await readFile(path, "utf8");
  const key = parseEnv(text).ADMIN_KEY;
  if (key === "") {
    throw stopReason("ADMIN_KEY in .dev.vars is empty: give it a value, or delete the line to get a new one.");
  }
  if (key !== undefined) return key;

  const newKey = makeAdminKey();
  const startsLine = text === "" || text.endsWith("\n");
  await appendFile(path, `${startsLine ? "" : "\n"}ADMIN_KEY="${newKey}"\n`);
  return newKey;
}

/** Two collectors may start at once: "wx" lets one of them write, and both read what it wrote. */
async function createFile(path) {
  const text = `ADMIN_KEY="${makeAdminKey()}"\n`;
  await writeFile(path, text, { flag: "wx", mode: 0o600 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
}
