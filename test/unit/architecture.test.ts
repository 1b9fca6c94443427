import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What each part may import, beside the base, which all may. The table of ARCHITECTURE.md, made to run. */
const base = ["model", "errors", "limits", "log", "version"];
const mayImport: Record<string, string[]> = {
  model: [],
  errors: [],
  limits: [],
  log: [],
  version: [],
  env: [],
  enrich: ["served"],
  store: [],
  export: ["env", "store", "keep"],
  keep: ["env", "store"],
  "project-settings": ["env", "enrich", "store", "keep"],
  ingest: ["env", "enrich", "store", "keep", "export", "project-settings"],
  admit: ["env", "store", "keep"],
  receive: ["env", "admit", "ingest", "store", "keep"],
  query: ["env", "admit", "store", "keep"],
  dashboard: ["env", "admit", "query", "manage", "store", "keep", "export", "served"],
  assets: [],
  client: [],
  manage: ["env", "admit", "enrich", "store", "keep", "export", "jobs", "project-settings"],
  jobs: ["env", "enrich", "ingest", "store", "keep", "export", "project-settings"],
  openapi: ["env", "admit", "manage", "receive", "query", "dashboard"],
  "answer-error": ["env"],
  app: ["env", "receive", "answer-error", "on-demand"],
  "on-demand": ["env", "receive", "query", "dashboard", "manage", "openapi", "answer-error"],
  index: ["env", "app", "jobs"],
};
/** Packages that only some parts may know. */
const packagesOf: Record<string, string[]> = {
  hono: ["admit", "receive", "query", "dashboard", "manage", "openapi", "answer-error", "app", "on-demand"],
  "js-tiktoken": ["enrich"],
  "@pydantic": ["enrich"],
  uuid: ["env"],
  "@noble": ["model"],
  "hyparquet-writer": ["export"],
  aws4fetch: ["export"],
  "ipaddr.js": ["export"],
  uplot: ["assets"],
  zod: ["model", "admit", "receive", "query", "manage", "openapi"],
};

const files = globSync("src/**/*.{ts,tsx}");

test("no part imports what the table forbids", () => {
  const forbidden = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => imported.startsWith("."))
      .map((imported) => partOf(normalize(join(dirname(file), imported))))
      .filter((part) => part !== partOf(file) && !base.includes(part) && !mayImport[partOf(file)]?.includes(part))
      .map((part) => `${file} → ${part}`),
  );
  expect(forbidden).toEqual([]);
});

test("every package is known only where it belongs, and none is a Node built-in", () => {
  const forbidden = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !imported.startsWith("."))
      .filter((imported) => !packagesOf[imported.split("/")[0] ?? ""]?.includes(partOf(file)))
      .map((imported) => `${file} → ${imported}`),
  );
  expect(forbidden).toEqual([]);
});

test("SQL is in the store alone", () => {
  const sql = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+[a-z(*]/;
  expect(files.filter((file) => partOf(file) !== "store" && sql.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("no clock, random or fetch stands below env and index", () => {
  const world = /\bDate\.now\(|\bnew Date\(\)|Math\.random\(|crypto\.(randomUUID|getRandomValues)\(|[^.\w]fetch\(/;
  const found = files.filter(
    (file) => !["env", "index", "app", "assets", "client"].includes(partOf(file)) && world.test(readFileSync(file, "utf8")),
  );
  expect(found).toEqual([]);
});

test("no file is over 260 lines", () => {
  expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length > 260)).toEqual([]);
});

test("every file belongs to a part of the table", () => {
  expect(files.filter((file) => mayImport[partOf(file)] === undefined)).toEqual([]);
});

function partOf(path: string): string {
  // What pages run is no part of the Worker.
  if (path.startsWith("src/dashboard/assets/")) return "assets";
  return (path.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from\s+|import\(\s*|^import\s+)"([^"]+)"/gm)].map(([, imported = ""]) => imported);
}
