import { expect, test, vi } from "vitest";
import { askJson, newProject } from "./collector";

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
  expect((await usageOf({ role: "assistant", content: parts }))["usage"]).toMatchObject({ completion_tokens: 100_000, note: null });
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
    usage: { prompt_tokens: 13, completion_tokens: 4, prompt_source: "estimated", completion_source: "estimated", encoding: "o200k_base" },
    cost_source: "priced",
  });
  expect((await usageOf(conversation, { prompt_tokens: 0 }, "gpt-4"))["usage"]).toMatchObject({
    prompt_tokens: 0,
    prompt_source: "reported",
    completion_source: "estimated",
    encoding: "cl100k_base",
  });
  expect(await usageOf(conversation.slice(0, 1), null)).toMatchObject({
    usage: { completion_tokens: null, completion_source: "missing" },
    cost_usd: null,
    cost_source: "unpriced",
  });
  expect(await usageOf(conversation, { prompt_tokens: 1, completion_tokens: 1 }, "no-such-model")).toMatchObject({ cost_usd: null });
});

test("no body holds the CPU: a megabyte of one letter is sampled and marked", async () => {
  const { json } = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: newProject(),
      all_messages: [{ role: "user", content: "a".repeat(1_000_000) }],
      call_info: { provider: "openai", model: "gpt-4o" },
    },
  });
  expect(json["usage"]).toMatchObject({ prompt_source: "estimated", note: "sampled" });
  expect(json["usage"].prompt_tokens).toBeGreaterThan(100_000);
});
