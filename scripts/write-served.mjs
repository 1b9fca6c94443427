import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's own folder. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Where the Worker finds what it serves: text modules. */
export const SERVED = join(ROOT, "dist", "served");

/**
 * Puts texts in their place. Several builds may run at once, beside others that read: so a file is left alone where it would stay
 * the same, and else put in its place whole.
 *
 * @param {{ path: string, text: string }[]} files
 * @returns {Promise<void>}
 */
export async function writeServed(files) {
  await mkdir(SERVED, { recursive: true });
  for (const { path, text } of files) {
    if ((await readFile(path, "utf8").catch(() => null)) === text) continue;
    await writeFile(`${path}.${process.pid}`, text);
    await rename(`${path}.${process.pid}`, path);
  }
}
