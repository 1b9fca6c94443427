import { join } from "node:path";
import { build } from "esbuild";
import { ROOT, SERVED, writeServed } from "./write-served.mjs";

/** The scripts of the dashboard's pages, each a module of its own, and the one stylesheet. */
const ENTRIES = ["page.ts", "charts.ts", "live.ts", "style.css"];

/**
 * Bundles what the dashboard's pages load, minified: `dist/served/assets/<name>.txt`.
 *
 * @returns {Promise<void>}
 */
export async function buildAssets() {
  const { outputFiles } = await build({
    entryPoints: ENTRIES.map((entry) => join(ROOT, "src", "dashboard", "assets", entry)),
    outdir: SERVED,
    entryNames: "asset-[name]",
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    outExtension: { ".js": ".js.txt", ".css": ".css.txt" },
    logLevel: "warning",
    write: false,
  });
  await writeServed(outputFiles);
}
