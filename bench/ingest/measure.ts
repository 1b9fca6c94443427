import { setTimeout as sleep } from "node:timers/promises";
import { type Burst, percentile, runBurst } from "./burst";
import { adminKey, type Contender, type ContenderName, contenderNames, startContender } from "./contenders";
import { type Keys, type Load, pageOrigin, type PostMaker, postMakers, projectId } from "./posts";

/** Who takes part in a load. The naive one knows one wire and one recording a post. */
const lineUp: Record<Load, ContenderName[]> = {
  "4 KB, usage told": ["collector", "null", "bare", "naive"],
  "4 KB, English to count": ["collector", "naive"],
  "4 KB, Chinese to count": ["collector", "naive"],
  "60 KB, usage told": ["collector", "null", "bare", "naive"],
  "batch of 100": ["collector", "null", "bare"],
  Freeplay: ["collector", "bare"],
  beacon: ["collector", "bare"],
};
const loads = Object.keys(lineUp) as Load[];

/** What one contender took of one load: one burst a round, in their order. */
export interface Measured {
  load: Load;
  contender: ContenderName;
  bursts: Burst[];
}

/** How long it is measured. */
export interface Extent {
  rounds: number;
  burstMs: number;
  warmMs: number;
}

/** One contender under load, and how much of it must be stored. */
interface Runner {
  contender: Contender;
  makers: Record<Load, PostMaker>;
  posts: number;
  expected: number;
}

/** What waits in a queue, if anything does, is stored within this. */
const storedWithinMs = 30_000;

/**
 * Measures all, in rounds: in each every load is done by each of its contenders, one right after the other, so that what else the
 * machine does falls on all alike. @throws Error where an answer is not as it must be, or a row is missing after the load.
 */
export async function measureAll({ rounds, burstMs, warmMs }: Extent): Promise<Measured[]> {
  const runners = new Map<ContenderName, Runner>();
  try {
    for (const name of contenderNames) {
      const contender = await startContender(name);
      const makers = postMakers(await keysOf(contender));
      runners.set(name, { contender, makers, posts: 0, expected: 0 });
    }
    const run = async (load: Load, name: ContenderName, forMs: number) => await runLoad(runnerOf(runners, name), load, forMs);
    for (const load of loads) for (const name of lineUp[load]) await run(load, name, warmMs);
    const measured = loads.flatMap((load) => lineUp[load].map((contender): Measured => ({ load, contender, bursts: [] })));
    for (let round = 0; round < rounds; round += 1) {
      for (const load of loads) {
        const each = measured.filter((one) => one.load === load);
        // Each comes first in its turn.
        const turn = round % each.length;
        for (const one of [...each.slice(turn), ...each.slice(0, turn)]) one.bursts.push(await run(load, one.contender, burstMs));
      }
    }
    for (const runner of runners.values()) await checkStored(runner);
    return measured;
  } finally {
    for (const { contender } of runners.values()) await contender.stop();
  }
}

function runnerOf(runners: Map<ContenderName, Runner>, name: ContenderName): Runner {
  const runner = runners.get(name);
  if (runner === undefined) throw new Error(`${name} was not started`);
  return runner;
}

async function runLoad(runner: Runner, load: Load, forMs: number): Promise<Burst> {
  const next = () => {
    runner.posts += 1;
    return runner.makers[load](runner.posts);
  };
  const burst = await runBurst(runner.contender, next, forMs);
  // The bare one keeps a post in a row, whatever is in it.
  runner.expected += runner.contender.name === "bare" ? burst.requests : burst.recordings;
  return burst;
}

/** Each row is counted: an answer that was good stands for what is there. */
async function checkStored({ contender, expected }: Runner): Promise<void> {
  if (contender.name === "null") return;
  const deadlineMs = performance.now() + storedWithinMs;
  let stored = await contender.countStored();
  while (stored < expected && performance.now() < deadlineMs) {
    await sleep(200);
    stored = await contender.countStored();
  }
  if (stored !== expected) throw new Error(`${contender.name} has ${stored} rows of ${expected} that it said it has`);
}

/** Keys as an app has them: of one project, and of its pages alone. The others look at none, or at the one they know. */
async function keysOf({ name, port }: Contender): Promise<Keys> {
  if (name !== "collector") return { ingest: adminKey, browser: adminKey };
  const create = async (body: Record<string, unknown>) => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/keys`, {
      method: "POST",
      headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ project_id: projectId, ...body }),
    });
    const { key } = (await response.json()) as { key?: string };
    if (key === undefined) throw new Error(`no key was made: ${response.status}`);
    return key;
  };
  return { ingest: await create({ scope: "ingest" }), browser: await create({ scope: "browser", origins: [pageOrigin] }) };
}

/** Percentiles of all requests of all rounds, and medians of the rounds' other figures. */
export function summarise({ bursts }: Measured) {
  const tookMs = bursts.flatMap((burst) => burst.tookMs).toSorted((one, other) => one - other);
  return {
    requests: tookMs.length,
    requestsPerS: medianOf(bursts.map(({ requestsPerS }) => requestsPerS)),
    recordingsPerS: medianOf(bursts.map(({ requestsPerS, recordings, requests }) => (requestsPerS * recordings) / requests)),
    cpuMs: medianOf(bursts.map(({ cpuMs }) => cpuMs)),
    p50Ms: percentile(tookMs, 0.5),
    p99Ms: percentile(tookMs, 0.99),
  };
}

export function medianOf(figures: number[]): number {
  const sorted = figures.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
