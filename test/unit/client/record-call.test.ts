import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { APIError } from "@anthropic-ai/sdk";
import { generateText, jsonSchema, streamText, tool } from "ai";
import { describe, expect, test } from "vitest";
import { recordCall } from "../../../src/client/record-call";
import { claude, readAll, recorded, user } from "./calls";
import { anthropic, chat, startProvider } from "./provider";

describe("@anthropic-ai/sdk", () => {
  const request = { model: "claude-sonnet-4-5", max_tokens: 50, system: "Be brief.", messages: [user] };
  const said = { role: "system", content: "Be brief." };

  test("a message, with its tools and its system prompt", async () => {
    const content = [{ type: "tool_use", id: "t", name: "weather", input: { city: "Paris" } }];
    const client = await claude(anthropic.whole(content, "tool_use"));
    const { about, one } = recorded();
    const tools = [{ name: "weather", input_schema: { type: "object" as const } }];
    await recordCall({ ...request, tools }, async (given) => await client.messages.create(given), about);
    expect(await one()).toMatchObject({
      allMessages: [said, user, { role: "assistant", content }],
      toolSchema: tools,
      callInfo: { provider: "anthropic", model: "claude-sonnet-4-5", usage: anthropic.usage, modelParameters: { max_tokens: 50 } },
      responseInfo: { isComplete: true, functionCallResponse: { name: "weather", arguments: '{"city":"Paris"}' } },
    });
  });

  test("a stream, and its helper: text, thinking, a tool's input in pieces, usage", async () => {
    const blocks = [
      {
        start: { type: "thinking", thinking: "", signature: "" },
        deltas: [
          { type: "thinking_delta", thinking: "Well" },
          { type: "thinking_delta", thinking: "…" },
          { type: "signature_delta", signature: "sig" },
        ],
      },
      {
        start: { type: "text", text: "" },
        deltas: [
          { type: "text_delta", text: "Hel" },
          { type: "text_delta", text: "lo." },
        ],
      },
      {
        start: { type: "tool_use", id: "t", name: "weather", input: {} },
        deltas: [
          { type: "input_json_delta", partial_json: '{"city":' },
          { type: "input_json_delta", partial_json: '"Paris"}' },
        ],
      },
    ];
    const events = anthropic.events(blocks, "tool_use");
    const client = await claude({ events }, { events });
    const expected = {
      allMessages: [
        said,
        user,
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Well…", signature: "sig" },
            { type: "text", text: "Hello." },
            { type: "tool_use", id: "t", name: "weather", input: { city: "Paris" } },
          ],
        },
      ],
      callInfo: { provider: "anthropic", usage: { input_tokens: 9, output_tokens: 2, cache_read_input_tokens: 4 } },
      responseInfo: { isComplete: true, functionCallResponse: { name: "weather", arguments: '{"city":"Paris"}' } },
    };
    const streamed = recorded();
    const stream = await recordCall(
      { ...request, stream: true as const },
      async (given) => await client.messages.create(given),
      streamed.about,
    );
    expect(await readAll(stream)).toHaveLength(events.length);
    expect(await streamed.one()).toMatchObject(expected);
    const helped = recorded();
    const runner = await recordCall(request, (given) => client.messages.stream(given), helped.about);
    expect((await runner.finalMessage()).content).toHaveLength(3);
    expect(await helped.one()).toMatchObject(expected);
  });

  test("an answer that reached its bound is not complete, and an error of the provider is the very same", async () => {
    const client = await claude(anthropic.whole(undefined, "max_tokens"), {
      status: 529,
      json: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
    });
    const bounded = recorded();
    await recordCall(request, async (given) => await client.messages.create(given), bounded.about);
    expect(await bounded.one()).toMatchObject({ responseInfo: { isComplete: false } });
    const failed = recorded();
    await expect(recordCall(request, async (given) => await client.messages.create(given), failed.about)).rejects.toBeInstanceOf(APIError);
    expect(await failed.one()).toMatchObject({
      error: { message: expect.stringMatching(/Overloaded/) },
      callInfo: { provider: "anthropic" },
    });
  });
});

describe("the AI SDK", () => {
  const inputSchema = jsonSchema<{ city?: string }>({ type: "object", properties: { city: { type: "string" } } });
  const weather = tool({ description: "The weather.", inputSchema, execute: async () => await Promise.resolve("sunny") });

  test("generateText, with the provider and the model that it was told of", async () => {
    const { url } = await startProvider(chat.whole());
    const model = createOpenAI({ baseURL: url, apiKey: "sk-secret" }).chat("gpt-4o-mini");
    const { about, one } = recorded();
    const result = await recordCall(
      { model, system: "Be brief.", prompt: "Hi.", temperature: 0.2, tools: { weather } },
      generateText,
      about,
    );
    expect(result.text).toBe("Hello.");
    const payload = await one();
    expect(payload).toMatchObject({
      allMessages: [{ role: "system", content: "Be brief." }, user, { role: "assistant", content: [{ type: "text", text: "Hello." }] }],
      toolSchema: [{ name: "weather", description: "The weather.", parameters: { type: "object" } }],
      callInfo: {
        provider: "openai",
        model: "gpt-4o-mini-2024-07-18",
        usage: { inputTokens: 9, outputTokens: 2 },
        modelParameters: { temperature: 0.2 },
      },
      responseInfo: { isComplete: true },
    });
    expect(JSON.stringify(payload)).not.toContain("secret");
  });

  test("streamText, read by whoever called, and recorded once, with Anthropic", async () => {
    const events = anthropic.events([
      {
        start: { type: "text", text: "" },
        deltas: [
          { type: "text_delta", text: "Hel" },
          { type: "text_delta", text: "lo." },
        ],
      },
    ]);
    const { url } = await startProvider({ events });
    const model = createAnthropic({ baseURL: url, apiKey: "sk-secret" })("claude-sonnet-4-5");
    const { about, payloads, one } = recorded();
    const result = await recordCall({ model, messages: [user] }, (given) => streamText(given), about);
    expect((await readAll(result.textStream)).join("")).toBe("Hello.");
    expect(await one()).toMatchObject({
      allMessages: [
        user,
        { role: "assistant", content: expect.arrayContaining([expect.objectContaining({ type: "text", text: "Hello." })]) },
      ],
      callInfo: { provider: "anthropic", model: "claude-sonnet-4-5", usage: { inputTokens: 13, outputTokens: 2 } },
      responseInfo: { isComplete: true },
    });
    expect(payloads).toHaveLength(1);
  });

  test("a call that fails rejects with its own error, and a stream that fails is recorded with one", async () => {
    const refusal = { status: 400, json: { error: { message: "No such model." } } };
    const { url } = await startProvider(refusal, refusal);
    const model = createOpenAI({ baseURL: url, apiKey: "k" }).chat("gpt-4o-mini");
    const failed = recorded();
    await expect(recordCall({ model, prompt: "Hi.", maxRetries: 0 }, generateText, failed.about)).rejects.toThrow("No such model.");
    expect(await failed.one()).toMatchObject({
      error: { message: "No such model." },
      callInfo: { provider: "openai", model: "gpt-4o-mini" },
    });
    const streamed = recorded();
    const result = await recordCall(
      { model, prompt: "Hi.", maxRetries: 0, onError: () => undefined },
      (given) => streamText(given),
      streamed.about,
    );
    await readAll(result.textStream);
    expect(await streamed.one()).toMatchObject({ allMessages: [user], error: { message: expect.any(String) } });
  });
});

describe("whatever comes", () => {
  test("what the caller does with his messages afterwards is not recorded", async () => {
    const { about, one } = recorded();
    const messages = [{ ...user, parts: [new Uint8Array([1, 2, 3])] }];
    await recordCall(
      { model: "m", messages },
      async () => {
        messages[0] = { ...user, content: "Later.", parts: [] };
        return await Promise.resolve("Hello.");
      },
      about,
    );
    expect(await one()).toMatchObject({
      allMessages: [
        { ...user, parts: ["AQID"] },
        { role: "assistant", content: "Hello." },
      ],
    });
  });

  test("fields of the caller's own stand over what was found, and he learns the id", async () => {
    const { about, one } = recorded();
    const ids: string[] = [];
    await recordCall({ model: "llama-3", messages: [user] }, () => "Hello.", {
      ...about,
      provider: "groq",
      id: "own",
      callInfo: { provider: "x", model: "y", apiStyle: "batch" },
      onRecord: (id) => ids.push(id),
    });
    expect(await one()).toMatchObject({ id: "own", callInfo: { provider: "groq", model: "llama-3", apiStyle: "batch" } });
    expect(ids).toEqual(["id-1"]);
  });
});
