import { noteFigure } from "./figures";
import { type ContenderName, referenceNames } from "./ingest/contenders";
import { type IngestRow, measureIngest } from "./ingest/result";
import type { Verdict } from "./ingest/verdicts";

// npm run bench:ingest [-- rounds]: what a post costs, in workerd through the whole Worker, against a Worker that does nothing, one that
// does a bare insert of the same bytes, and the naive one, which does the same work the obvious way (bench/naive). In at most four minutes.
const rounds = Number(process.argv[2] ?? 9);

const { rows, verdicts } = await measureIngest({ rounds, burstMs: 800, warmMs: 1200 });
printTable(rows);
noteRows(rows);
process.exitCode = judge(verdicts) ? 0 : 1;

function printTable(all: IngestRow[]): void {
  console.log(`${"load".padEnd(24)} ${"".padEnd(9)}  req/s   rec/s  CPU ms   p50 ms   p99 ms   the collector's by it: req/s, CPU`);
  for (const { load, contender, requestsPerS, recordingsPerS, cpuMs, p50Ms, p99Ms, requestsRatio, cpuRatio } of all) {
    const numbers = [requestsPerS.toFixed(0).padStart(6), recordingsPerS.toFixed(0).padStart(7), cpuMs.toFixed(2).padStart(7)];
    const times = [p50Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(8));
    const ratios = contender === "collector" ? "" : `${requestsRatio.toFixed(2)}, ${cpuRatio.toFixed(2)}`;
    console.log(`${load.padEnd(24)} ${contender.padEnd(9)} ${[...numbers, ...times].join(" ")}   ${ratios}`.trimEnd());
  }
}

/** The collector's medians, each beside that of a reference. */
function noteRows(all: IngestRow[]): void {
  for (const { load, contender, ...theirs } of all) {
    const ours = all.find((row) => row.load === load && row.contender === "collector");
    if (ours === undefined || !isReference(contender)) continue;
    const note = (name: string, unit: string, key: "requestsPerS" | "cpuMs" | "p50Ms" | "p99Ms") =>
      noteFigure({
        bench: "ingest",
        name: `${load}: ${name}`,
        value: ours[key],
        unit,
        reference: { name: referenceNames[contender], value: theirs[key] },
      });
    note("requests", "/s", "requestsPerS");
    note("CPU of a request", "ms", "cpuMs");
    note("p50", "ms", "p50Ms");
    note("p99", "ms", "p99Ms");
  }
}

function isReference(name: ContenderName): name is keyof typeof referenceNames {
  return name in referenceNames;
}

/** Notes each promise, as the median of the rounds' ratios, and tells whether all are kept. */
function judge(all: Verdict[]): boolean {
  let isKept = true;
  for (const { what, ratio, quartiles, bound } of all) {
    const isMet = noteFigure({ bench: "ingest", name: what, value: ratio, unit: "×", ...bound });
    isKept &&= isMet;
    const spread = quartiles.map((quartile) => quartile.toFixed(2)).join(" to ");
    const promised = "atLeast" in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
    console.log(`${isMet ? "pass" : "FAIL"}  ${what}: ${ratio.toFixed(2)} (${spread}), promised ${promised}`);
  }
  return isKept;
}
