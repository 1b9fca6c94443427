import { type IngestRow, measureIngest } from "./ingest/result";
import type { Verdict } from "./ingest/verdicts";

// npm run bench:ingest [-- rounds]: what a post costs, in workerd through the whole Worker, against a Worker that does nothing, one that
// does a bare insert of the same bytes, and one that does the same work the obvious way (bench/naive). In at most four minutes.
const rounds = Number(process.argv[2] ?? 9);

const { rows, verdicts } = await measureIngest({ rounds, burstMs: 800, warmMs: 1200 });
printTable(rows);
printVerdicts(verdicts);
process.exitCode = verdicts.every(({ isMet }) => isMet) ? 0 : 1;

function printTable(all: IngestRow[]): void {
  console.log(`${"load".padEnd(24)} ${"".padEnd(9)}  req/s   rec/s  CPU ms   p50 ms   p99 ms   the collector's by it: req/s, CPU`);
  for (const { load, contender, requestsPerS, recordingsPerS, cpuMs, p50Ms, p99Ms, requestsRatio, cpuRatio } of all) {
    const numbers = [requestsPerS.toFixed(0).padStart(6), recordingsPerS.toFixed(0).padStart(7), cpuMs.toFixed(2).padStart(7)];
    const times = [p50Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(8));
    const ratios = contender === "collector" ? "" : `${requestsRatio.toFixed(2)}, ${cpuRatio.toFixed(2)}`;
    console.log(`${load.padEnd(24)} ${contender.padEnd(9)} ${[...numbers, ...times].join(" ")}   ${ratios}`.trimEnd());
  }
}

function printVerdicts(all: Verdict[]): void {
  for (const { what, ratio, quartiles, bound, isMet } of all) {
    const spread = quartiles.map((quartile) => quartile.toFixed(2)).join(" to ");
    console.log(`${isMet ? "pass" : "FAIL"}  ${what}: ${ratio.toFixed(2)} (${spread}), promised ${bound}`);
  }
}
