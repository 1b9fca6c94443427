import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, Output, streamText } from "ai";
import { describe, expect, test, vi } from "vitest";
import { recordCall } from "../../../src/client/record-call";
import { claude, expectNoRejections, openai, readAll, recorded, user } from "./calls";
import { anthropic, chat, responses, startProvider } from "./provider";

expectNoRejections();

describe("a stream that does not come to its end", () => {
  test("of Responses is recorded with the texts, calls and reasoning that came until then", async () => {
    const call = { type: "function_call", id: "f", call_id: "c", name: "weather", arguments: "", status: "in_progress" };
    const events = [
      ...responses.events.slice(0, 4),
      { type: "response.output_item.added", sequence_number: 5, output_index: 1, item: call },
      { type: "response.function_call_arguments.delta", sequence_number: 6, output_index: 1, item_id: "f", delta: '{"ci' },
      { type: "response.function_call_arguments.delta", sequence_number: 7, output_index: 1, item_id: "f", delta: "ty" },
    ];
    const { client } = await openai({ events, ends: "never" });
    const { about, one } = recorded();
    const stream = await recordCall(
      { model: "gpt-4o-mini", input: "Hi.", stream: true as const },
      async (given) => await client.responses.create(given),
      about,
    );
    for await (const event of stream) if (event.type === "response.function_call_arguments.delta" && event.delta === "ty") break;
    expect(await one()).toMatchObject({
      allMessages: [
        user,
        { type: "message", role: "assistant", content: [{ type: "output_text", text: "Hello." }] },
        { type: "function_call", name: "weather", arguments: '{"city' },
      ],
      responseInfo: { isComplete: false },
    });
  });

  test("of Responses that failed is recorded with the provider's reason", async () => {
    const failed = { ...responses.whole.json, status: "failed", output: [], error: { code: "server_error", message: "Out of luck." } };
    const { client } = await openai({ events: [{ type: "response.failed", sequence_number: 0, response: failed }] }, { json: failed });
    const streamed = recorded();
    const asked = { model: "gpt-4o-mini", input: "Hi." };
    await readAll(
      await recordCall({ ...asked, stream: true as const }, async (given) => await client.responses.create(given), streamed.about),
    );
    const plain = recorded();
    await recordCall(asked, async (given) => await client.responses.create(given), plain.about);
    for (const { one } of [streamed, plain]) {
      expect(await one()).toMatchObject({
        allMessages: [user],
        error: { type: "server_error", message: "Out of luck." },
        responseInfo: { isComplete: false },
      });
    }
  });

  test("is recorded as not complete where it is aborted before anyone reads it", async () => {
    const { client } = await openai({ events: chat.events([{ role: "assistant", content: "Hel" }], null, false), ends: "never" });
    const { about, one } = recorded();
    const stream = await recordCall(
      { model: "gpt-4o-mini", messages: [user], stream: true as const },
      async (given) => await client.chat.completions.create(given),
      about,
    );
    stream.controller.abort();
    expect((await one()).allMessages).toEqual([user]);
  });

  test("of the AI SDK is recorded with the text that came until then, and with the reason", async () => {
    const begun = chat.events([{ role: "assistant", content: "Hel" }, { content: "lo" }], null, false);
    const refusal = { status: 400, json: { error: { message: "No such model." } } };
    const { url } = await startProvider(
      { events: begun, ends: "never" },
      { events: [...begun, { error: { message: "Overloaded." } }] },
      refusal,
    );
    const request = { model: createOpenAI({ baseURL: url, apiKey: "k" }).chat("gpt-4o-mini"), prompt: "Hi.", maxRetries: 0 };
    const aborted = recorded();
    const controller = new AbortController();
    const told: unknown[] = [];
    const result = await recordCall({ ...request, abortSignal: controller.signal }, (given) => streamText(given), aborted.about);
    for await (const text of result.textStream) if (told.push(text) === 2) controller.abort();
    expect(told).toEqual(["Hel", "lo"]);
    expect(await aborted.one()).toMatchObject({
      allMessages: [user, { role: "assistant", content: "Hello" }],
      responseInfo: { isComplete: false },
      error: { type: "AbortError" },
    });
    const errors: unknown[] = [];
    const onError = ({ error }: { error: unknown }) => void errors.push(error);
    const failed = recorded();
    await readAll((await recordCall({ ...request, onError }, (given) => streamText(given), failed.about)).textStream);
    expect(await failed.one()).toMatchObject({
      allMessages: [user, { role: "assistant" }],
      responseInfo: { isComplete: false },
      error: { message: expect.stringMatching(/Overloaded/) },
    });
    expect(JSON.stringify((await failed.one()).allMessages)).toContain("Hello");
    const refused = recorded();
    await readAll((await recordCall({ ...request, onError }, (given) => streamText(given), refused.about)).textStream);
    expect(await refused.one()).toMatchObject({ error: { message: "No such model." }, responseInfo: { isComplete: false } });
    expect(errors).toHaveLength(2);
  });
});

describe("what else comes of a call", () => {
  test("a stream beside its response, by withResponse(), is watched too; so is what is parsed", async () => {
    const events = { events: chat.events([{ role: "assistant", content: "Hello." }]) };
    const { client } = await openai(events, chat.whole(), chat.whole({ role: "assistant", content: '{"a":1}' }));
    const request = { model: "gpt-4o-mini", messages: [user] };
    const expected = { allMessages: [user, { content: "Hello." }], callInfo: { usage: chat.usage }, responseInfo: { isComplete: true } };
    const streamed = recorded();
    const { data, response } = await recordCall(
      { ...request, stream: true as const },
      async (given) => await client.chat.completions.create(given).withResponse(),
      streamed.about,
    );
    expect(response.status).toBe(200);
    expect(streamed.payloads).toEqual([]);
    expect(await readAll(data)).toHaveLength(3);
    expect(await streamed.one()).toMatchObject(expected);
    const plain = recorded();
    await recordCall(request, async (given) => await client.chat.completions.create(given).withResponse(), plain.about);
    expect(await plain.one()).toMatchObject(expected);
    const parsed = recorded();
    const schema = { type: "object", properties: { a: { type: "number" } } };
    const format = { type: "json_schema" as const, json_schema: { name: "a", schema } };
    await recordCall({ ...request, response_format: format }, async (given) => await client.chat.completions.parse(given), parsed.about);
    expect(await parsed.one()).toMatchObject({ allMessages: [user, { content: '{"a":1}' }], outputSchema: schema });
  });

  test("all choices of a chat are recorded, as a stream too", async () => {
    const choices = [0, 1].map((index) => ({
      index,
      message: { role: "assistant", content: `Hello ${index}.` },
      finish_reason: "stop",
    }));
    const events = choices.map(({ message, ...choice }) => ({ id: "c", model: "m", choices: [{ ...choice, delta: message }] }));
    const { client } = await openai(
      { json: { id: "c", model: "m", choices, usage: chat.usage } },
      { events: [events[1] ?? {}, events[0] ?? {}] },
    );
    const request = { model: "gpt-4o-mini", messages: [user], n: 2 };
    const plain = recorded();
    await recordCall(request, async (given) => await client.chat.completions.create(given), plain.about);
    const streamed = recorded();
    await readAll(
      await recordCall({ ...request, stream: true as const }, async (given) => await client.chat.completions.create(given), streamed.about),
    );
    for (const { one } of [plain, streamed]) {
      expect(await one()).toMatchObject({
        allMessages: [user, { content: "Hello 0." }, { content: "Hello 1." }],
        responseInfo: { isComplete: true },
      });
    }
  });

  test("Anthropic's tool without arguments has none, counts that are null later stand, and citations stay", async () => {
    const cite = (cited: string) => ({ type: "citations_delta", citation: { type: "char_location", cited_text: cited } });
    const events = anthropic.events(
      [
        { start: { type: "text", text: "", citations: null }, deltas: [cite("a"), { type: "text_delta", text: "A." }, cite("b")] },
        { start: { type: "tool_use", id: "t", name: "now", input: {} }, deltas: [{ type: "input_json_delta", partial_json: "" }] },
      ],
      "tool_use",
    );
    const end = events.at(-2) as { usage: object };
    end.usage = { output_tokens: 2, input_tokens: null, cache_read_input_tokens: null };
    const client = await claude({ events }, { events });
    const request = { model: "claude-sonnet-4-5", max_tokens: 50, messages: [user] };
    const streamed = recorded();
    await readAll(
      await recordCall({ ...request, stream: true as const }, async (given) => await client.messages.create(given), streamed.about),
    );
    const helped = recorded();
    const runner = await recordCall(request, (given) => client.messages.stream(given), helped.about);
    expect((await runner.finalMessage()).content[0]).toMatchObject({ text: "A.", citations: [{ cited_text: "a" }, { cited_text: "b" }] });
    for (const { one } of [streamed, helped]) {
      expect(await one()).toMatchObject({
        allMessages: [
          user,
          {
            content: [
              { text: "A.", citations: [{ cited_text: "a" }, { cited_text: "b" }] },
              { type: "tool_use", name: "now", input: {} },
            ],
          },
        ],
        callInfo: { usage: { input_tokens: 9, output_tokens: 2, cache_read_input_tokens: 4 } },
        responseInfo: { functionCallResponse: { name: "now", arguments: "{}" } },
      });
    }
  });

  test("an object of the AI SDK is recorded with its schema, and one that does not fit with its text and usage", async () => {
    const { url } = await startProvider(
      chat.whole({ role: "assistant", content: '{"city":"Paris"}' }),
      chat.whole({ role: "assistant", content: "Paris" }),
    );
    const model = createOpenAI({ baseURL: url, apiKey: "k" }).chat("gpt-4o-mini");
    const { jsonSchema } = await import("ai");
    const schema = jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } });
    const fitting = recorded();
    const result = await recordCall({ model, prompt: "Hi.", output: Output.object({ schema }) }, generateText, fitting.about);
    expect(result.output).toEqual({ city: "Paris" });
    expect(await fitting.one()).toMatchObject({
      outputSchema: { type: "object", properties: { city: { type: "string" } } },
      responseInfo: { isComplete: true },
      callInfo: { usage: { inputTokens: 9 }, modelParameters: {} },
    });
    expect((await fitting.one()).callInfo?.modelParameters).toEqual({});
    const other = recorded();
    const odd = await recordCall({ model, prompt: "Hi.", output: Output.object({ schema }) }, generateText, other.about).catch(
      (error: unknown) => error,
    );
    await vi.waitUntil(() => other.payloads[0]);
    expect(JSON.stringify((await other.one()).allMessages)).toContain("Paris");
    expect(odd).toBeDefined();
  });

  test("a model of a gateway is recorded as one, unless the caller knows better", async () => {
    const { client } = await openai(chat.whole(), chat.whole());
    const request = { model: "anthropic/claude-sonnet-4.5", messages: [user] };
    const ask = async (given: typeof request) => await client.chat.completions.create(given);
    const { about, payloads } = recorded();
    await recordCall(request, ask, about);
    await recordCall(request, ask, { ...about, provider: "openrouter" });
    await vi.waitUntil(() => payloads.length === 2);
    expect(payloads).toMatchObject([{ callInfo: { provider: "gateway" } }, { callInfo: { provider: "openrouter" } }]);
  });

  test("a streamText of Anthropic that nobody reads is recorded whole", async () => {
    const { url } = await startProvider({
      events: anthropic.events([{ start: { type: "text", text: "" }, deltas: [{ type: "text_delta", text: "Hello." }] }]),
    });
    const model = createAnthropic({ baseURL: url, apiKey: "k" })("claude-sonnet-4-5");
    const { about, one } = recorded();
    await recordCall({ model, prompt: "Hi." }, (given) => streamText(given), about);
    expect(await one()).toMatchObject({ responseInfo: { isComplete: true } });
  });
});
