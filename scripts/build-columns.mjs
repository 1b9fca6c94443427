// `npm run build:columns` writes the table of the Parquet columns into docs/exports.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const page = join(import.meta.dirname, "..", "docs", "exports.md");
// Bundled first, for Node does not read this code's imports.
const bundled = await build({
  entryPoints: [join(import.meta.dirname, "columns-table.ts")],
  bundle: true,
  format: "esm",
  write: false,
  logLevel: "warning",
});
const { columnsPlace, columnsTable } = await import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0]?.text ?? "")}`);
writeFileSync(page, readFileSync(page, "utf8").replace(columnsPlace, columnsTable()));
