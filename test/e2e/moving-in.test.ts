import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";

let collector: InProcessCollector;
beforeAll(async () => {
  collector = await startInProcess();
});
afterAll(async () => await collector.stop());

/** Converts an example of docs/, posts what came of it, and reads it back, the oldest call first. */
async function moveIn(source: "langfuse" | "freeplay", file: string) {
  const args = ["scripts/convert-export.mjs", source, `docs/examples/${file}`, source];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  const items = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  const posted = await collector.ask("POST", "/v1/recordings", items);
  expect(posted.json).toMatchObject({ stored: items.length, rejected: 0 });
  const again = await collector.ask("POST", "/v1/recordings", items);
  expect(again.json).toMatchObject({ stored: 0, duplicates: items.length });
  const { json } = await collector.ask("GET", `/v1/recordings?project_id=${source}&from=2026-01-02&to=2026-01-03`);
  return { told: stderr, recordings: (json["recordings"] as Record<string, unknown>[]).toReversed() };
}

test("an export of Langfuse's comes in with its ids, times, sessions, usage and errors, and its calls are priced", async () => {
  const { told, recordings } = await moveIn("langfuse", "langfuse-observations.jsonl");
  expect(told).toBe("3 recordings; 1 of 4 lines hold no call of a model.\n");
  const call = { provider: "unknown", model: "gpt-4o-mini", start_time: 1767323045.25, end_time: 1767323047.75 };
  expect(recordings).toMatchObject([
    {
      id: "obs-0002",
      session_id: "chat-0001",
      parent_id: "trace-0001",
      environment: "production",
      messages: [{ role: "system" }, { role: "user" }, { role: "assistant", content: "It arrives tomorrow." }],
      session_info: { custom_metadata: { user_id: "user-7" } },
      call_info: { ...call, model_parameters: { temperature: 0.2 } },
      usage: { prompt_tokens: 22, completion_tokens: 6, prompt_source: "reported", completion_source: "reported" },
      cost_usd: 0.0000069,
      latency_ms: 2500,
      extra: { langfuse: { name: "draft", tags: ["web"], metadata: { attempt: 1 } } },
    },
    {
      id: "obs-0003",
      session_id: "trace-0002",
      messages: [{ role: "user", content: "Do you ship to Norway?" }],
      error: { message: "The provider is overloaded." },
    },
    {
      id: "obs-0004",
      messages: [{ role: "user" }, { role: "assistant", content: "The blue one is." }],
      usage: { prompt_tokens: 1510, completion_tokens: 8, input_buckets: { uncached: 10, cache_read: 1200, cache_write: 300 } },
      cost_source: "priced",
    },
  ]);
});

test("sessions that Freeplay lists come in with their prompts, answers, inputs and evaluations", async () => {
  const { told, recordings } = await moveIn("freeplay", "freeplay-sessions.jsonl");
  expect(told).toBe("2 recordings; 0 of 2 lines hold no call of a model.\n");
  expect(recordings).toMatchObject([
    {
      id: "0a0c1c7e-6f0a-4d0e-9b7a-2f6d8f3f9c11",
      session_id: "4f0c1c7e-6f0a-4d0e-9b7a-2f6d8f3f9c01",
      messages: [{ role: "system" }, { role: "user" }, { role: "assistant", content: "It arrives tomorrow." }],
      inputs: { question: "Where is my parcel?" },
      prompt_info: { prompt_template_name: "support" },
      eval_results: { is_polite: true },
      session_info: { custom_metadata: { plan: "pro" } },
      usage: { prompt_source: "estimated", completion_source: "estimated" },
      cost_source: "priced",
      extra: { freeplay: { customer_feedback: { freeplay_feedback: "positive" } } },
    },
    { parent_id: "4f0c1c7e-6f0a-4d0e-9b7a-2f6d8f3f9d01", call_info: { provider: "anthropic" } },
  ]);
});

test("a line that is no JSON is told by its number, and what is not known ends with the usage", async () => {
  const run = async (...args: string[]) =>
    await promisify(execFile)(process.execPath, ["scripts/convert-export.mjs", ...args]).then(
      ({ stderr }) => stderr,
      ({ stderr }: { stderr: string }) => stderr,
    );
  expect(await run("langfuse", "README.md", "p")).toContain("Line 1 is no JSON object of such an export.");
  expect(await run("other", "README.md", "p")).toContain("langfuse|freeplay");
  expect(await run("langfuse", "nowhere.jsonl", "p")).toContain("There is no file nowhere.jsonl");
});
