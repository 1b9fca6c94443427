// `npm test`: the tests in workerd, which are one process's work, beside all the others. vitest alone runs them one after another.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { mergeReports } from "./test-report.mjs";

/** What runs at once, by the name that each line of its output begins with. */
const RUNS = { workerd: ["workerd"], node: ["unit", "e2e", "browser"] };

const filters = process.argv.slice(2);
const report = process.env.TEST_REPORT;
const codes = await Promise.all(Object.entries(RUNS).map(([name, projects]) => runTests(name, projects)));
if (report !== undefined) await writeFile(report, JSON.stringify(mergeReports(await takeReports(report))));
process.exitCode = Math.max(...codes);

/** Runs vitest on some projects to its end: its exit code. */
async function runTests(name, projects) {
  const args = [
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    ...(filters.length > 0 ? ["--passWithNoTests"] : []),
    ...filters,
  ];
  const child = spawn(process.execPath, [join("node_modules", "vitest", "vitest.mjs"), ...args], {
    env: { ...process.env, ...(report === undefined ? {} : { TEST_REPORT: reportOf(report, name) }), ...colours() },
    stdio: ["inherit", "pipe", "pipe"],
  });
  // Whoever ends this script alone leaves nothing behind; at a terminal, Ctrl-C reaches them by itself.
  process.once("SIGTERM", () => child.kill());
  const printed = [child.stdout, child.stderr].map(async (stream) => {
    for await (const line of createInterface({ input: stream })) process.stdout.write(`${name.padEnd(7)} │ ${line}\n`);
  });
  const [code, signal] = await once(child, "close");
  await Promise.all(printed);
  if (signal !== null) process.stdout.write(`${name.padEnd(7)} │ ended by ${signal}\n`);
  return code ?? 1;
}

/** Those of the runs that came to their end, which are read once. */
async function takeReports(path) {
  const paths = Object.keys(RUNS)
    .map((name) => reportOf(path, name))
    .filter((one) => existsSync(one));
  const reports = await Promise.all(paths.map(async (one) => JSON.parse(await readFile(one, "utf8"))));
  await Promise.all(paths.map(async (one) => await rm(one)));
  return reports;
}

function reportOf(path, name) {
  return `${path}.${name}`;
}

/** A pipe is no terminal, so that vitest must be told that it ends at one. */
function colours() {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: "1" } : {};
}
