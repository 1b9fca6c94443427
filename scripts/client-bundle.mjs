import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The entry points of src/client/, each a module of its own. */
const ENTRIES = ["client", "record-call"];
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = join(ROOT, "src", "client");

/**
 * Bundles each entry point, minified, as the text that the collector serves: `dist/served/<entry>.txt`.
 *
 * @returns {Promise<void>}
 */
export async function buildClient() {
  await bundle(join(ROOT, "dist", "served"), { minify: true, outExtension: { ".js": ".txt" } });
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
