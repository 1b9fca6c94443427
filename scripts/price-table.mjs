import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { waitForUpdate } from "@pydantic/genai-prices";
import { SERVED, writeServed } from "./write-served.mjs";

/**
 * Takes the price table's package apart: its code, and its data as JSON. As code the data would be two fifths of what a Worker
 * parses whenever it starts; a text it does not parse before it needs it.
 *
 * @returns {Promise<void>}
 * @throws {Error} where the package does not begin with its data any more.
 */
export async function buildPriceTable() {
  const source = await readFile(fileURLToPath(import.meta.resolve("@pydantic/genai-prices")), "utf8");
  const literal = /(?<=^const \w+ = )\[\n[^]*?\n\]/.exec(source)?.[0] ?? "null";
  const data = JSON.stringify(await waitForUpdate());
  if (JSON.stringify(runInNewContext(literal)) !== data) {
    throw new Error("@pydantic/genai-prices does not begin with its data: scripts/price-table.mjs has to look elsewhere.");
  }
  const code = source.replace(literal, () => "JSON.parse(data)");
  await writeServed([
    { path: join(SERVED, "prices.txt"), text: data },
    // What is used of it, told in the package's own types.
    { path: join(SERVED, "price-table.d.ts"), text: 'export { calcPrice, findProvider } from "@pydantic/genai-prices";\n' },
    { path: join(SERVED, "price-table.js"), text: `import data from "./prices.txt";\n${code}` },
  ]);
}
