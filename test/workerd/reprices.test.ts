import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { buildDeps, type Deps } from "../../src/env";
import { countRecordings } from "../../src/jobs/count-recordings";
import { runReprice } from "../../src/jobs/reprice";
import { limits } from "../../src/limits";
import { type Answer, ask, askJson, newProject, readRecording, runCron, transactionsDuring } from "./collector";
import { own, pricedCall, putPrices } from "./priced-call";

afterEach(() => vi.restoreAllMocks());

test("a repricing touches its window alone, and each row it changes says by which version", async () => {
  const project = newProject();
  const at = (start: number) => ({ start_time: start, end_time: start + 1 });
  const starts = { before: 999, first: 1000, last: 1999.999999, after: 2000 };
  await askJson("POST", "/v1/recordings", { body: Object.entries(starts).map(([id, start]) => pricedCall(project, id, at(start))) });
  await putPrices(project, [own]);
  const ordered = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 1000, to: "1970-01-01T00:33:20Z" } });
  expect(ordered).toMatchObject({
    status: 202,
    json: { state: "running", from: "1970-01-01T00:16:40.000000Z", to: "1970-01-01T00:33:20.000000Z" },
  });
  await vi.waitFor(
    async () =>
      expect((await askJson("GET", `/v1/projects/${project}/reprice/${ordered.json["id"]}`)).json).toMatchObject({
        state: "done",
        looked_at: 2,
        changed: 2,
      }),
    { timeout: 10_000 },
  );
  for (const id of ["first", "last"])
    expect(await readRecording(project, id)).toMatchObject({
      cost_usd: 3,
      cost_source: "overridden",
      price_version: "project 1",
      version: 2,
    });
  for (const id of ["before", "after"]) expect(await readRecording(project, id)).toMatchObject({ cost_usd: 12.5, version: 1 });
});

test("whatever the window, a repricing changes what is in it and nothing else", async () => {
  const project = newProject();
  const starts = fc.sample(fc.integer({ min: 1, max: 1000 }), { numRuns: 60, seed: 20_261_124 });
  await askJson("POST", "/v1/recordings", {
    body: [
      // One without a time of its own has its receipt's, far behind every window.
      pricedCall(project, "no-time", { start_time: undefined, end_time: undefined }),
      ...starts.map((start, index) => pricedCall(project, `r-${index}`, { start_time: start, end_time: start + 1 })),
    ],
  });
  const windows = fc.sample(fc.uniqueArray(fc.integer({ min: 0, max: 1001 }), { minLength: 2, maxLength: 2 }), { numRuns: 8, seed: 7 });
  const costs = new Map<string, number>(starts.map((_, index) => [`r-${index}`, 12.5]));
  for (const [round, window] of windows.entries()) {
    const [from = 0, to = 0] = window.toSorted((x, y) => x - y);
    await putPrices(project, [{ model: "*", usd_per_million: { input: round, output: 1 } }]);
    const { json } = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from, to } });
    await runReprice(json["id"], deps());
    for (const [index, start] of starts.entries()) if (start >= from && start < to) costs.set(`r-${index}`, round + 1);
    const { results } = await env.DB.prepare(
      "SELECT id, cost_nano_usd / 1e9 AS usd FROM recordings WHERE project_id = ?1 AND id <> 'no-time'",
    )
      .bind(project)
      .all<{ id: string; usd: number }>();
    expect(new Map(results.map(({ id, usd }) => [id, usd]))).toEqual(costs);
  }
  expect(await readRecording(project, "no-time")).toMatchObject({ cost_usd: 12.5, version: 1 });
});

test("a repricing run by two consumers at once changes each row once, and again changes nothing", async () => {
  const project = newProject();
  const ids = Array.from({ length: 1200 }, (_, index) => `n-${index}`);
  for (let start = 0; start < ids.length; start += 400)
    await askJson("POST", "/v1/recordings", { body: ids.slice(start, start + 400).map((id) => pricedCall(project, id)) });
  await putPrices(project, [own]);
  vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  const first = await order(project);
  await Promise.all([runReprice(first, deps()), runReprice(first, deps())]);
  expect(await read(project, first)).toMatchObject({ state: "done", looked_at: 1200, changed: 1200 });
  const { results } = await env.DB.prepare("SELECT version, count(*) AS n FROM recordings WHERE project_id = ?1 GROUP BY version")
    .bind(project)
    .all();
  expect(results).toEqual([{ version: 2, n: 1200 }]);
  const second = await order(project);
  await runReprice(second, deps());
  expect(await read(project, second)).toMatchObject({ state: "done", looked_at: 1200, changed: 0 });
});

test("a repricing whose message was lost is gone on with by the cron", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: pricedCall(project, "one") });
  await putPrices(project, [own]);
  const send = vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  const { json } = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 2e9 } });
  send.mockRestore();
  await env.DB.prepare("UPDATE reprices SET updated_us = 1 WHERE id = ?1").bind(json["id"]).run();
  await runCron();
  await vi.waitFor(async () => expect(await readRecording(project, "one")).toMatchObject({ cost_source: "overridden" }), {
    timeout: 10_000,
  });
});

test("a window that is none is refused, and another project's repricing is not there", async () => {
  const project = newProject();
  for (const body of [
    {},
    { from: 5 },
    { from: 5, to: 5 },
    { from: 1e12, to: 2e12 },
    { from: 0, to: 1, since: 2 },
    { from: 5, to: 5.0000003 },
  ])
    expect((await askJson("POST", `/v1/projects/${project}/reprice`, { body })).status).toBe(400);
  const { json } = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 1 } });
  expect((await ask("GET", `/v1/projects/${newProject()}/reprice/${json["id"]}`)).status).toBe(404);
});

test("a consumer that read older prices does not write them over a later repricing", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: pricedCall(project, "x") });
  await putPrices(project, [own]);
  vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  const first = await order(project);
  let second = "";
  // Its third transaction is the write of what it has read.
  const slow = interruptedBefore(3, async () => {
    await putPrices(project, []);
    second = await order(project);
    await runReprice(second, deps());
  });
  await runReprice(first, slow);
  for (const id of [first, second]) expect(await read(project, id)).toMatchObject({ state: "done", changed: 0 });
  expect(await readRecording(project, "x")).toMatchObject({ cost_source: "priced", cost_usd: 12.5, version: 1 });
});

test("a recording that is counted while prices change is priced by the new ones", async () => {
  const project = newProject();
  vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const body = pricedCall(project, "late", { usage: null });
  body["all_messages"] = [
    { role: "user", content: "fox ".repeat(130_000) },
    { role: "assistant", content: "Noted." },
  ];
  const { json } = await askJson("POST", "/v1/recordings", { body });
  // Its third transaction is the write, too.
  const slow = interruptedBefore(3, async () => {
    await putPrices(project, [own]);
    await runReprice(await order(project), deps());
  });
  await expect(countRecordings([json["seq"]], slow)).rejects.toMatchObject({ code: "unavailable" });
  await countRecordings([json["seq"]], deps());
  expect(await readRecording(project, "late")).toMatchObject({ cost_source: "overridden", version: 2 });
});

test("a page of a repricing costs the same however narrow its window is, and rewrites few bytes", async () => {
  const project = newProject();
  for (let start = 0; start < 3000; start += 500)
    await askJson("POST", "/v1/recordings", { body: Array.from({ length: 500 }, (_, index) => pricedCall(project, `n-${start + index}`)) });
  vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  const narrow = await order(project, 1, 2);
  const reads = (await transactionsDuring(() => runReprice(narrow, deps()))).flat().map(({ meta }) => meta.rows_read);
  expect(Math.max(...reads)).toBeLessThanOrEqual(3000);
  expect(await read(project, narrow)).toMatchObject({ state: "done", looked_at: 0 });

  const large = newProject();
  for (let index = 0; index < 12; index += 1)
    await askJson("POST", "/v1/recordings", { body: { ...pricedCall(large, `b-${index}`), inputs: { text: "x".repeat(1_800_000) } } });
  await putPrices(large, [own]);
  const wide = await order(large);
  const written = (await transactionsDuring(() => runReprice(wide, deps()))).map((results) => results.at(-1)?.meta.rows_written ?? 0);
  expect(Math.max(...written)).toBeLessThanOrEqual(4);
  expect(await read(large, wide)).toMatchObject({ state: "done", looked_at: 12, changed: 12 });
});

test("a message that is delivered twice does not make two chains of messages", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: Array.from({ length: 60 }, (_, index) => pricedCall(project, `n-${index}`)) });
  await putPrices(project, [own]);
  const { repricedPerPage, repricePagesPerMessage } = limits;
  Object.assign(limits, { repricedPerPage: 2, repricePagesPerMessage: 3 });
  try {
    let sent: string[] = [];
    vi.spyOn(env.QUEUE, "send").mockImplementation((async (message: { reprice_id: string }) => {
      sent.push(message.reprice_id);
    }) as never);
    const id = await order(project);
    sent = [id, id, id];
    for (let round = 0; sent.length > 0; round += 1) {
      const now = sent;
      if (round > 0) expect(now).toHaveLength(1);
      sent = [];
      await Promise.all(now.map((one) => runReprice(one, deps())));
    }
    expect(await read(project, id)).toMatchObject({ state: "done", changed: 60 });
  } finally {
    Object.assign(limits, { repricedPerPage, repricePagesPerMessage });
  }
});

test("a project may have three repricings running, and a fourth when one of them is done", async () => {
  const project = newProject();
  vi.spyOn(env.QUEUE, "send").mockRejectedValue(new Error("queue is down"));
  const ids = [await order(project), await order(project), await order(project)];
  expect(await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 1 } })).toMatchObject({
    status: 409,
    json: { code: "conflict" },
  });
  await runReprice(ids[0] ?? "", deps());
  expect(typeof (await order(project))).toBe("string");
});

const deps = () => buildDeps(env, createExecutionContext());

async function order(project: string, from = 0, to = 2e9): Promise<string> {
  return (await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from, to } })).json["id"] as string;
}

async function read(project: string, id: string): Promise<Answer> {
  return (await askJson("GET", `/v1/projects/${project}/reprice/${id}`)).json;
}

/** Dependencies in whose n-th transaction something comes before. */
function interruptedBefore(n: number, between: () => Promise<void>): Deps {
  let transactions = 0;
  const db = {
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: async (statements: D1PreparedStatement[]) => {
      transactions += 1;
      if (transactions === n) await between();
      return await env.DB.batch(statements);
    },
  } as unknown as D1Database;
  return { ...deps(), db };
}
