import { createOpenAI } from "@ai-sdk/openai";
import { generateText } from "ai";
import { expect, test } from "vitest";
import { type CallAbout, recordCall } from "../../../src/client/record-call";
import { expectNoRejections, recorded, user } from "./calls";
import { chat, startProvider } from "./provider";

expectNoRejections();

test("whatever is thrown comes back as it is, and rejects nowhere else", async () => {
  class Odd extends Error {
    override get message(): string {
      throw new Error("no");
    }
  }
  for (const thrown of [Object.create(null), new Odd(), Symbol("s"), 5, null, "text", { message: "An object's." }]) {
    const { about } = recorded();
    await expect(recordCall({ messages: [user] }, async () => await Promise.reject(thrown as Error), about)).rejects.toBe(thrown);
  }
});

test("without a recorder, the call is made all the same", async () => {
  for (const about of [undefined, null, {}, { recorder: null }] as unknown[]) {
    expect(await recordCall({ messages: [user] }, () => "Hello.", about as CallAbout)).toBe("Hello.");
  }
});

test("no secret of a request is recorded, wherever it stands", async () => {
  const requests = [
    { model: "m", messages: [], headers: { Authorization: "Bearer secret" }, apiKey: "secret" },
    { model: "m", prompt: null, extraHeaders: { "x-api-key": "secret" }, api_key: "secret" },
    { headers: { Authorization: "Bearer secret" }, count: 5n, tools: { broken: null } },
    {
      model: "gpt-4o",
      input: "Hi.",
      tools: [
        { type: "mcp", server_url: "https://mcp.example", authorization: "secret", headers: { "X-Key": "secret" }, server_label: "l" },
      ],
    },
    {
      model: "claude-sonnet-4-5",
      messages: [user],
      mcp_servers: [{ type: "url", url: "https://mcp.example", authorization_token: "secret" }],
    },
    {
      model: "m",
      messages: [user],
      experimental_context: { secret: "secret" },
      runtimeContext: "secret",
      experimental_telemetry: "secret",
    },
  ];
  for (const request of requests) {
    const { about, one } = recorded();
    await recordCall(request, () => "Hello.", about);
    const payload = await one();
    expect(JSON.stringify(payload)).not.toContain("secret");
    expect(payload.allMessages.at(-1)).toEqual({ role: "assistant", content: "Hello." });
  }
});

test("a tool's own arguments may have any name, and messages stay as they are", async () => {
  const { about, one } = recorded();
  const properties = { headers: { type: "object" }, authorization: { type: "string" }, api_key: { type: "string" } };
  const tools = [{ type: "function", function: { name: "ask", parameters: { type: "object", properties } } }];
  const said = { role: "assistant", content: [{ type: "tool_use", name: "ask", input: { headers: { a: "b" }, authorization: "c" } }] };
  await recordCall({ model: "m", messages: [user, said], tools }, () => "Hello.", about);
  expect(await one()).toMatchObject({ toolSchema: tools, allMessages: [user, said, { role: "assistant" }] });
});

test("what is no JSON in a request takes nothing else with it", async () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const { about, one } = recorded();
  await recordCall({ model: "m", messages: [user, circular], seed: 5n, metadata: circular, temperature: 0.5 }, () => "Hello.", about);
  expect(await one()).toMatchObject({
    allMessages: [user, { role: "assistant", content: "Hello." }],
    callInfo: { model: "m", modelParameters: { temperature: 0.5 } },
  });
});

test("a request that is but a text or a list of messages is recorded as such", async () => {
  for (const request of ["Hi.", [user]]) {
    const { about, one } = recorded();
    await recordCall(request, () => ({ response: "Hello.", usage: { prompt_tokens: 3, completion_tokens: 2 } }), about);
    expect(await one()).toMatchObject({
      allMessages: [user, { role: "assistant", content: "Hello." }],
      callInfo: { usage: { prompt_tokens: 3, completion_tokens: 2 } },
    });
  }
});

test("the reader of a stream is not told of our faults, and of his own as they are", async () => {
  const odd = [
    { choices: [null] },
    { choices: 5 },
    { response: { output: 5 } },
    { output_index: 3, item: null },
    { index: 1, delta: {} },
    null,
    7,
  ];
  const { about, one } = recorded();
  const failure = new Error("theirs");
  async function* stream() {
    yield* odd;
    await Promise.resolve();
    throw failure;
  }
  const given = stream();
  const answer = await recordCall({ model: "m", messages: [user] }, () => given, about);
  expect(answer).toBe(given);
  const read: unknown[] = [];
  await expect(
    (async () => {
      for await (const chunk of answer) read.push(chunk);
    })(),
  ).rejects.toBe(failure);
  expect(read).toEqual(odd);
  expect((await one()).error).toEqual({ type: "Error", message: "theirs" });
});

test("what the AI SDK hands to tools and observers is left out, and stands in no parameter", async () => {
  const { url } = await startProvider(chat.whole());
  const model = createOpenAI({ baseURL: url, apiKey: "sk-secret" }).chat("gpt-4o-mini");
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const { about, one } = recorded();
  const request = {
    model,
    prompt: "Hi.",
    runtimeContext: circular,
    headers: { "X-Key": "secret" },
    maxOutputTokens: 20,
    onStepFinish: () => undefined,
  };
  expect((await recordCall(request, generateText, about)).text).toBe("Hello.");
  expect((await one()).callInfo?.modelParameters).toEqual({ maxOutputTokens: 20 });
});

test("no fault of the recorder, and nothing odd in a request or an answer, reaches the caller", async () => {
  const broken = {
    recorder: {
      record: () => {
        throw new Error("no");
      },
    },
  };
  expect(await recordCall({ messages: [user] }, () => 5, broken)).toBe(5);
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const odd = [
    undefined,
    null,
    7,
    "text",
    [],
    circular,
    { messages: 5 },
    { messages: [7] },
    { model: {}, tools: 5 },
    {
      get messages() {
        throw new Error("no");
      },
    },
  ];
  for (const request of odd) {
    for (const answer of [
      undefined,
      null,
      7,
      [],
      circular,
      { choices: [] },
      { choices: [null] },
      { output: [null] },
      { type: "message", content: [null] },
      { finishReason: 1 },
      new Response("x"),
      new ReadableStream(),
    ]) {
      const { about } = recorded();
      expect(await recordCall(request, () => answer, about)).toBe(answer);
    }
  }
  const error = new Error("theirs");
  await expect(
    recordCall(
      circular,
      () => {
        throw error;
      },
      recorded().about,
    ),
  ).rejects.toBe(error);
});
