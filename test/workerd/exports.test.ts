import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test, vi } from "vitest";
import { buildDeps } from "../../src/env";
import worker from "../../src/index";
import { cutDueBatches } from "../../src/export/cut";
import { batchId } from "../../src/model/batch";
import { sha256Hex } from "../../src/model/sha256";
import { consumeMessages } from "../../src/jobs/consume";
import { type Answer, ask, askJson, newProject, readRecording, runCron, wholePayload } from "./collector";

// What tests of before have left in the log is not exported here: some of it is large, and none is looked at.
beforeAll(async () => {
  expect((await ask("POST", "/v1/destinations/default/replay", { body: { from: "now" } })).status).toBe(202);
});

test("POST → D1 → Queue → R2: the object's lines hold all that was posted", async () => {
  const project = newProject();
  const posted: Answer = { ...wholePayload(project), id: "whole" };
  await askJson("POST", "/v1/recordings", { body: posted });
  const cut = await askJson("POST", "/v1/exports");
  expect(cut.status).toBe(202);
  const batch = await writtenBatch(cut.json["exports"].at(-1).id);

  const object = batch["objects"].find(({ project_id }: Answer) => project_id === project);
  const bytes = await bytesOf(object.key);
  expect(object).toMatchObject({
    rows: 1,
    bytes: bytes.length,
    sha256: await sha256Hex(bytes),
    date: new Date().toISOString().slice(0, 10),
  });
  const lines = await unpack(bytes);
  const { all_messages, ...rest } = posted;
  const line = lines.find(({ project_id }) => project_id === project);
  expect(line).toMatchObject({ ...rest, messages: all_messages });
  expect(line).toEqual(await readRecording(project, "whole"));

  const streamed = await ask("GET", `/v1/exports/${batch["id"]}`);
  expect(streamed.headers.get("Content-Type")).toBe("application/gzip");
  expect((await unpack(new Uint8Array(await streamed.arrayBuffer()))).length).toBe(batch["rows"]);
  const manifest = (await (await env.ARCHIVE.get(manifestKeyOf(object.key)))?.json()) as Answer;
  expect(manifest).toMatchObject({ batch: batch["id"], rows: batch["rows"], objects: batch["objects"], schema_version: 1 });
});

test("1,000 recordings posted in mixed ways are in the objects exactly once each", async () => {
  const project = newProject();
  const payload = (id: string) => ({ project_id: project, id, all_messages: [{ role: "user", content: id }] });
  const ids = Array.from({ length: 1000 }, (_, index) => `mixed-${index}`);
  const posts: Promise<unknown>[] = [askJson("POST", "/v1/recordings", { body: ids.slice(0, 400).map(payload) })];
  const lines = ids.slice(400, 700).map((id) => JSON.stringify(payload(id)));
  posts.push(askJson("POST", "/v1/recordings", { body: lines.join("\n"), headers: { "Content-Type": "application/x-ndjson" } }));
  for (const id of ids.slice(700, 900)) posts.push(askJson("POST", "/v1/recordings", { body: payload(id) }));
  for (const id of ids.slice(900)) {
    const body = { completion_id: id, messages: [{ role: "user", content: id }] };
    posts.push(askJson("POST", `/api/v2/projects/${project}/sessions/s/completions`, { body }));
  }
  for (const id of ids.slice(0, 50)) posts.push(askJson("POST", "/v1/recordings", { body: payload(id) }));
  await Promise.all(posts);
  // What so many at once overflowed is in the spool, behind whatever other tests left there.
  do await runCron();
  while ((await env.ARCHIVE.list({ prefix: `spool/${project}/` })).objects.length > 0);
  await askJson("POST", "/v1/exports");
  await settled();
  const exported = (await linesOf(project)).map(({ id }) => id as string);
  expect(exported.length).toBe(1000);
  expect(new Set(exported)).toEqual(new Set(ids));
});

test("the cron cuts what is old enough and not what is young", async () => {
  const project = newProject();
  await askJson("POST", "/v1/exports");
  await settled();
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "young" } });
  await runCron();
  expect((await askJson("GET", "/v1/exports?limit=1")).json["exports"][0].to_seq).toBeLessThan(await headSeq());
  const context = createExecutionContext();
  const later = { ...buildDeps(env, context), now: () => Date.now() + 31_000 };
  const { batches } = await cutDueBatches(later);
  expect(batches).toHaveLength(1);
  // By a consumer whose clock goes as that of the cut did.
  await consumeMessages(
    batches.map((batch) => message(batchId(batch))),
    later,
  );
  await settled();
  expect(await linesOf(project)).toHaveLength(1);
});

test("a full batch is cut by the ingest that fills it", async () => {
  const project = newProject();
  await askJson("POST", "/v1/exports");
  const before = await headSeq();
  const payload = (index: number) => ({ project_id: project, id: `n-${index}`, all_messages: [{}] });
  await askJson("POST", "/v1/recordings", { body: Array.from({ length: 500 }, (_, index) => payload(index)) });
  await askJson("POST", "/v1/recordings", { body: Array.from({ length: 500 }, (_, index) => payload(500 + index)) });
  await vi.waitFor(async () => {
    const { json } = await askJson("GET", "/v1/exports?limit=5");
    expect(json["exports"]).toContainEqual(expect.objectContaining({ from_seq: before, to_seq: before + 500 }));
  });
});

test("a batch whose message was lost is sent again by the cron", async () => {
  const project = newProject();
  const send = vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "lost" } });
  const { json, status } = await askJson("POST", "/v1/exports");
  expect(status).toBe(202);
  const id = json["exports"].at(-1).id as string;
  expect(await ask("GET", `/v1/exports/${id}`)).toMatchObject({ status: 503 });
  send.mockRestore();
  await env.DB.prepare("UPDATE batches SET due_us = 0 WHERE state = 'cut'").run();
  await runCron();
  expect(await writtenBatch(id)).toMatchObject({ state: "written" });
});

test("a message delivered twice, or to two consumers at once, makes one object", async () => {
  const project = newProject();
  const id = await cutUnsent(project, "twice");
  const messages = [message(id), message(id), message(id)];
  const deps = buildDeps(env, createExecutionContext());
  await Promise.all(messages.map((one) => consumeMessages([one], deps)));
  expect(messages.map(({ ack }) => vi.mocked(ack).mock.calls.length)).toEqual([1, 1, 1]);
  const batch = await writtenBatch(id);
  expect(batch["attempts"]).toBe(1);
  const [object] = batch["objects"];
  expect(await sha256Hex(await bytesOf(object.key))).toBe(object.sha256);
});

test("an object written before its row was marked is adopted as it is, though the recording is gone", async () => {
  const project = newProject();
  const id = await cutUnsent(project, "gone");
  const deps = buildDeps(env, createExecutionContext());
  await consumeMessages([message(id)], deps);
  const first = await writtenBatch(id);
  await env.DB.prepare("UPDATE batches SET state = 'cut', manifest = NULL WHERE to_seq = ?1").bind(first["to_seq"]).run();
  await askJson("DELETE", `/v1/recordings/gone?project_id=${project}`);
  await consumeMessages([message(id)], deps);
  expect(await writtenBatch(id)).toMatchObject({ rows: 1, objects: first["objects"] });
});

test("a deletion takes its place in the log, and its seq is never given again", async () => {
  const project = newProject();
  const { json } = await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "newest" } });
  expect((await ask("DELETE", `/v1/recordings/newest?project_id=${project}`)).status).toBe(204);
  expect((await ask("DELETE", `/v1/recordings/newest?project_id=${project}`)).status).toBe(404);
  const after = await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "after" } });
  expect(after.json["seq"]).toBe(json["seq"] + 2);
  await askJson("POST", "/v1/exports");
  await settled();
  const lines = await linesOf(project);
  expect(lines).toMatchObject([{ id: "newest", deleted: true, seq: json["seq"] + 1 }, { id: "after" }]);
});

test("a recording that is changed later is exported again as it is then, and once a batch", async () => {
  const project = newProject();
  const lines = async () => {
    await askJson("POST", "/v1/exports");
    await settled();
    return (await linesOf(project)).map(({ id, version, cost_source }) => ({ id, version, cost_source }));
  };
  for (const id of ["early", "late"]) await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id } });
  expect(await lines()).toMatchObject([{ version: 1 }, { version: 1 }]);
  const price = async (input: number) => {
    const overrides = [{ model: "*", usd_per_million: { input, output: 2 } }];
    await askJson("PUT", `/v1/projects/${project}/prices`, { body: { overrides } });
    const { json } = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 1e10 } });
    const path = `/v1/projects/${project}/reprice/${json["id"]}`;
    await vi.waitFor(async () => expect((await askJson("GET", path)).json).toMatchObject({ state: "done" }), { timeout: 10_000 });
  };
  await price(1);
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "third" } });
  await price(5);
  expect((await lines()).slice(2)).toEqual(
    [
      ["third", 2],
      ["early", 3],
      ["late", 3],
    ].map(([id, version]) => ({ id, version, cost_source: "overridden" })),
  );
});

test("a batch whose recordings were all deleted before it was written is written as empty", async () => {
  const project = newProject();
  await askJson("POST", "/v1/exports");
  await settled();
  const id = await cutUnsent(project, "brief");
  await ask("DELETE", `/v1/recordings/brief?project_id=${project}`);
  await consumeMessages([message(id)], buildDeps(env, createExecutionContext()));
  const batch = await writtenBatch(id);
  expect(batch).toMatchObject({ rows: 0, objects: [{ project_id: project, rows: 0, min_committed_at: null }] });
  expect(await unpack(await bytesOf(batch["objects"][0].key))).toEqual([]);
});

test("a database restored to an earlier time exports what comes after, not the object of before", async () => {
  const project = newProject();
  await askJson("POST", "/v1/exports");
  await settled();
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "before-restore" } });
  const { json } = await askJson("POST", "/v1/exports");
  const first = await writtenBatch(json["exports"][0].id);
  await env.DB.batch([
    env.DB.prepare("DELETE FROM batches WHERE to_seq = ?1").bind(first["to_seq"]),
    env.DB.prepare("DELETE FROM recordings WHERE seq = ?1").bind(first["to_seq"]),
    env.DB.prepare("UPDATE destinations SET cursor_seq = ?1 WHERE id = 'default'").bind(first["from_seq"]),
  ]);
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "after-restore" } });
  const again = await askJson("POST", "/v1/exports");
  expect(again.json["exports"][0].id).toBe(first["id"]);
  const second = await writtenBatch(first["id"]);
  expect(second["objects"][0].key).not.toBe(first["objects"][0].key);
  expect(await linesOf(project)).toMatchObject([{ id: "after-restore" }]);
});

test("R2 that does not answer puts the batch off, with the reason", async () => {
  const project = newProject();
  const id = await cutUnsent(project, "r2-down");
  const put = vi.spyOn(env.ARCHIVE, "put").mockRejectedValue(new Error("internal error 10001"));
  const failing = message(id);
  await consumeMessages([failing], buildDeps(env, createExecutionContext()));
  put.mockRestore();
  expect(failing.ack).toHaveBeenCalled();
  const waiting = (await askJson("GET", `/v1/destinations/default/batches/${id}`)).json;
  expect(waiting).toMatchObject({ state: "cut", attempts: 1, last_error: "The object store did not answer. Try again." });
  expect(Date.parse(waiting["due_at"])).toBeGreaterThan(Date.now() + 1000);
  const later = { ...buildDeps(env, createExecutionContext()), now: () => Date.now() + 60_000 };
  await consumeMessages([message(id)], later);
  expect(await writtenBatch(id)).toMatchObject({ state: "written", attempts: 2, last_error: null });
});

test("a message that is none of ours is dropped, not retried for ever", async () => {
  const strange = { ...message("x"), body: { type: "from the future" } } as unknown as Message;
  await consumeMessages([strange], buildDeps(env, createExecutionContext()));
  expect(strange.ack).toHaveBeenCalled();
});

test("a message that the queue gave up is told in the log, and its batch is sent again by the cron", async () => {
  const id = await cutUnsent(newProject(), "given-up");
  const dead = message(id);
  const log = vi.spyOn(console, "log");
  await worker.queue({ queue: "aircheck-dead", messages: [dead] } as unknown as MessageBatch, env, createExecutionContext());
  expect(log.mock.calls.flat().join("\n")).toContain(`"event":"queue_message_died","type":"export_batch","batch":"${id}"`);
  log.mockRestore();
  expect(dead.ack).toHaveBeenCalledOnce();
  await env.DB.prepare("UPDATE batches SET due_us = 0 WHERE state = 'cut'").run();
  await runCron();
  expect(await writtenBatch(id)).toMatchObject({ attempts: 1 });
});

/** Records, and cuts a batch whose message is not sent: its id. The test is the consumer. */
async function cutUnsent(project: string, id: string): Promise<string> {
  const send = vi.spyOn(env.QUEUE, "sendBatch").mockResolvedValue(undefined as never);
  await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id } });
  const { json } = await askJson("POST", "/v1/exports");
  send.mockRestore();
  return json["exports"].at(-1).id as string;
}

function message(batch: string): Message {
  const body = { type: "export_batch", batch_id: batch };
  return { id: crypto.randomUUID(), timestamp: new Date(), body, attempts: 1, ack: vi.fn(), retry: vi.fn() };
}

async function headSeq(): Promise<number> {
  return (await env.DB.prepare("SELECT max(seq) AS n FROM recordings").first<{ n: number }>())?.n ?? 0;
}

async function writtenBatch(id: string): Promise<Answer> {
  return await vi.waitFor(
    async () => {
      const { json } = await askJson("GET", "/v1/exports?limit=100");
      const batch = json["exports"].find((one: Answer) => one["id"] === id);
      expect(batch).toMatchObject({ state: "written" });
      return batch as Answer;
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** Waits until the queue has brought every batch to its end. */
async function settled(): Promise<void> {
  await vi.waitFor(
    async () => {
      const { json } = await askJson("GET", "/v1/exports?limit=100");
      expect(json["exports"].filter(({ state }: Answer) => state !== "written")).toEqual([]);
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** A project's lines in the newest exports. Of other projects there may be thousands, from other tests. */
async function linesOf(project: string): Promise<Answer[]> {
  const { json } = await askJson("GET", "/v1/exports?limit=100");
  const objects = (json["exports"] as Answer[]).toReversed().flatMap((batch) => batch["objects"] as Answer[]);
  const own = objects.filter(({ project_id }) => project_id === project);
  return (await Promise.all(own.map(async ({ key }) => await unpack(await bytesOf(key as string))))).flat();
}

async function bytesOf(key: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await (await env.ARCHIVE.get(key))?.arrayBuffer()) ?? new ArrayBuffer());
}

function manifestKeyOf(objectKey: string): string {
  return objectKey.replace(/project=.*\/date=[^/]+\//, "_manifests/").replace(/\.ndjson\.gz$/, ".json");
}

async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Answer[]> {
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Answer);
}
