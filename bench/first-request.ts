import { setTimeout as sleep } from "node:timers/promises";
import { noteFigure } from "./figures";
import { adminKey, referenceNames, startContender } from "./ingest/contenders";
import { medianOf } from "./ingest/measure";
import { postMakers } from "./ingest/posts";

// npm run bench:startup: what the first recording that a new isolate is sent takes, with key and prices unread, beside what a Worker
// that does nothing takes of it. Apart from startup.ts, whose memory it would be counted to.
const RUNS = 5;
/** Milliseconds after the answer for which CPU is still counted. */
const TRAIL_MS = 40;

const post = postMakers({ ingest: adminKey, browser: adminKey })["4 KB, usage told"];
const measured = { collector: [] as FirstPost[], null: [] as FirstPost[] };
// The very first warms this process's own side, and is not counted.
for (let run = -1; run < RUNS; run += 1) {
  for (const name of ["collector", "null"] as const) {
    const found = await postFirst(name, run + 1);
    if (run >= 0) measured[name].push(found);
  }
}
report("wall time", ({ wallMs }) => wallMs);
report("CPU", ({ cpuMs }) => cpuMs);

/** Until the answer, and with what follows it. */
interface FirstPost {
  wallMs: number;
  cpuMs: number;
}

/** In a workerd of its own. @throws Error where it is not stored. */
async function postFirst(name: "collector" | "null", n: number): Promise<FirstPost> {
  const contender = await startContender(name);
  try {
    const { path, headers, body } = post(n);
    const cpuBefore = contender.cpuMs();
    const sentMs = performance.now();
    const response = await fetch(`http://127.0.0.1:${contender.port}${path}`, { method: "POST", headers, body: new Uint8Array(body) });
    await response.text();
    const wallMs = performance.now() - sentMs;
    if (response.status !== 201) throw new Error(`${name} answered ${response.status} to its first post`);
    await sleep(TRAIL_MS);
    return { wallMs, cpuMs: contender.cpuMs() - cpuBefore };
  } finally {
    await contender.stop();
  }
}

function report(what: string, figure: (found: FirstPost) => number): void {
  const [ours, theirs] = [measured.collector, measured.null].map((posts) => medianOf(posts.map(figure))) as [number, number];
  noteFigure({
    bench: "startup",
    name: `${what} of the first post`,
    value: ours,
    unit: "ms",
    reference: { name: referenceNames.null, value: theirs },
  });
  console.log(`${what} of the first post: ${ours.toFixed(1)} ms, ${referenceNames.null} ${theirs.toFixed(1)} ms`);
}
