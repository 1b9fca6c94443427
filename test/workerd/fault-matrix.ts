import { describe, expect, test } from "vitest";
import { newProject } from "./collector";
import { type Binding, type Fault, faultKinds, type FaultyCollector, listedIds, openFaulty } from "./faulty-collector";

const subsets: Binding[][] = [["D1"], ["R2"], ["Queue"], ["D1", "R2"], ["D1", "Queue"], ["R2", "Queue"], ["D1", "R2", "Queue"]];

/** The longest that a hundredth of callers may wait while D1 does not answer. */
const p99BoundMs = 3000;

/** What a client does between two posts: ten of them then send some 150 a second. */
const pauseMs = 50;

/** Every set of bindings × every kind of fault, with so many recordings posted in each, and in each of D1's own three. */
export function testFaultMatrix(recordings: number, recordingsOfD1: number): void {
  describe("what was answered 2xx is readable in the end, once, and nothing is a 500", () => {
    for (const kind of faultKinds) {
      for (const subset of subsets) {
        const isD1 = subset.join() === "D1";
        test(`${subset.join(" and ")}: ${kind}`, async () => await runCase(subset, kind, isD1 ? recordingsOfD1 : recordings), 300_000);
      }
    }
  });
}

interface Post {
  ids: string[];
  status: number;
  tookMs: number;
}

async function runCase(subset: Binding[], kind: Fault, count: number): Promise<void> {
  const collector = openFaulty();
  const project = newProject();
  // The isolate's own first time, with its tables to load, is not the fault's.
  expect((await collector.ask("POST", "/v1/recordings", { body: recordingOf(newProject(), "first") })).status).toBe(201);
  for (const binding of subset) collector.faults[binding] = kind;
  const posts = await postAll(collector, project, count);
  const promised = posts.filter(({ status }) => status < 300).flatMap(({ ids }) => ids);
  const statuses = new Set(posts.map(({ status }) => status));
  expect([...statuses].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
  // One place is enough. With all of them gone, nothing is promised.
  expect(promised.length).toBe(subset.length === 3 ? 0 : count);
  if (subset.includes("D1") && !subset.includes("R2")) {
    const { status, json } = await collector.ask("GET", `/v1/recordings/${promised[0]}?project_id=${project}`);
    expect({ status, is: json["status"] }).toEqual({ status: 200, is: "spooled" });
  }
  if (kind === "hangs" && subset.includes("D1")) {
    const took = posts.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
    const p99Ms = took[Math.ceil(took.length * 0.99) - 1] ?? 0;
    const figures = `${posts.length} posts, p50 ${took[took.length >> 1]} ms, p99 ${p99Ms} ms, most ${took.at(-1)} ms`;
    // oxlint-disable-next-line no-console -- the figure is what the case is run for
    console.info(`${subset.join(" and ")}, ${kind}: ${figures}`);
    expect(p99Ms).toBeLessThan(p99BoundMs);
  }

  for (const binding of subset) delete collector.faults[binding];
  await collector.settle(project);
  for (const id of promised) {
    const { status, json } = await collector.ask("GET", `/v1/recordings/${id}?project_id=${project}`);
    expect({ status, id: json["id"], isSpooled: "status" in json }).toEqual({ status: 200, id, isSpooled: false });
  }
  const refused = posts.filter(({ status }) => status >= 300).flatMap(({ ids }) => ids);
  for (const id of refused) expect((await collector.ask("POST", "/v1/recordings", { body: recordingOf(project, id) })).status).toBe(201);
  expect((await listedIds(collector, project)).toSorted()).toEqual(posts.flatMap(({ ids }) => ids).toSorted());
}

/** Two thirds as single posts, ten at once, and the rest in small arrays. */
async function postAll({ ask }: FaultyCollector, project: string, count: number): Promise<Post[]> {
  const ids = Array.from({ length: count }, (_, index) => `r-${index}`);
  const singles = Math.floor((count * 2) / 3);
  const bodies: string[][] = ids.slice(0, singles).map((id) => [id]);
  for (let start = singles; start < count; start += 4) bodies.push(ids.slice(start, start + 4));
  const posts: Post[] = [];
  const client = async () => {
    for (let own = bodies.shift(); own !== undefined; own = bodies.shift()) {
      const items = own.map((id) => recordingOf(project, id));
      const { status, tookMs } = await ask("POST", "/v1/recordings", { body: items.length === 1 ? items[0] : items });
      posts.push({ ids: own, status, tookMs });
      // Here clients, collector and bucket share one thread, and timers come late where it never rests.
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  await Promise.all(Array.from({ length: 10 }, client));
  return posts;
}

function recordingOf(project: string, id: string): object {
  return { project_id: project, id, all_messages: [{ role: "user", content: `recording ${id}` }], session_info: { session_id: "s" } };
}
