import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { ROOT, SERVED, writeServed } from "./write-served.mjs";

/** The entry points of src/client/, each a module of its own. */
const ENTRIES = ["client", "record-call"];
const SOURCE = join(ROOT, "src", "client");

/**
 * Bundles each entry point, minified, as the text that the collector serves: `dist/served/<entry>.txt`.
 *
 * @returns {Promise<void>}
 */
export async function buildClient() {
  const { outputFiles = [] } = await bundle(SERVED, { minify: true, outExtension: { ".js": ".txt" }, write: false });
  await writeServed(outputFiles);
}

/**
 * Makes the npm package of the client in `folder`, of which nothing else is left: each entry point as a module that can be read, and its types.
 *
 * @param {string} folder
 * @returns {Promise<void>}
 */
export async function buildPackage(folder) {
  await rm(folder, { recursive: true, force: true });
  await bundle(folder, {});
  await writeTypes(folder);
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const manifest = JSON.parse(await readFile(join(SOURCE, "package.json"), "utf8"));
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  await copyFile(join(SOURCE, "README.md"), join(folder, "README.md"));
  await copyFile(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
}

/** Of all declarations, those that the entry points name, with the endings that Node wants. @param {string} folder */
async function writeTypes(folder) {
  const all = await mkdtemp(join(tmpdir(), "aircheck-types-"));
  const tsc = [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", SOURCE];
  await promisify(execFile)(process.execPath, [...tsc, "--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--outDir", all]);
  const names = new Set(ENTRIES);
  for (const name of names) {
    const text = await readFile(join(all, `${name}.d.ts`), "utf8");
    const named = /from "\.\/([\w-]+)"/g;
    for (const [, other] of text.matchAll(named)) names.add(other);
    await writeFile(join(folder, `${name}.d.ts`), text.replaceAll(named, 'from "./$1.js"'));
  }
  await rm(all, { recursive: true });
}

/** @param {import("esbuild").BuildOptions} more */
async function bundle(outdir, more) {
  return await build({
    entryPoints: ENTRIES.map((entry) => join(SOURCE, `${entry}.ts`)),
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    logLevel: "warning",
    ...more,
  });
}
