import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { buildDeps, type Deps } from "../../src/env";
import { cutAllBatches, resendOverdueBatches } from "../../src/export/cut";
import { consumeMessages } from "../../src/jobs/consume";
import { limits } from "../../src/limits";
import { updateCounted } from "../../src/store/enrichments";
import { findRecording } from "../../src/store/recordings";
import { type Answer, ask, askJson, newProject, wholePayload } from "./collector";
import { noteObjects } from "./export-invariants";

/** A destination and recordings that nobody else has, and a batch of them that waits for its delivery. */
export interface Scenario {
  destination: string;
  environment: string;
  projects: string[];
  /** The batch under test; an older one waits beside it. */
  batch: string;
  /** Each object's upload by its key, as it was first seen. */
  uploads: Map<string, string>;
}

/** What goes wrong at one operation: `run` does it, `die` ends the consumer, which never hears of anything again. */
export type Fault = (run: () => Promise<unknown>, die: () => Promise<never>, scenario: Scenario) => Promise<unknown>;

export const pastLeaseMs = limits.leaseSeconds * 1000 + 1000;

/** Deps of a clock that is so far ahead; what would be sent to the queue is noted in `sent`. */
export function depsAhead(aheadMs = 0, sent: string[] = []): Deps {
  const sendBatch = async (messages: Iterable<{ body: unknown }>) => {
    for (const { body } of messages) sent.push((body as { batch_id: string }).batch_id);
  };
  const queue = { sendBatch, send: async () => undefined } as unknown as Deps["queue"];
  return { ...buildDeps(env, createExecutionContext()), queue, now: () => Date.now() + aheadMs };
}

export function messageOf(batch: string, body: unknown = { type: "export_batch", batch_id: batch }): Message {
  return { id: crypto.randomUUID(), timestamp: new Date(), body, attempts: 1, ack: vi.fn(), retry: vi.fn() };
}

/** How often a message was settled, and how. */
export function settledAs({ ack, retry }: Message): { acked: number; retried: number } {
  return { acked: vi.mocked(ack).mock.calls.length, retried: vi.mocked(retry).mock.calls.length };
}

/** A destination of an environment of its own: its id. */
export async function newDestination(environment: string, request: Record<string, unknown>): Promise<string> {
  const { status, json } = await askJson("POST", "/v1/destinations", { body: { kind: "r2", environment, ...request } });
  if (status !== 201) throw new Error(`POST /v1/destinations answered ${status}`);
  return json["id"] as string;
}

export async function postRecordings(environment: string, recordings: [project: string, id: string][]): Promise<void> {
  const body = recordings.map(([project, id]) => {
    return { ...wholePayload(project), id, environment, prompt_info: { environment }, session_info: { session_id: `of-${id}` } };
  });
  const { json } = await askJson("POST", "/v1/recordings", { body });
  if (json["stored"] !== recordings.length) throw new Error(`stored ${json["stored"]} of ${recordings.length}`);
}

/** Cuts whatever is committed: the ids of the destination's new batches. */
export async function cutAll(destination: string, deps = depsAhead()): Promise<string[]> {
  const { batches } = await cutAllBatches(deps);
  return batches
    .filter((batch) => batch.destination === destination)
    .map((batch) => `${destination}.${batch.generation}.${batch.fromSeq}-${batch.toSeq}`);
}

/** Three projects in one batch: new recordings in each, of one alone in the last, and a change of an older one. */
export async function newScenario(format: string): Promise<Scenario> {
  const environment = crypto.randomUUID();
  const projects = [newProject(), newProject(), newProject()];
  const [first = "", second = "", third = ""] = projects;
  const destination = await newDestination(environment, { format });
  await postRecordings(environment, [[first, "old"]]);
  await cutAll(destination);
  await changeRecording(first, "old");
  await postRecordings(environment, [
    [first, "changed"],
    [first, "quiet"],
    [second, "changed"],
    [third, "newest"],
  ]);
  const [batch = ""] = await cutAll(destination);
  return { destination, environment, projects, batch, uploads: new Map() };
}

/** As a late count or a repricing does: a new version, and a place in the log. */
export async function changeRecording(project: string, id: string): Promise<void> {
  const recording = await findRecording(env.DB, project, id);
  if (recording === null) return;
  const cost = { ...recording.cost, nanoUsd: (recording.cost.nanoUsd ?? 0) + 1 };
  await updateCounted(env.DB, { ...recording, cost }, { projectId: project, pricesVersion: 0 }, Date.now() * 1000);
}

/** Rows of the range change, the newest is deleted, and another comes after it. */
export async function changeRows({ environment, projects }: Scenario): Promise<void> {
  const [first = "", second = "", third = ""] = projects;
  await changeRecording(first, "changed");
  await changeRecording(second, "changed");
  await ask("DELETE", `/v1/recordings/newest?project_id=${third}`);
  await postRecordings(environment, [[third, "later"]]);
}

/** One consumer that nothing happens to. */
export async function consume(scenario: Scenario, aheadMs = 0): Promise<void> {
  await consumeMessages([messageOf(scenario.batch)], depsAhead(aheadMs));
}

/**
 * One consumer, until it is done or dead, with a fault at some of its operations, counted from 1: each transaction of D1's,
 * each put and head of R2's, each message sent, each request. It has a message that names the batch, or `body`. Answers which operations there were.
 */
export async function consumeWith(
  scenario: Scenario,
  faults: Record<number, Fault>,
  base = depsAhead(),
  body?: unknown,
): Promise<string[]> {
  const operations: string[] = [];
  let isDead = false;
  let died = (): void => undefined;
  const death = new Promise<void>((resolve) => (died = resolve));
  const never = new Promise<never>(() => undefined);
  const die = async () => {
    isDead = true;
    died();
    return await never;
  };
  const operation = async (name: string, run: () => Promise<unknown>): Promise<unknown> => {
    if (isDead) return await never;
    const fault = faults[operations.push(name)];
    return fault === undefined ? await run() : await fault(run, die, scenario);
  };
  const { archive, queue } = base;
  const deps = {
    ...base,
    db: {
      prepare: (sql: string) => base.db.prepare(sql),
      batch: async (statements: D1PreparedStatement[]) => await operation("batch", async () => await base.db.batch(statements)),
    },
    archive: {
      put: async (...values: Parameters<R2Bucket["put"]>) => await operation("put", async () => await archive.put(...values)),
      head: async (key: string) => await operation("head", async () => await archive.head(key)),
    },
    queue: {
      sendBatch: async (...values: Parameters<typeof queue.sendBatch>) =>
        await operation("send", async () => await queue.sendBatch(...values)),
    },
    fetch: async (...values: Parameters<Deps["fetch"]>) => await operation("fetch", async () => await base.fetch(...values)),
  } as unknown as Deps;
  const message = messageOf(scenario.batch, body);
  await Promise.race([consumeMessages([message], deps), death]);
  const { acked, retried } = settledAs(message);
  expect(acked + retried).toBe(isDead ? 0 : 1);
  await noteObjects(scenario);
  return operations;
}

/** What goes on by itself: the cron cuts and sends again, consumers deliver, until no batch waits. A round is ten minutes. */
export async function recover(scenario: Scenario, roundsMax = 5): Promise<void> {
  for (let round = 1; round <= roundsMax; round += 1) {
    const sent: string[] = [];
    const deps = depsAhead(round * 600_000, sent);
    await cutAllBatches(deps);
    await resendOverdueBatches(deps);
    await consumeMessages(
      sent.map((one) => messageOf(one)),
      deps,
    );
    await noteObjects(scenario);
    if ((await askJson("GET", `/v1/destinations/${scenario.destination}/batches?limit=1`)).json["open_batches"] === 0) return;
  }
}

export async function batchesOf(destination: string): Promise<Answer[]> {
  return (await askJson("GET", `/v1/destinations/${destination}/batches?limit=1000`)).json["batches"] as Answer[];
}

/** A scenario's batch as it is answered. */
export async function readBatch({ destination, batch }: Scenario): Promise<Answer> {
  return (await askJson("GET", `/v1/destinations/${destination}/batches/${batch}`)).json;
}
