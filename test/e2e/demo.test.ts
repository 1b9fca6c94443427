import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";

let collector: InProcessCollector;
beforeAll(async () => {
  collector = await startInProcess();
});
afterAll(async () => await collector.stop());

interface Recorded {
  id: string;
  parent_id?: string;
  feedback: object | null;
  usage: { prompt_source: string };
}

/** `npm run demo` against the collector. */
async function startDemo(project: string, args: string[]) {
  const key = await collector.ingestKey(project);
  const child = spawn(process.execPath, ["scripts/demo.mjs", "--project", project, "--until", "2026-01-09T12:00:00Z", ...args], {
    env: { ...process.env, AIRCHECK_URL: collector.origin, AIRCHECK_KEY: key },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  return { child, exit: once(child, "exit"), printed: () => printed };
}

async function runDemo(project: string, args: string[]): Promise<string> {
  const demo = await startDemo(project, args);
  expect(await demo.exit, demo.printed()).toEqual([0, null]);
  return demo.printed();
}

test("it stores all that it says, once, however often it is run", async () => {
  const small = ["--recordings", "90", "--days", "2"];
  const first = await runDemo("twice", small);
  const ids = await collector.storedIds("twice");
  expect(ids.length).toBeGreaterThan(60);
  expect(first).toContain(`${ids.length} recordings of 2 days are stored in project "twice"`);
  expect(first).toContain(`Open ${collector.origin}`);

  const seqs = async () =>
    (await collector.db.prepare("SELECT id, seq, version FROM recordings WHERE project_id = 'twice' ORDER BY seq").all()).results;
  const before = await seqs();
  const second = await runDemo("twice", small);
  expect(second).toContain(`It is there already: all ${ids.length} recordings of project "twice". Nothing was added.`);
  expect(await seqs()).toEqual(before);
  const { json } = await collector.ask("GET", "/v1/ledger?project_id=twice");
  expect(json["totals"]).toMatchObject({ stored: ids.length, duplicates: ids.length, differing: 0, rejected_total: 0 });
  expect((await collector.ask("GET", "/v2/projects/twice/test-runs")).json["data"]).toHaveLength(1);
});

test("what hangs together is found together: an agent's run with its calls and tools, a test run with its cases, feedback", async () => {
  await runDemo("together", ["--recordings", "160", "--days", "2", "--seed", "4"]);
  const read = async (path: string) => (await collector.ask("GET", path)).json;
  const { recordings } = (await read("/v1/recordings?project_id=together&limit=200")) as { recordings: Recorded[] };
  const step = recordings.find(({ parent_id: parent }) => parent !== undefined);
  const trace = await read(`/v1/traces/${step?.parent_id}?project_id=together`);
  expect(trace).toMatchObject({ agent_name: "returns-agent", input: expect.any(String), output: expect.any(Object) });
  expect(trace["recording_ids"]).toContain(step?.id);
  expect(await read(`/v1/traces/${step?.parent_id}-tool-1?project_id=together`)).toMatchObject({ kind: "tool", name: "find_order" });

  const { data: runs } = await read("/v2/projects/together/test-runs");
  expect(runs).toHaveLength(1);
  const run = await read(`/v2/projects/together/test-runs/id/${runs[0].id}`);
  expect(run).toMatchObject({ status: "complete", test_cases: { count: 3, done: 3 } });

  expect(recordings.filter(({ feedback }) => feedback !== null).length).toBeGreaterThan(2);
  for (const source of ["reported", "estimated"]) expect(recordings.some(({ usage }) => usage.prompt_source === source)).toBe(true);
});

test("live, it goes on recording until it is stopped, and ends well then", async () => {
  const demo = await startDemo("live", ["--recordings", "1", "--days", "1", "--live"]);
  const isLive = (id: string) => id.includes("-live-");
  while ((await collector.storedIds("live")).filter(isLive).length < 2) {
    expect(demo.child.exitCode, demo.printed()).toBeNull();
    await sleep(200);
  }
  demo.child.kill("SIGINT");
  expect(await demo.exit, demo.printed()).toEqual([0, null]);
});
