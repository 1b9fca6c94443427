import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { buildDeps } from "../../src/env";
import { countRecordings } from "../../src/jobs/count-recordings";
import { limits } from "../../src/limits";
import { type Answer, askJson, newProject, readRecording, runCron } from "./collector";

afterEach(() => vi.restoreAllMocks());

const long = "The quick brown fox jumps over the lazy dog. ".repeat(12_000);

function longCall(project: string, id: string): Answer {
  return {
    project_id: project,
    id,
    all_messages: [
      { role: "user", content: long },
      { role: "assistant", content: "Noted." },
    ],
    call_info: { provider: "openai", model: "gpt-4o", start_time: 1_767_323_045, end_time: 1_767_323_046 },
  };
}

test("what is too long to be counted in its request is stored as deferred, then counted and priced through the queue", async () => {
  const project = newProject();
  expect(long.length).toBeGreaterThan(limits.countedUnitsPerPost);
  const { status, json } = await askJson("POST", "/v1/recordings", { body: longCall(project, "long") });
  expect(status).toBe(201);
  expect(json).toMatchObject({
    usage: { prompt_tokens: null, completion_tokens: null, prompt_source: "deferred", completion_source: "deferred" },
    cost_usd: null,
    cost_source: "unpriced",
    version: 1,
  });
  const counted = await vi.waitFor(
    async () => {
      const read = await readRecording(project, "long");
      expect(read).toMatchObject({ usage: { prompt_source: "estimated" } });
      return read;
    },
    { timeout: 10_000 },
  );
  // Ten tokens a sentence, the blank before the next included.
  expect(counted).toMatchObject({
    usage: { prompt_tokens: 120_000 + 1 + 7, completion_source: "estimated" },
    cost_source: "priced",
    version: 2,
  });
  expect(counted["cost_usd"]).toBeCloseTo(0.3, 2);
  expect(counted["seq"]).toBe(json["seq"]);
});

test("a post's budget is for all its recordings: those that fit are counted at once", async () => {
  const project = newProject();
  const small = { ...longCall(project, "small"), all_messages: [{ role: "user", content: "hi" }] };
  const body = [longCall(project, "long"), small];
  vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  expect(await askJson("POST", "/v1/recordings", { body })).toMatchObject({ json: { stored: 2 } });
  expect(await readRecording(project, "small")).toMatchObject({ usage: { prompt_source: "estimated" } });
  expect(await readRecording(project, "long")).toMatchObject({ usage: { prompt_source: "deferred" } });
});

test("a side that was reported is not deferred", async () => {
  const project = newProject();
  vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const call = longCall(project, "half");
  call["call_info"].usage = { completion_tokens: 2 };
  const { json } = await askJson("POST", "/v1/recordings", { body: call });
  expect(json["usage"]).toMatchObject({ prompt_source: "deferred", completion_source: "reported", completion_tokens: 2 });
});

test("a recording whose message was lost is counted after the next cron, and twice changes it once", async () => {
  const project = newProject();
  const send = vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const { json } = await askJson("POST", "/v1/recordings", { body: longCall(project, "lost") });
  send.mockRestore();
  await env.DB.prepare("UPDATE recordings SET received_us = 1 WHERE seq = ?1").bind(json["seq"]).run();
  await runCron();
  await vi.waitFor(async () => expect(await readRecording(project, "lost")).toMatchObject({ version: 2 }), { timeout: 10_000 });
  await countRecordings([json["seq"]], buildDeps(env, createExecutionContext()));
  expect(await readRecording(project, "lost")).toMatchObject({ version: 2 });
  const { results } = await env.DB.prepare("SELECT kind FROM changes WHERE project_id = ?1").bind(project).all();
  expect(results).toEqual([{ kind: "counted" }]);
});

test("a repeat of a deferred recording answers from the row, and defers nothing again", async () => {
  const project = newProject();
  vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const first = await askJson("POST", "/v1/recordings", { body: longCall(project, "twice") });
  expect((await askJson("POST", "/v1/recordings", { body: longCall(project, "twice") })).json).toEqual(first.json);
});

test("D1 that fails while a recording is counted leaves it deferred for another try", async () => {
  const project = newProject();
  const send = vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const { json } = await askJson("POST", "/v1/recordings", { body: longCall(project, "again") });
  send.mockRestore();
  vi.spyOn(env.DB, "batch").mockRejectedValueOnce(new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."));
  const deps = buildDeps(env, createExecutionContext());
  await expect(countRecordings([json["seq"]], deps)).rejects.toMatchObject({ code: "unavailable" });
  expect(await readRecording(project, "again")).toMatchObject({ usage: { prompt_source: "deferred" } });
  await countRecordings([json["seq"]], deps);
  expect(await readRecording(project, "again")).toMatchObject({ usage: { prompt_source: "estimated" } });
});

test("one recording that cannot be counted keeps none of the others of its message from it", async () => {
  const project = newProject();
  const send = vi.spyOn(env.QUEUE, "sendBatch").mockRejectedValue(new Error("queue is down"));
  const post = async (id: string) => (await askJson("POST", "/v1/recordings", { body: longCall(project, id) })).json["seq"] as number;
  const seqs = [await post("bad"), await post("good")];
  send.mockRestore();
  await env.DB.prepare("UPDATE recordings SET usage_detail = 'null' WHERE seq = ?1").bind(seqs[0]).run();
  await expect(countRecordings(seqs, buildDeps(env, createExecutionContext()))).rejects.toThrow();
  await env.DB.prepare("DELETE FROM recordings WHERE seq = ?1").bind(seqs[0]).run();
  expect(await readRecording(project, "good")).toMatchObject({ usage: { prompt_source: "estimated" } });
});

test("of a text over the bound samples stand for the rest, and the notes say so", async () => {
  const project = newProject();
  const body = longCall(project, "sampled");
  body["all_messages"] = [{ role: "user", content: "The quick brown fox jumps over the lazy dog. ".repeat(40_000) }];
  await askJson("POST", "/v1/recordings", { body });
  await vi.waitFor(
    async () => {
      const { usage } = await readRecording(project, "sampled");
      expect(usage).toMatchObject({ prompt_source: "estimated", prompt_estimate: { notes: ["sampled"] } });
      expect(usage.prompt_tokens / 400_000).toBeCloseTo(1, 2);
    },
    { timeout: 10_000 },
  );
});
