import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Deps } from "../../src/env";
import { consumeMessages } from "../../src/jobs/consume";
import { limits } from "../../src/limits";
import { askJson, newProject } from "./collector";
import { checkDelivered } from "./export-invariants";
import {
  changeRecording,
  consume,
  consumeWith,
  cutAll,
  depsAhead,
  type Fault,
  messageOf,
  newDestination,
  newScenario,
  pastLeaseMs,
  postRecordings,
  recover,
  readBatch,
  type Scenario,
  settledAs,
} from "./export-scenario";

const made: string[] = [];

beforeAll(async () => {
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: true } });
});
afterAll(async () => {
  for (const id of made) await askJson("DELETE", `/v1/destinations/${id}`);
  await askJson("PATCH", "/v1/destinations/default", { body: { paused: false } });
});

const lost = () => new Error("Network connection lost.");
const dies: Fault = async (_run, die) => await die();

test("one message three times in one delivery of the queue's makes one attempt, and each is acknowledged", async () => {
  const scenario = await scenarioOf();
  const messages = [scenario.batch, scenario.batch, scenario.batch].map((one) => messageOf(one));
  await consumeMessages(messages, depsAhead());
  expect(messages.map(settledAs)).toEqual(messages.map(() => ({ acked: 1, retried: 0 })));
  expect(await readBatch(scenario)).toMatchObject({ state: "written", attempts: 1 });
  await recover(scenario);
  await checkDelivered(scenario);
});

test("cuts at once never overlap, nor leave a hole", async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const scenario = await scenarioOf();
    const [project = ""] = scenario.projects;
    const posts = Array.from({ length: 6 }, async (_, index) => {
      await postRecordings(scenario.environment, [[project, `at-once-${index}`]]);
      if (index % 2 === 0) await changeRecording(project, `at-once-${index}`);
      await cutAll(scenario.destination);
    });
    await Promise.all([...posts, cutAll(scenario.destination), cutAll(scenario.destination)]);
    await recover(scenario);
    await checkDelivered(scenario);
  }
});

test("a cut whose answer was lost is delivered, once", async () => {
  for (let at = 1; at <= 3; at += 1) {
    const scenario = await scenarioOf();
    await postRecordings(scenario.environment, [[scenario.projects[0] ?? "", "behind"]]);
    let calls = 0;
    const base = depsAhead();
    const batch = async (statements: D1PreparedStatement[]) => {
      const done = await base.db.batch(statements);
      calls += 1;
      if (calls === at) throw lost();
      return done;
    };
    await expect(cutAll(scenario.destination, { ...base, db: databaseOf(batch) })).rejects.toMatchObject({ code: "unavailable" });
    await recover(scenario);
    await checkDelivered(scenario);
  }
});

test("D1 that does not answer the consumer has the queue try the message again, and the batch is written then", async () => {
  const scenario = await scenarioOf();
  const message = messageOf(scenario.batch);
  await consumeMessages([message], { ...depsAhead(), db: databaseOf(async () => await Promise.reject(lost())) });
  expect(settledAs(message)).toEqual({ acked: 0, retried: 1 });
  await consumeMessages([message], depsAhead());
  expect(settledAs(message)).toEqual({ acked: 1, retried: 1 });
  expect(await readBatch(scenario)).toMatchObject({ state: "written", attempts: 1 });
});

test("a batch whose row was marked, though the answer was lost, holds nothing of its destination", async () => {
  const scenario = await scenarioOf();
  const operations = await consumeWith(await scenarioOf(), {});
  const throwsAfter: Fault = async (run) => {
    await run();
    throw lost();
  };
  await consumeWith(scenario, { [operations.length]: throwsAfter });
  expect(await readBatch(scenario)).toMatchObject({ state: "written" });
  expect((await askJson("GET", `/v1/destinations/${scenario.destination}`)).json).toMatchObject({ failures: 0, held_until: null });
});

test("a consumer that fails after another took the batch holds nothing of its destination", async () => {
  const scenario = await scenarioOf();
  const secondTakesIt: Fault = async () => {
    await consumeWith(scenario, { 2: dies }, depsAhead(pastLeaseMs));
    throw lost();
  };
  await consumeWith(scenario, { 4: secondTakesIt });
  expect((await askJson("GET", `/v1/destinations/${scenario.destination}`)).json).toMatchObject({ failures: 0, held_until: null });
});

test("batches that no message could be sent for are delivered by the cron", async () => {
  const scenario = await scenarioOf();
  const queue = { sendBatch: async () => await Promise.reject(new Error("Too Many Requests")) } as unknown as Deps["queue"];
  await postRecordings(scenario.environment, [[scenario.projects[1] ?? "", "unsent"]]);
  expect(await cutAll(scenario.destination, { ...depsAhead(), queue })).toHaveLength(1);
  const failing: Deps["archive"] = { put: async () => await Promise.reject(lost()) } as unknown as Deps["archive"];
  const message = messageOf(scenario.batch);
  await consumeMessages([message], { ...depsAhead(), queue, archive: failing });
  expect(settledAs(message)).toEqual({ acked: 1, retried: 0 });
  await recover(scenario);
  await checkDelivered(scenario);
});

test("a batch with a corrupt row is parked after five faults with a reason, and others go on", async () => {
  const scenario = await scenarioOf();
  await env.DB.prepare("UPDATE recordings SET usage_detail = 'null' WHERE project_id = ?1 AND id = 'quiet'")
    .bind(scenario.projects[0])
    .run();
  await postRecordings(scenario.environment, [[scenario.projects[1] ?? "", "sound"]]);
  const [sound = ""] = await cutAll(scenario.destination);
  for (let attempt = 1; attempt <= limits.batchFaultsMax; attempt += 1) {
    expect(await readBatch(scenario)).toMatchObject({ state: "cut", attempts: attempt - 1 });
    await consume(scenario, attempt * 3_600_000);
  }
  // Whole again, for other readers of the log are in other tests.
  await env.DB.prepare("UPDATE recordings SET usage_detail = '{}' WHERE usage_detail = 'null'").run();
  const reason = expect.stringContaining("fault of the collector's own") as string;
  expect(await readBatch(scenario)).toMatchObject({ state: "dead", attempts: 5, last_error: reason });
  await consumeMessages([messageOf(sound)], depsAhead());
  expect(await readBatch({ ...scenario, batch: sound })).toMatchObject({ state: "written", rows: 1 });
});

test("a batch whose consumers die five times is parked with a reason, and delivered once it is retried", async () => {
  const scenario = await scenarioOf();
  for (let attempt = 0; attempt < limits.batchFaultsMax; attempt += 1)
    await consumeWith(scenario, { 3: dies }, depsAhead(attempt * pastLeaseMs));
  await consume(scenario, limits.batchFaultsMax * pastLeaseMs);
  const reason = expect.stringContaining("5 attempts in a row") as string;
  expect(await readBatch(scenario)).toMatchObject({ state: "dead", last_error: reason });
  const retry = await askJson("POST", `/v1/destinations/${scenario.destination}/batches/${scenario.batch}/retry`);
  expect(retry.status).toBe(202);
  await recover(scenario);
  await checkDelivered(scenario);
});

test("a webhook whose consumer dies after the POST gets the same body again, with the same id", async () => {
  const environment = crypto.randomUUID();
  const destination = await newDestination(environment, { kind: "webhook", url: "https://hooks.example.com/in" });
  made.push(destination);
  await postRecordings(environment, [[newProject(), "posted"]]);
  const [batch = ""] = await cutAll(destination);
  const posts: { id: string | null; body: string }[] = [];
  const fetch: Deps["fetch"] = async (request) => {
    posts.push({ id: request.headers.get("webhook-id"), body: await request.text() });
    return new Response(null, { status: 204 });
  };
  const scenario = { destination, environment, projects: [], batch, uploads: new Map<string, string>() };
  const diesAfter: Fault = async (run, die) => {
    await run();
    return await die();
  };
  const operations = await consumeWith(scenario, { 4: diesAfter }, { ...depsAhead(), fetch });
  expect(operations.at(-1)).toBe("fetch");
  await consumeMessages([messageOf(batch)], { ...depsAhead(), fetch });
  expect(posts).toHaveLength(1);
  await consumeMessages([messageOf(batch)], { ...depsAhead(pastLeaseMs), fetch });
  expect(posts).toHaveLength(2);
  expect(posts[1]).toEqual(posts[0]);
  expect(await readBatch(scenario)).toMatchObject({ state: "written", attempts: 2, rows: 1 });
});

/** One that is deleted when all is done. */
async function scenarioOf(): Promise<Scenario> {
  const scenario = await newScenario("ndjson");
  made.push(scenario.destination);
  return scenario;
}

function databaseOf(batch: (statements: D1PreparedStatement[]) => Promise<unknown>): D1Database {
  return { prepare: (sql: string) => env.DB.prepare(sql), batch } as unknown as D1Database;
}
