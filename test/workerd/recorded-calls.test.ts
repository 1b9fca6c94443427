import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import { expect, test, vi } from "vitest";
import { recordCall } from "../../src/client/record-call";
import type { RecordPayload } from "../../src/client/record-payload";
import { askJson, makeKey, newProject, readRecording } from "./collector";

const user = { role: "user" as const, content: "Hi." };
const chat = {
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11, prompt_tokens_details: { cached_tokens: 4 } },
};
const output = [
  { type: "message", id: "m", role: "assistant", status: "completed", content: [{ type: "output_text", text: "Hello.", annotations: [] }] },
];
const response = {
  id: "r",
  object: "response",
  created_at: 1,
  model: "gpt-4o-mini-2024-07-18",
  status: "completed",
  output,
  usage: { input_tokens: 9, output_tokens: 2, total_tokens: 11, input_tokens_details: { cached_tokens: 4 } },
};
const message = {
  id: "a",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  content: [{ type: "text", text: "Hello." }],
  stop_reason: "end_turn",
  usage: { input_tokens: 5, output_tokens: 2, cache_read_input_tokens: 4, cache_creation_input_tokens: 0 },
};
const chunk = { id: "c", object: "chat.completion.chunk", created: 1, model: "gpt-4o-mini-2024-07-18" };
const chatEvents = [
  { ...chunk, choices: [{ index: 0, delta: { role: "assistant", content: "Hello." }, finish_reason: null }] },
  { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  { ...chunk, choices: [], usage: chat.usage },
];
const responseEvents = [
  { type: "response.created", response: { ...response, status: "in_progress", output: [], usage: null } },
  { type: "response.output_item.added", output_index: 0, item: { ...output[0], content: [] } },
  { type: "response.output_text.delta", output_index: 0, content_index: 0, delta: "Hello." },
  { type: "response.completed", response },
];
const messageEvents = [
  { type: "message_start", message: { ...message, content: [], stop_reason: null } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello." } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
  { type: "message_stop" },
];

/** A provider that answers so. */
function provider(answer: object) {
  const body = Array.isArray(answer)
    ? answer.map((event: object) => `event: ${"type" in event ? String(event.type) : ""}\ndata: ${JSON.stringify(event)}\n\n`).join("")
    : JSON.stringify(answer);
  const type = Array.isArray(answer) ? "text/event-stream" : "application/json";
  return { apiKey: "sk", fetch: async () => await Promise.resolve(new Response(body, { headers: { "Content-Type": type } })) };
}

type About = Parameters<typeof recordCall>[2];
const calls: [name: string, provider: string, call: (about: About) => Promise<unknown>][] = [
  [
    "openai's chat",
    "openai",
    async (about) =>
      await recordCall(
        { model: "gpt-4o-mini", messages: [user] },
        async (given) => await new OpenAI(provider(chat)).chat.completions.create(given),
        about,
      ),
  ],
  [
    "openai's Responses",
    "openai",
    async (about) =>
      await recordCall(
        { model: "gpt-4o-mini", input: "Hi." },
        async (given) => await new OpenAI(provider(response)).responses.create(given),
        about,
      ),
  ],
  [
    "Anthropic's messages",
    "anthropic",
    async (about) =>
      await recordCall(
        { model: "claude-sonnet-4-5", max_tokens: 9, messages: [user] },
        async (given) => await new Anthropic(provider(message)).messages.create(given),
        about,
      ),
  ],
  [
    "a stream of openai's chat",
    "openai",
    async (about) => {
      const ask = async (given: OpenAI.ChatCompletionCreateParamsStreaming) =>
        await new OpenAI(provider(chatEvents)).chat.completions.create(given);
      for await (const _ of await recordCall({ model: "gpt-4o-mini", messages: [user], stream: true }, ask, about));
    },
  ],
  [
    "a stream of openai's Responses",
    "openai",
    async (about) => {
      const ask = async (given: OpenAI.Responses.ResponseCreateParamsStreaming) =>
        await new OpenAI(provider(responseEvents)).responses.create(given);
      for await (const _ of await recordCall({ model: "gpt-4o-mini", input: "Hi.", stream: true }, ask, about));
    },
  ],
  [
    "a stream of Anthropic's",
    "anthropic",
    async (about) => {
      const ask = async (given: Anthropic.MessageCreateParamsStreaming) =>
        await new Anthropic(provider(messageEvents)).messages.create(given);
      for await (const _ of await recordCall({ model: "claude-sonnet-4-5", max_tokens: 9, messages: [user], stream: true }, ask, about));
    },
  ],
  [
    "the AI SDK's generateText",
    "openai",
    async (about) =>
      await recordCall(
        { model: createOpenAI(provider(chat)).chat("gpt-4o-mini"), prompt: "Hi." },
        async (given) => await generateText(given),
        about,
      ),
  ],
  [
    "the AI SDK's streamText",
    "anthropic",
    async (about) => {
      const model = createAnthropic(provider(messageEvents))("claude-sonnet-4-5");
      for await (const _ of (await recordCall({ model, prompt: "Hi." }, (given) => streamText(given), about)).textStream);
    },
  ],
];

/** Makes a call that is recorded in a project of its own, and reads the recording back. */
async function recordingOf(call: (about: About) => Promise<unknown>) {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  let posted: Promise<{ status: number }> | undefined;
  await call({
    id: "call",
    recorder: {
      record: (payload: RecordPayload) => {
        posted = askJson("POST", "/v1/recordings", { key, body: payload });
        return "call";
      },
    },
  });
  // A stream's recording is made when it has ended.
  expect((await vi.waitUntil(() => posted)).status).toBe(201);
  return await readRecording(project, "call");
}

test.each(calls)("a call by %s is recorded with the usage that its provider reported, its parts, and its price", async (_, name, call) => {
  const recording = await recordingOf(call);
  expect(recording).toMatchObject({
    usage: {
      prompt_tokens: 9,
      completion_tokens: 2,
      prompt_source: "reported",
      completion_source: "reported",
      input_buckets: { cache_read: 4, uncached: 5 },
    },
    cost_source: "priced",
    call_info: { provider: name },
    response_info: { is_complete: true },
  });
  expect(recording["cost_usd"]).toBeGreaterThan(0);
  expect(recording["latency_ms"]).toBeGreaterThanOrEqual(0);
  expect(JSON.stringify(recording["messages"])).toContain("Hello.");
});

test("a stream that is left is recorded with what came, estimated, and a call that failed with its error", async () => {
  const left = await recordingOf(async (about) => {
    const ask = async (given: OpenAI.Responses.ResponseCreateParamsStreaming) =>
      await new OpenAI(provider(responseEvents)).responses.create(given);
    for await (const event of await recordCall({ model: "gpt-4o-mini", input: "Hi.", stream: true }, ask, about))
      if (event.type === "response.output_text.delta") break;
  });
  expect(left).toMatchObject({
    messages: [user, { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] }],
    usage: { prompt_source: "estimated", completion_source: "estimated" },
    response_info: { is_complete: false },
  });
  const failed = await recordingOf(async (about) => {
    const ask = async (given: OpenAI.ChatCompletionCreateParamsNonStreaming) =>
      await new OpenAI({ ...provider({ error: {} }), baseURL: "http://none.test", maxRetries: 0, fetch: refuse }).chat.completions.create(
        given,
      );
    await expect(recordCall({ model: "gpt-4o-mini", messages: [user] }, ask, about)).rejects.toThrow("Slow down.");
  });
  expect(failed).toMatchObject({
    messages: [user],
    usage: { completion_source: "missing" },
    error: { type: "rate_limit", message: "429 Slow down." },
    response_info: { is_complete: false },
  });
});

async function refuse(): Promise<Response> {
  return await Promise.resolve(Response.json({ error: { type: "rate_limit", message: "Slow down." } }, { status: 429 }));
}
