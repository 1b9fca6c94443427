import { expect, test, vi } from "vitest";
import { askJson, newProject, readRecording } from "./collector";

test("a counter that fails leaves usage missing and the recording stored", async () => {
  const encodeInto = TextEncoder.prototype.encodeInto;
  vi.spyOn(TextEncoder.prototype, "encodeInto").mockImplementation(function (this: TextEncoder, text, bytes) {
    if (text === "a text to fail at") throw new RangeError("injected");
    return encodeInto.call(this, text, bytes);
  });
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: { project_id: newProject(), all_messages: [{ role: "user", content: "a text to fail at" }] },
  });
  vi.restoreAllMocks();
  expect(status).toBe(201);
  expect(json["usage"]).toMatchObject({ prompt_tokens: null, prompt_source: "missing" });
});

test("an answer that is no text has no count, and therefore no price", async () => {
  const project = newProject();
  const usageOf = async (answer: object) =>
    (
      await askJson("POST", "/v1/recordings", {
        body: {
          project_id: project,
          all_messages: [{ role: "user", content: "draw" }, answer],
          call_info: { provider: "openai", model: "gpt-4o" },
        },
      })
    ).json;
  for (const answer of [
    { role: "assistant", content: [{ type: "image", source: { data: "aaaa" } }] },
    { role: "assistant", audio: { id: "a" } },
  ]) {
    expect(await usageOf(answer)).toMatchObject({ usage: { completion_tokens: null, completion_source: "missing" }, cost_usd: null });
  }
  expect((await usageOf({ role: "assistant", content: "" }))["usage"]).toMatchObject({
    completion_tokens: 0,
    completion_source: "estimated",
  });
  const parts = Array.from({ length: 100_000 }, () => ({ text: "a" }));
  expect((await usageOf({ role: "assistant", content: parts }))["usage"]).toMatchObject({
    completion_tokens: 100_000,
    completion_estimate: { notes: [] },
  });
});

test("a missing side is estimated and says so, a missing answer is missing, and neither is 0", async () => {
  const project = newProject();
  const usageOf = async (messages: object[], usage: object | null, model = "gpt-4o-mini") =>
    (
      await askJson("POST", "/v1/recordings", {
        body: { project_id: project, all_messages: messages, call_info: { provider: "openai", model, usage } },
      })
    ).json;
  const conversation = [
    { role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." },
  ];
  expect(await usageOf(conversation, null)).toMatchObject({
    usage: {
      prompt_tokens: 13,
      completion_tokens: 4,
      prompt_source: "estimated",
      completion_source: "estimated",
      prompt_estimate: {
        encoding: "o200k_base",
        plain_tokens: expect.any(Number),
        error_pct: expect.any(Number),
        calibration: null,
        notes: [],
      },
    },
    cost_source: "priced",
  });
  expect((await usageOf(conversation, { prompt_tokens: 0 }, "gpt-4"))["usage"]).toMatchObject({
    prompt_tokens: 0,
    prompt_source: "reported",
    completion_source: "estimated",
    prompt_estimate: null,
    completion_estimate: { encoding: "cl100k_base" },
  });
  expect(await usageOf(conversation.slice(0, 1), null)).toMatchObject({
    usage: { completion_tokens: null, completion_source: "missing" },
    cost_usd: null,
    cost_source: "unpriced",
  });
  expect(await usageOf(conversation, { prompt_tokens: 1, completion_tokens: 1 }, "no-such-model")).toMatchObject({ cost_usd: null });
});

test("a usage in its provider's own shape is counted by its convention, and kept as it came", async () => {
  const project = newProject();
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 100,
    cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 },
    output_tokens: 50,
    server_tool_use: null,
  };
  const body = {
    project_id: project,
    id: "claude",
    all_messages: [
      { role: "user", content: "hi" },
      { role: "assistant", content: "ho" },
    ],
    call_info: { provider: "anthropic", model: "claude-sonnet-4-5", usage },
  };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
  const read = await readRecording(project, "claude");
  expect(read["call_info"]["usage"]).toEqual(usage);
  expect(read).toMatchObject({ usage: { prompt_tokens: 140, prompt_source: "reported", completion_tokens: 50 }, cost_usd: 0.0009225 });
});

test("Anthropic's usage of a batch is priced as one", async () => {
  const usage = { input_tokens: 100_000, output_tokens: 0, service_tier: "batch" };
  const body = {
    project_id: newProject(),
    all_messages: [{ role: "user", content: "hi" }],
    call_info: { provider: "anthropic", model: "claude-sonnet-4-5", usage },
  };
  expect((await askJson("POST", "/v1/recordings", { body })).json).toMatchObject({
    cost_usd: 0.15,
    priced_as: expect.stringMatching(/\(batch\)$/),
  });
});

test("a provider's count that is no count is refused by the key that was sent", async () => {
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: newProject(),
      all_messages: [{ role: "user", content: "hi" }],
      call_info: { provider: "google", model: "gemini-2.5-flash", usage: { promptTokenCount: -1 } },
    },
  });
  expect(status).toBe(400);
  expect(json["issues"]).toEqual([{ path: "call_info.usage.promptTokenCount", message: "must be a whole number" }]);
});
