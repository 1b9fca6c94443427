import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Figure, isMet, ratioOf } from "./figures";
import { figuresOfMillion, type MillionResults } from "./million/figures";
import { readProvenance } from "./provenance";
import { type Results, resultsFile } from "./results";
import { tableOf } from "./table";

// npm run bench [-- ingest,bill]: every benchmark, one after another, in at most ten minutes on two cores that do nothing else; then all
// that they found, and what bench:million found before, in one table and in bench/results.json. Some of them alone write no file.
const benches: Record<string, string[]> = {
  ingest: ["ingest", "7"],
  bill: ["bill"],
  tokens: ["tokens"],
  export: ["export"],
  overflow: ["overflow"],
  startup: ["startup,first-request"],
  client: ["client"],
};
const millionFile = "bench/results-million.json";

const chosen = process.argv[2]?.split(",") ?? Object.keys(benches);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`);
const isWhole = Object.keys(benches).every((name) => chosen.includes(name));
const provenance = readProvenance();
const secondsOf: Record<string, number> = {};
const figures: Figure[] = [];
for (const name of chosen) {
  const startedMs = performance.now();
  console.log(`\n== ${name}`);
  figures.push(...run(name));
  secondsOf[name] = Math.round((performance.now() - startedMs) / 1000);
}
const million = isWhole ? readMillion() : null;
if (million !== null) figures.push(...figuresOfMillion(million));
conclude();

/** Runs one, and tells what it noted; its exit code too, where no figure says why it is not 0. What is no number comes as null. */
function run(name: string): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  const file = join(folder, "figures.jsonl");
  const env = { ...process.env, AIRCHECK_FIGURES: file };
  const { status } = spawnSync(process.execPath, ["bench/run.mjs", ...(benches[name] ?? [])], { env, stdio: "inherit" });
  const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  rmSync(folder, { recursive: true });
  const noted = lines.map((line) => JSON.parse(line, (_, value) => (value === null ? Number.NaN : value)) as Figure);
  if (status === 0 || (status === 1 && noted.some((figure) => !isMet(figure)))) return noted;
  return [...noted, { bench: name, name: "ended with", value: status ?? -1, unit: "", atMost: 0, atLeast: 0 }];
}

function readMillion(): MillionResults | null {
  if (existsSync(millionFile)) return JSON.parse(readFileSync(millionFile, "utf8")) as MillionResults;
  console.log(`\nThere is no ${millionFile}: npm run bench:million makes it.`);
  return null;
}

function conclude(): void {
  console.log(`\n${tableOf(figures)}\n`);
  if (million !== null) console.log(`The million's figures are of ${million.date ?? "an earlier day"}, commit ${million.commit}.`);
  const seconds = Object.entries(secondsOf).map(([name, each]) => `${name} ${each} s`);
  console.log(`${seconds.join(", ")}; ${Object.values(secondsOf).reduce((sum, each) => sum + each, 0)} s in all`);
  const missed = figures.filter((figure) => !isMet(figure)).length;
  console.log(`${missed === 0 ? "PASS" : "FAIL"}  ${figures.length} figures, ${missed} of them out of their bounds`);
  if (isWhole) {
    const judged = figures.map((figure) => ({ ...figure, ratio: ratioOf(figure), isMet: isMet(figure) }));
    const results: Results = { ...provenance, secondsOf, figures: judged };
    writeFileSync(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`written to ${resultsFile}; npm run bench:readme takes the README's table from it`);
  } else console.log(`These were not all: ${resultsFile} is left as it was.`);
  process.exitCode = missed === 0 ? 0 : 1;
}
