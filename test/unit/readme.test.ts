import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { expect, test } from "vitest";
import { measuredPlace, measuredTable } from "../../bench/measured-table";
import { type Results, resultsFile } from "../../bench/results";
import { limits } from "../../src/limits";
import { linkedPages, shellBlocks } from "../../scripts/readme/shell-blocks.mjs";

const readme = readFileSync("README.md", "utf8");
const toml = readFileSync("wrangler.toml", "utf8");
const docs = readdirSync("docs").filter((name) => name.endsWith(".md"));

test("the README names every binding, resource and cron of wrangler.toml, and where each is explained", () => {
  const names = [...toml.matchAll(/^(?:binding|name|database_name|bucket_name|queue|dead_letter_queue) = "([^"]+)"/gm)].map(
    ([, name]) => name ?? "",
  );
  const crons = [...toml.matchAll(/^crons = \["([^"]+)"/gm)].map(([, cron]) => cron ?? "");
  expect(names.length).toBeGreaterThan(8);
  expect([...names, ...crons].filter((name) => name !== "aircheck" && !readme.includes(`\`${name}\``))).toEqual([]);
});

test("the table of settings has every variable that the Worker and the scripts read", () => {
  const source = readFileSync("src/env.ts", "utf8");
  const ofWorker = [...(/interface Env \{([^}]+)\}/.exec(source)?.[1] ?? "").matchAll(/(\w+)\??: (?:string|string \| number);/g)];
  const scripts = readdirSync("scripts", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".mjs"));
  const ofScripts = scripts.flatMap((name) => [...readFileSync(join("scripts", name), "utf8").matchAll(/\benv\.([A-Z]\w+)/g)]);
  // These are the terminal's and the tests' own.
  const others = new Set(["NO_COLOR", "TEST_REPORT", "PATH"]);
  const names = [...new Set([...ofWorker, ...ofScripts].map(([, name]) => name ?? ""))].filter((name) => !others.has(name));
  expect(names.length).toBeGreaterThan(8);
  const table = /^## Settings\n(.*?)^## /ms.exec(readme)?.[1] ?? "";
  expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test("every link between the pages leads to a page, a heading or an anchor that is there", () => {
  const pages = ["README.md", ...docs.map((name) => `docs/${name}`)];
  const broken = pages.flatMap((page) => {
    const targets = [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, target]) => target ?? "");
    return targets.filter((target) => !leads(page, target)).map((target) => `${page}: ${target}`);
  });
  expect(broken).toEqual([]);
});

test("the table of limits has the numbers of src/limits.ts", () => {
  const table = /^## Limits\n(.*?)^## /ms.exec(readme)?.[1] ?? "";
  const { bodyBytesMax, jsonValuesMax, browserBodyBytesMax, itemsMax, rowBytesMax, jsonDepthMax, idCharsMax } = limits;
  const counts = [bodyBytesMax, jsonValuesMax, itemsMax, jsonDepthMax, idCharsMax, limits.countedUnitsPerPost, limits.pageRowsMax];
  const others = [limits.listRowsMax, limits.exportBatchChanges[1], limits.webhookChangesMax, limits.batchPartsMax, limits.destinationsMax];
  const sizes = [`${browserBodyBytesMax / 2 ** 20} MiB`, `${bodyBytesMax / 2 ** 20} MiB`, `${rowBytesMax / 1e6} MB`];
  const megabytes = [limits.pageBytesMax, limits.batchBytesMax, limits.webhookBytesMax].map((bytes) => `${bytes / 1e6} MB`);
  const gigabytes = `${limits.databaseBytesMax / 1e9} GB`;
  const told = [...[...counts, ...others].map((count) => count.toLocaleString("en")), ...sizes, ...megabytes, gigabytes];
  expect(told.filter((figure) => !new RegExp(`(?<![\\d,.])${figure}(?!,?\\d)`).test(table))).toEqual([]);
});

test("the table of figures is what bench/results.json has: npm run bench:readme", () => {
  const results = JSON.parse(readFileSync(resultsFile, "utf8")) as Results;
  expect(measuredPlace.exec(readme)?.[0]).toBe(measuredTable(results));
});

test("every piece of JavaScript in the pages is a module that parses", async () => {
  const pages = [readme, ...docs.map((name) => readFileSync(join("docs", name), "utf8"))];
  const modules = pages.flatMap((page) => [...page.matchAll(/^```js\n(.*?)^```|<script type="module">(.*?)<\/script>/gms)]);
  expect(modules.length).toBeGreaterThan(5);
  for (const [, block, script] of modules) await transform(block ?? script ?? "", { format: "esm", target: "esnext" });
});

test("every page of docs/ is named in the README", () => {
  expect(docs.filter((name) => !linkedPages(readme).includes(`docs/${name}`))).toEqual([]);
});

test("the README stays short, and its picture small", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(350);
  expect(statSync("docs/dashboard.png").size).toBeLessThan(150_000);
});

test("a block is a shell's where it says sh, and the comment before it marks it", () => {
  const page = ["<!-- takes long -->", "```sh", "one", "two", "```", "```json", "{}", "```", "", "```sh", "three", "```"].join("\n");
  expect(shellBlocks("a.md", page)).toEqual([
    { place: "a.md:3", text: "one\ntwo", mark: "takes long" },
    { place: "a.md:11", text: "three", mark: null },
  ]);
  expect(() => shellBlocks("a.md", "```sh\nno end")).toThrow("a.md:1");
});

function leads(page: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!statSync(file, { throwIfNoEntry: false })) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).has(anchor);
}

/** As GitHub makes them of headings, and those that are written out. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    (title ?? "")
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  return new Set([...headings, ...[...markdown.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id ?? "")]);
}
