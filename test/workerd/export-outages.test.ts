import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, askJson, newProject } from "./collector";
import { consumeWith, depsAhead, type Fault, newScenario, pastLeaseMs, readBatch, type Scenario } from "./export-scenario";
import { type Outpost, openOutpost, record } from "./outpost";

let outpost: Outpost;
const made: string[] = [];

beforeAll(async () => {
  outpost = await openOutpost();
});
afterAll(async () => {
  for (const id of made) await askJson("DELETE", `/v1/destinations/${id}`);
  await outpost.close();
});

const lost = () => new Error("Network connection lost.");
const answerIsLost: Fault = async (run) => {
  await run();
  throw lost();
};

test("a batch whose consumers can claim it and then have no D1 is tried for as long as it takes, and is never dead", async () => {
  const { id, batch } = await waitingBatch();
  for (let attempt = 1; attempt <= limits.batchFaultsMax + 1; attempt += 1) {
    await withDatabase(onlyFirst, async () => await outpost.consume());
    await outpost.minute();
    expect(await outpost.batches(id)).toMatchObject([{ state: "cut", attempts: attempt }]);
    outpost.wait(limits.ownRestSecondsMax);
  }
  await outpost.consume();
  expect(await outpost.batches(id)).toMatchObject([{ id: batch, state: "written", rows: 1 }]);
});

test("a batch that D1 cannot be told of is tried again within a minute, not when its lease has run out", async () => {
  const { id } = await waitingBatch();
  await withDatabase(onlyFirst, async () => await outpost.consume());
  outpost.wait(limits.deliveryRetrySeconds);
  await outpost.consume();
  expect(await outpost.batches(id)).toMatchObject([{ state: "written", attempts: 2 }]);
});

test("a lease that was given up is taken once: the same message again finds it taken", async () => {
  const scenario = await scenarioOf();
  const sent: Answer[] = [];
  const queue = { sendBatch: async (messages: Iterable<{ body: Answer }>) => void sent.push(...[...messages].map(({ body }) => body)) };
  const deps = { ...depsAhead(), queue: queue as never };
  const away: Fault = async () => await Promise.reject(lost());
  await consumeWith(scenario, Object.fromEntries([2, 3, 4, 5].map((at) => [at, away])), deps);
  expect(sent).toEqual([{ type: "export_batch", batch_id: scenario.batch, left_lease_us: expect.any(Number) as number }]);
  const [body = {}] = sent;
  const dies: Fault = async (_run, die) => await die();
  expect(await consumeWith(scenario, { 2: dies }, depsAhead(), body)).toHaveLength(2);
  expect(await consumeWith(scenario, {}, depsAhead(), body)).toHaveLength(1);
  expect(await readBatch(scenario)).toMatchObject({ state: "cut", attempts: 2 });
});

test("a lease that was given up while the destination is paused is no fault when the batch is taken later", async () => {
  const { id } = await waitingBatch();
  await withDatabase(onlyFirst, async () => await outpost.consume());
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { paused: true } });
  outpost.wait(limits.deliveryRetrySeconds);
  await outpost.consume();
  const row = await env.DB.prepare("SELECT lease_until_us, faults FROM batches WHERE destination = ?1").bind(id).all();
  expect(row.results).toEqual([{ lease_until_us: 0, faults: 0 }]);
});

test("neither D1 nor the queue answers: the message is tried again, and the batch is written when its lease has run out", async () => {
  const scenario = await scenarioOf();
  const away: Fault = async () => await Promise.reject(lost());
  await consumeWith(scenario, Object.fromEntries([2, 3, 4, 5, 6].map((at) => [at, away])));
  await consumeWith(scenario, {}, depsAhead(pastLeaseMs));
  expect(await readBatch(scenario)).toMatchObject({ state: "written", attempts: 2 });
});

test("a claim whose answer was lost is made again at once, and is one attempt", async () => {
  const scenario = await scenarioOf();
  await consumeWith(scenario, { 1: answerIsLost });
  expect(await readBatch(scenario)).toMatchObject({ state: "written", attempts: 1 });
});

test("a renewal whose answer was lost, or all of them, leaves the batch to be put off by the same consumer", async () => {
  const scenario = await scenarioOf();
  let aheadMs = 0;
  const slowly: Fault = async (run) => {
    aheadMs += 25_000;
    return await run();
  };
  const deps = { ...depsAhead(), now: () => Date.now() + aheadMs };
  // The second operation takes long, so that the third renews the lease.
  await consumeWith(scenario, { 2: slowly, 3: answerIsLost, 4: answerIsLost, 5: answerIsLost }, deps);
  expect(await readBatch(scenario)).toMatchObject({ state: "cut", attempts: 1, last_error: "The database did not answer. Try again." });
  const row = await env.DB.prepare("SELECT lease_until_us, faults FROM batches WHERE destination = ?1 AND state = 'cut'")
    .bind(scenario.destination)
    .all();
  expect(row.results).toContainEqual({ lease_until_us: 0, faults: 0 });
});

test.each([
  ["r2", {}],
  ["webhook", { url: "https://hooks.example.com/in" }],
])("D1 that does not answer while rows are read is no fault of the destination's: %s", async (kind, more) => {
  const { id } = await waitingBatch({ kind, ...more });
  let calls = 0;
  const readsFail: Transaction = async (run) => {
    calls += 1;
    if (calls === 2) throw lost();
    return await run();
  };
  await withDatabase(readsFail, async () => await outpost.consume());
  expect((await outpost.ask("GET", `/v1/destinations/${id}`)).json).toMatchObject({ failures: 0, held_until: null });
  expect(await outpost.batches(id)).toMatchObject([{ state: "cut", attempts: 1, last_error: "The database did not answer. Try again." }]);
  outpost.wait(limits.deliveryRetrySeconds);
  await outpost.consume();
  expect(await outpost.batches(id)).toMatchObject([{ state: "written", attempts: 2, last_error: null }]);
});

test("R2 that does not answer is the destination's own fault, and it rests", async () => {
  const { id } = await waitingBatch();
  const { archive } = outpost.deps;
  outpost.deps.archive = { put: async () => await Promise.reject(lost()) } as unknown as R2Bucket;
  await outpost.consume();
  outpost.deps.archive = archive;
  const { json } = await outpost.ask("GET", `/v1/destinations/${id}`);
  expect(json).toMatchObject({ failures: 1, held_until: expect.any(String) as string });
});

test("the log says written of the attempt that wrote a batch, and of no other", async () => {
  const scenario = await scenarioOf();
  const laterWrites: Fault = async (run) => {
    await consumeWith(scenario, {}, depsAhead(pastLeaseMs));
    return await run();
  };
  const operations = await consumeWith(await scenarioOf(), {});
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await consumeWith(scenario, { [operations.length]: laterWrites });
  const events = log.mock.calls.flat().map((line) => JSON.parse(String(line)) as Answer);
  log.mockRestore();
  const ofBatch = events.filter((event) => event["batch"] === scenario.batch);
  expect(ofBatch).toMatchObject([
    { event: "export_batch_written", attempts: 2 },
    { event: "export_batch_left", attempts: 1 },
  ]);
});

test("a mark whose answer was lost is the attempt's own: the log says written, once", async () => {
  const scenario = await scenarioOf();
  const operations = await consumeWith(await scenarioOf(), {});
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await consumeWith(scenario, { [operations.length]: answerIsLost });
  const lines = log.mock.calls.flat().map(String);
  log.mockRestore();
  expect(lines.filter((line) => line.includes(`"export_batch_written","batch":"${scenario.batch}"`))).toHaveLength(1);
  expect(lines.join("\n")).not.toContain("export_batch_left");
});

test("a refused change of a destination makes nothing of it due", async () => {
  const { id } = await waitingBatch();
  await env.DB.prepare("UPDATE batches SET due_us = ?2 WHERE destination = ?1")
    .bind(id, (outpost.deps.now() + 3_600_000) * 1000)
    .run();
  const [before] = await outpost.batches(id);
  let calls = 0;
  const anotherIsFirst: Transaction = async (run) => {
    calls += 1;
    // The key is known, so the first reads the destination, and the second writes it.
    if (calls === 2) await env.DB.prepare("UPDATE destinations SET updated_us = updated_us + 1 WHERE id = ?1").bind(id).run();
    return await run();
  };
  const { status } = await withDatabase(anotherIsFirst, async () => await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: {} }));
  expect(status).toBe(409);
  expect((await outpost.batches(id))[0]).toEqual(before);
});

type Transaction = (run: () => Promise<unknown>) => Promise<unknown>;

/** What the outpost does with D1 while something is done. */
async function withDatabase<Value>(transaction: Transaction, work: () => Promise<Value>): Promise<Value> {
  const { db } = outpost.deps;
  const batch = async (statements: D1PreparedStatement[]) => await transaction(async () => await db.batch(statements));
  outpost.deps.db = { prepare: (sql: string) => db.prepare(sql), batch } as unknown as D1Database;
  answered = 0;
  try {
    return await work();
  } finally {
    outpost.deps.db = db;
  }
}

let answered = 0;
/** The first transaction alone is answered: the claim. */
const onlyFirst: Transaction = async (run) => {
  answered += 1;
  if (answered > 1) throw lost();
  return await run();
};

/** A destination of its own with one batch that waits for its delivery. */
async function waitingBatch(request: Answer = { kind: "r2" }): Promise<{ id: string; batch: string }> {
  const project = newProject();
  const { id } = await outpost.destination({ ...request, project_id: project });
  await record(outpost, project, ["one"]);
  await outpost.ask("POST", "/v1/exports");
  const [batch] = await outpost.batches(id as string);
  return { id: id as string, batch: batch?.["id"] as string };
}

/** One that is deleted when all is done. */
async function scenarioOf(): Promise<Scenario> {
  const scenario = await newScenario("ndjson");
  made.push(scenario.destination);
  return scenario;
}
