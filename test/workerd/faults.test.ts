import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { createApp } from "../../src/app";
import { buildDeps } from "../../src/env";
import { adminKey, ask, askJson, newProject, wholePayload } from "./collector";

afterEach(() => vi.restoreAllMocks());

const overloaded = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";

test("a fault that passes within the request is not seen by the caller, even when only the answer was lost", async () => {
  const project = newProject();
  const batch = env.DB.batch.bind(env.DB);
  const db = {
    prepare: (query: string) => env.DB.prepare(query),
    batch: vi
      .fn(batch)
      .mockRejectedValueOnce(new Error(overloaded))
      .mockImplementationOnce(async (statements) => {
        await batch(statements);
        throw new Error("Network connection lost.");
      }),
  };
  const app = createApp((bindings, context) => ({ ...buildDeps(bindings, context), db: db as unknown as D1Database }));
  const body = JSON.stringify({ ...wholePayload(project), id: "retried" });
  const post = async () => {
    const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
    const response = await app.request("/v1/recordings", { method: "POST", headers, body }, env, createExecutionContext());
    return { status: response.status, json: await response.json() };
  };
  const first = await post();
  expect(first).toMatchObject({ status: 201, json: { id: "retried", seq: expect.any(Number) } });
  expect(await post()).toEqual(first);
});

test("of a post whose answer was lost, what is new is still called stored", async () => {
  const project = newProject();
  const payload = (id: string) => ({ project_id: project, id, all_messages: [{}] });
  await askJson("POST", "/v1/recordings", { body: payload("old") });
  const batch = env.DB.batch.bind(env.DB);
  vi.spyOn(env.DB, "batch").mockImplementationOnce(async (statements) => {
    await batch(statements);
    throw new Error("Network connection lost.");
  });
  const { json } = await askJson("POST", "/v1/recordings", { body: [payload("new"), payload("old"), payload("new")] });
  expect(json["results"].map(({ status }: { status: string }) => status)).toEqual(["stored", "duplicate", "duplicate"]);
});

test("a queue that refuses never turns a committed recording into an error", async () => {
  const project = newProject();
  vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("Too Many Requests"));
  const body = Array.from({ length: 500 }, (_, index) => ({ project_id: project, id: `q-${index}`, all_messages: [{}] }));
  expect(await askJson("POST", "/v1/recordings", { body })).toMatchObject({ status: 200, json: { stored: 500 } });
});

test("a fault of ours is a 500 that says nothing of its cause", async () => {
  vi.spyOn(env.DB, "batch").mockRejectedValue(new Error('D1_ERROR: near "secret_detail": syntax error: SQLITE_ERROR'));
  const { status, json } = await askJson("POST", "/v1/recordings", { body: wholePayload(newProject()) });
  expect(status).toBe(500);
  expect(JSON.stringify(json)).not.toContain("secret_detail");
});

test("R2 that does not answer while an export is read is 503", async () => {
  const project = newProject();
  await askJson("POST", "/v1/recordings", { body: wholePayload(project) });
  const { json } = await askJson("POST", "/v1/exports");
  const id = json["exports"].at(-1).id as string;
  await vi.waitFor(async () => expect((await ask("GET", `/v1/exports/${id}`)).status).toBe(200), { timeout: 10_000 });
  vi.spyOn(env.ARCHIVE, "get").mockRejectedValue(new Error("internal error 10001"));
  expect((await ask("GET", `/v1/exports/${id}`)).status).toBe(503);
});
