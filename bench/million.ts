import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Collector, startCollector } from "./million/collector";
import { measure, type Measured, printMeasured } from "./million/measure";
import { allQueries } from "./million/queries";
import { seed } from "./million/seed";
import { world } from "./million/world";

// npm run bench:million [-- rows]: every way to read, over a million recordings in the local D1: each within its bound of rows read and 150 ms at
// the 95th percentile. AIRCHECK_MILLION_DIR names a folder that keeps the database, so that the next run only asks.
const rows = Number(process.argv[2] ?? 1_000_000);
const repeats = Number(process.argv[3] ?? 20);
const kept = process.env["AIRCHECK_MILLION_DIR"];
const folder = kept ?? mkdtempSync(join(tmpdir(), "aircheck-million-"));
const isSeeded = existsSync(join(folder, "seeded"));
const startedMs = performance.now();
const collector = await startCollector(folder);
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await collector.stop();
  if (kept === undefined) rmSync(folder, { recursive: true });
}

async function run(): Promise<boolean> {
  if (!isSeeded) {
    await seed(collector.db, rows, (done) => {
      if (done % 200_000 === 0) tell(`${done} recordings seeded`);
    });
    await rollUp(collector);
    writeFileSync(join(folder, "seeded"), String(rows));
    tell("rolled up");
  }
  const measured: Measured[] = [];
  for (const query of allQueries(await pageCursors())) measured.push(await measure(collector, query, repeats));
  printMeasured(measured);
  writeFileSync("bench/results-million.json", `${JSON.stringify({ rows, measured }, null, 2)}\n`);
  const faulty = measured.filter(({ faults }) => faults.length > 0);
  tell(`${measured.length} queries, ${faulty.length} beyond their bounds`);
  return faulty.length === 0;
}

/** The cron, until what it brings up to date has come to the head of the log. */
async function rollUp(of: Collector): Promise<void> {
  await of.json("PATCH", "/v1/destinations/default", { paused: true });
  for (;;) {
    const before = performance.now();
    const counted = await of.minute();
    const behind = await of.db
      .prepare("SELECT name, (SELECT max(seq) FROM recordings) - seq AS places FROM cursors WHERE seq < (SELECT max(seq) FROM recordings)")
      .all<{ name: string; places: number }>();
    tell(
      `a minute of the cron took ${(performance.now() - before).toFixed(0)} ms, ${counted.rowsRead} rows read, ${counted.rowsWritten} written; behind: ${JSON.stringify(behind.results)}`,
    );
    if (behind.results.length === 0) return;
  }
}

/** Cursors of a list's second page, of its middle and of its last page. */
async function pageCursors(): Promise<Record<string, string>> {
  const cursorAt = (seq: number) => `s${Math.floor(seq).toString(36)}`;
  const { next_cursor: second } = await collector.json("GET", `/v1/recordings?project_id=${world.project}`);
  return { second: String(second), middle: cursorAt(rows / 2), last: cursorAt(50) };
}

function tell(text: string): void {
  console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s  ${text}`);
}
