import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { change, posted } from "./million/changes";
import { type Collector, startCollector } from "./million/collector";
import { compareMetrics } from "./million/counted";
import { exportLog, openExport } from "./million/exported";
import type { MillionResults } from "./million/figures";
import { measure, measureMix, type Measured, printHeading, printMeasured } from "./million/measure";
import { pageThrough } from "./million/paging";
import { allQueries, type Places } from "./million/queries";
import { rollUp } from "./million/roll-up";
import { seed } from "./million/seed";

import { type Times, timesFrom, world } from "./million/world";
import { readProvenance } from "./provenance";

// npm run bench:million [-- rows [parts]]: every way to read, over a million recordings in the local D1: each within its bound of rows read, and
// within 150 ms at the 95th percentile; and what the collector counts is what DuckDB counts over the export. In at most 20 minutes.
// AIRCHECK_MILLION_DIR names a folder that keeps the database, so that the next run begins with the queries; parts are of `alone,mixed,pages,counts`.
const rows = Number(process.argv[2] ?? 1_000_000);
const parts = (process.argv[3] ?? "alone,mixed,pages,counts").split(",");
const repeats = 20;
/** Seconds that the export may take: what is not exported by then is left out of what is compared. */
const exportSecondsMax = 360;
const kept = process.env["AIRCHECK_MILLION_DIR"];
const folder = kept ?? mkdtempSync(join(tmpdir(), "aircheck-million-"));
const startedMs = performance.now();
const faults: string[] = [];
const provenance = readProvenance();

mkdirSync(folder, { recursive: true });
const collector = await startCollector(folder);
try {
  const times = await openDatabase(collector);
  const measured = parts.includes("alone") ? await query(collector, times) : null;
  const mix = parts.includes("mixed") ? await mixed(collector, times) : null;
  const paged = parts.includes("pages") ? await page(collector, times) : null;
  const compared = parts.includes("counts") ? await compare(collector, times) : null;
  const seconds = (performance.now() - startedMs) / 1000;
  const results: MillionResults = { ...provenance, rows, measured, mix, paged, ...compared, seconds, faults };
  writeFileSync("bench/results-million.json", `${JSON.stringify(results, null, 2)}\n`);
  for (const fault of faults) console.log(`FAIL  ${fault}`);
  console.log(`${faults.length === 0 ? "PASS" : "FAIL"}  in ${seconds.toFixed(0)} s`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await collector.stop();
  if (kept === undefined) rmSync(folder, { recursive: true });
}

/** What is kept from before, or else a new one whose last recordings are of now. */
async function openDatabase(of: Collector): Promise<Times> {
  const mark = join(folder, "seeded.json");
  const before = existsSync(mark) ? (JSON.parse(readFileSync(mark, "utf8")) as { rows: number; startUs: number }) : null;
  if (before?.rows === rows) {
    tell(`${rows} recordings are there from before`);
    return timesFrom(before.startUs);
  }
  const hourMs = 3_600_000;
  const startUs = (Math.floor(Date.now() / hourMs) * hourMs - world.days * 24 * hourMs) * 1000;
  await fill(of, timesFrom(startUs));
  writeFileSync(mark, JSON.stringify({ rows, startUs }));
  return timesFrom(startUs);
}

/** A million recordings, some thousand changes, and the cron's counts of them: half of the changes come before these, half after. */
async function fill(of: Collector, times: Times): Promise<void> {
  await of.json("PATCH", "/v1/destinations/default", { paused: true });
  await seed(of.db, rows, times, (done) => {
    if (done % 200_000 === 0) tell(`${done} recordings seeded`);
  });
  await change(of, { rows, times }, 0);
  tell("changed, before it is rolled up");
  const { minutes, slowestMs } = await rollUp(of);
  tell(`rolled up in ${minutes} minutes of the cron, of which the slowest took ${slowestMs.toFixed(0)} ms`);
  await change(of, { rows, times }, 1);
  tell("changed, after it was rolled up");
  await rollUp(of);
  tell("rolled up to the head");
}

/** Each query alone. */
async function query(of: Collector, times: Times): Promise<Measured[]> {
  const measured: Measured[] = [];
  printHeading();
  for (const one of allQueries(times, await findPlaces(of))) {
    const found = await measure(of, one, repeats);
    printMeasured(found);
    measured.push(found);
  }
  faults.push(...measured.flatMap((one) => one.faults.map((fault) => `${one.name}: ${fault}`)));
  tell(`${measured.length} queries, each ${repeats} times alone`);
  return measured;
}

/** All of them in turn, beside a writer. */
async function mixed(of: Collector, times: Times) {
  const mix = await measureMix(of, allQueries(times, await findPlaces(of)), times);
  faults.push(...mix.faults.map((fault) => `all in turn: ${fault}`));
  tell(`all in turn beside a writer: p50 ${mix.p50Ms.toFixed(1)} ms, p95 ${mix.p95Ms.toFixed(1)} ms, while ${mix.posted} were posted`);
  return mix;
}

async function page(of: Collector, times: Times) {
  const paged = await pageThrough(of, times);
  for (const { name, pages, ids, posted: count, p95Ms, faults: found } of paged) {
    faults.push(...found.map((fault) => `pages ${name}: ${fault}`));
    tell(`pages ${name}: ${ids} ids on ${pages} pages while ${count} were posted, p95 ${p95Ms.toFixed(1)} ms ${found.join("; ")}`);
  }
  return paged;
}

/** What the collector counts beside what DuckDB counts over its export. */
async function compare(of: Collector, times: Times) {
  await rollUp(of);
  const below = join(folder, "parquet");
  const exported = await exportLog(of, below, exportSecondsMax);
  tell(
    `exported to place ${exported.toSeq} in ${exported.seconds.toFixed(0)} s: ${exported.objects} objects, ${exported.isWhole ? "all of the log" : "not all"}`,
  );
  const ask = await openExport(below);
  const [counted] = await ask("SELECT count(*)::DOUBLE AS recordings, sum(cost_nano_usd)::DOUBLE AS cost_nano_usd FROM latest");
  const stored = await of.db.prepare("SELECT count(*) AS recordings, sum(cost_nano_usd) AS cost_nano_usd FROM recordings").first();
  if (exported.isWhole && JSON.stringify(counted) !== JSON.stringify(stored))
    faults.push(`the export has ${JSON.stringify(counted)}, the database ${JSON.stringify(stored)}`);
  tell(`DuckDB counts ${JSON.stringify(counted)}, D1 ${JSON.stringify(stored)}`);
  // Of a part of the log, the days whose recordings are all in it: a line has a recording as it stands, so what changed later is in it too.
  const days = exported.isWhole ? world.days + 1 : Math.floor(Math.min(exported.toSeq / rows, 0.55) * world.days) - 2;
  const metrics = await compareMetrics(of, ask, times, days);
  faults.push(...metrics.faults);
  tell(
    `${metrics.points} points of ${metrics.requests} metrics, of ${days} days, equal DuckDB's, percentiles within ${(100 * metrics.percentileOff).toFixed(2)} %: ${metrics.faults.length} differ`,
  );
  return { exported, metrics };
}

/** Cursors of a list's second page, of its middle and of its last page, and the last event of the log. */
async function findPlaces(of: Collector): Promise<Places> {
  const cursorAt = (seq: number) => `s${Math.floor(seq).toString(36)}`;
  // A tail that begins a little before the end has something to tell.
  await of.json("POST", "/v1/recordings", posted(`last-${Date.now()}`));
  const { next_cursor: second } = await of.json("GET", `/v1/recordings?project_id=${world.project}`);
  const head = await of.db
    .prepare("SELECT max((SELECT max(seq) FROM recordings), (SELECT max(seq) FROM changes)) AS head")
    .first<number>("head");
  return { cursors: { second: String(second), middle: cursorAt(rows / 2), last: cursorAt(50) }, head: head ?? 0 };
}

function tell(text: string): void {
  console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${text}`);
}
