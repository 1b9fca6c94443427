import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";

/** The entry points of src/client/, each a module of its own. */
const ENTRIES = ["client", "record-call"];
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = join(ROOT, "src", "client");
const PACKAGE = join(ROOT, "dist", "npm");

/**
 * Bundles each entry point, minified, as the text that the collector serves: `dist/served/<entry>.txt`.
 *
 * @returns {Promise<void>}
 */
export async function buildClient() {
  await bundle(join(ROOT, "dist", "served"), { minify: true, outExtension: { ".js": ".txt" } });
}

/**
 * Makes the npm package of the client in `dist/npm`: each entry point as a module that can be read, and its types.
 *
 * @returns {Promise<string>} its folder
 */
export async function buildPackage() {
  await rm(PACKAGE, { recursive: true, force: true });
  await bundle(PACKAGE, {});
  await writeTypes();
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const manifest = JSON.parse(await readFile(join(SOURCE, "package.json"), "utf8"));
  await writeFile(join(PACKAGE, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  await copyFile(join(SOURCE, "README.md"), join(PACKAGE, "README.md"));
  await copyFile(join(ROOT, "LICENSE"), join(PACKAGE, "LICENSE"));
  return PACKAGE;
}

/** Of all declarations, those that the entry points name, with the endings that Node wants. */
async function writeTypes() {
  const all = await mkdtemp(join(tmpdir(), "aircheck-types-"));
  const tsc = [join(ROOT, "node_modules", "typescript", "bin", "tsc"), "-p", SOURCE];
  await promisify(execFile)(process.execPath, [...tsc, "--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--outDir", all]);
  const names = new Set(ENTRIES);
  for (const name of names) {
    const text = await readFile(join(all, `${name}.d.ts`), "utf8");
    const named = /from "\.\/([\w-]+)"/g;
    for (const [, other] of text.matchAll(named)) names.add(other);
    await writeFile(join(PACKAGE, `${name}.d.ts`), text.replaceAll(named, 'from "./$1.js"'));
  }
  await rm(all, { recursive: true });
}

/** @param {import("esbuild").BuildOptions} more */
async function bundle(outdir, more) {
  await build({
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
