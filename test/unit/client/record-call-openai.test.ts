import { expect, test, vi } from "vitest";
import { recordCall } from "../../../src/client/record-call";
import { openai, readAll, recorded, user } from "./calls";
import { chat, responses } from "./provider";

const request = { model: "gpt-4o-mini", messages: [user], temperature: 0.2 };

test("a chat completion comes back as it is, and is recorded with its messages, parameters, usage and times", async () => {
  const { client, asked } = await openai(chat.whole());
  const { about, one } = recorded();
  const answer = await recordCall(request, async (given) => await client.chat.completions.create(given), {
    ...about,
    sessionInfo: { sessionId: "s" },
    environment: "prod",
  });
  expect(answer.choices[0]?.message.content).toBe("Hello.");
  expect(asked).toEqual([request]);
  const payload = await one();
  expect(payload).toEqual({
    allMessages: [user, { role: "assistant", content: "Hello." }],
    responseInfo: { isComplete: true },
    sessionInfo: { sessionId: "s" },
    environment: "prod",
    callInfo: {
      provider: "openai",
      model: "gpt-4o-mini-2024-07-18",
      modelParameters: { temperature: 0.2 },
      usage: chat.usage,
      startTime: expect.any(Number),
      endTime: expect.any(Number),
    },
  });
  expect(JSON.stringify(payload)).not.toContain("secret");
});

test("tools go with it, and the one function that is called", async () => {
  const call = { id: "t", type: "function", function: { name: "weather", arguments: '{"city":"Paris"}' } };
  const { client } = await openai(chat.whole({ role: "assistant", content: null, tool_calls: [call] }, "tool_calls"));
  const { about, one } = recorded();
  const tools = [{ type: "function" as const, function: { name: "weather", parameters: { type: "object" } } }];
  await recordCall({ ...request, tools }, async (given) => await client.chat.completions.create(given), about);
  expect(await one()).toMatchObject({
    toolSchema: tools,
    responseInfo: { isComplete: true, functionCallResponse: { name: "weather", arguments: '{"city":"Paris"}' } },
    allMessages: [user, { tool_calls: [call] }],
  });
});

test("a stream gives its own chunks, and is recorded when it ends: texts, calls by their index, usage", async () => {
  const deltas = [
    { role: "assistant", content: "Hel" },
    { content: "lo." },
    { tool_calls: [{ index: 0, id: "t0", type: "function", function: { name: "a", arguments: "" } }] },
    {
      tool_calls: [
        { index: 0, function: { arguments: '{"x"' } },
        { index: 1, id: "t1", type: "function", function: { name: "b", arguments: "{}" } },
      ],
    },
    { tool_calls: [{ index: 0, function: { arguments: ":1}" } }] },
  ];
  const { client } = await openai({ events: chat.events(deltas, "tool_calls") });
  const { about, payloads, one } = recorded();
  const stream = await recordCall(
    { ...request, stream: true as const },
    async (given) => await client.chat.completions.create(given),
    about,
  );
  expect(stream.controller).toBeInstanceOf(AbortController);
  expect(payloads).toEqual([]);
  expect(await readAll(stream)).toHaveLength(7);
  expect(await one()).toMatchObject({
    allMessages: [
      user,
      {
        role: "assistant",
        content: "Hello.",
        tool_calls: [
          { id: "t0", type: "function", function: { name: "a", arguments: '{"x":1}' } },
          { id: "t1", type: "function", function: { name: "b", arguments: "{}" } },
        ],
      },
    ],
    callInfo: { usage: chat.usage, model: "gpt-4o-mini-2024-07-18", modelParameters: { stream: true } },
    responseInfo: { isComplete: true },
  });
});

test("a stream may be parted in two, or made a ReadableStream, and is recorded once", async () => {
  const events = { events: chat.events([{ role: "assistant", content: "Hello." }]) };
  const { client } = await openai(events, events);
  const { about, payloads } = recorded();
  const ask = async () =>
    await recordCall({ ...request, stream: true as const }, async (given) => await client.chat.completions.create(given), about);
  const parts = (await ask()).tee();
  expect((await Promise.all(parts.map(readAll))).map((chunks) => chunks.length)).toEqual([3, 3]);
  const reader = (await ask()).toReadableStream().getReader();
  while (!(await reader.read()).done);
  await vi.waitUntil(() => payloads.length === 2);
  expect(payloads).toMatchObject([{ allMessages: [user, { content: "Hello." }] }, { allMessages: [user, { content: "Hello." }] }]);
});

test("a stream that is left, aborted or breaks off is recorded as far as it came, as not complete", async () => {
  const begun = { events: chat.events([{ role: "assistant", content: "Hel" }, { content: "lo" }], null, false), ends: "never" as const };
  const { client } = await openai(begun, begun, { ...begun, ends: "broken" });
  const ask = async (about: ReturnType<typeof recorded>["about"]) =>
    await recordCall({ ...request, stream: true as const }, async (given) => await client.chat.completions.create(given), about);
  const left = recorded();
  for await (const chunk of await ask(left.about)) if (chunk.choices[0]?.delta.content === "lo") break;
  const aborted = recorded();
  const stream = await ask(aborted.about);
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === "lo") stream.controller.abort();
  const broken = recorded();
  await expect(readAll(await ask(broken.about))).rejects.toThrow();
  for (const { one } of [left, aborted, broken]) {
    expect(await one()).toMatchObject({ allMessages: [user, { content: "Hello" }], responseInfo: { isComplete: false } });
  }
  expect((await broken.one()).error?.message).toEqual(expect.any(String));
});

test("the stream's helper tells its events, its end and its errors as without us", async () => {
  const { client } = await openai(
    { events: chat.events([{ role: "assistant", content: "Hello." }]) },
    { status: 429, json: { error: { message: "Slow down." } } },
  );
  const { about, one } = recorded();
  const runner = await recordCall(
    { ...request, stream_options: { include_usage: true } },
    (given) => client.chat.completions.stream(given),
    about,
  );
  const texts: string[] = [];
  runner.on("content", (text) => texts.push(text));
  expect((await runner.finalChatCompletion()).choices[0]?.message.content).toBe("Hello.");
  expect(texts).toEqual(["Hello."]);
  expect(await one()).toMatchObject({
    allMessages: [user, { content: "Hello." }],
    callInfo: { usage: chat.usage },
    responseInfo: { isComplete: true },
  });
  const failed = recorded();
  const other = await recordCall(request, (given) => client.chat.completions.stream(given), failed.about);
  await expect(other.done()).rejects.toThrow("Slow down.");
  expect(await failed.one()).toMatchObject({ allMessages: [user], error: { message: expect.stringMatching(/Slow down/) } });
});

test("Responses, plain, as a stream, and by its helper", async () => {
  const { client } = await openai(responses.whole, { events: responses.events }, { events: responses.events });
  const asked = { model: "gpt-4o-mini", input: "Hi.", instructions: "Be brief." };
  const expected = {
    allMessages: [{ role: "system", content: "Be brief." }, user, ...responses.output],
    callInfo: { provider: "openai", model: "gpt-4o-mini-2024-07-18", usage: responses.usage },
    responseInfo: { isComplete: true },
  };
  const plain = recorded();
  expect((await recordCall(asked, async (given) => await client.responses.create(given), plain.about)).output_text).toBe("Hello.");
  expect(await plain.one()).toMatchObject(expected);
  const streamed = recorded();
  await readAll(
    await recordCall({ ...asked, stream: true as const }, async (given) => await client.responses.create(given), streamed.about),
  );
  expect(await streamed.one()).toMatchObject(expected);
  const helped = recorded();
  await (await recordCall(asked, (given) => client.responses.stream(given), helped.about)).finalResponse();
  expect(await helped.one()).toMatchObject(expected);
});

test("withResponse() is recorded by what it holds", async () => {
  const { client } = await openai(chat.whole());
  const { about, one } = recorded();
  const { data, response } = await recordCall(request, async (given) => await client.chat.completions.create(given).withResponse(), about);
  expect([data.choices.length, response.status]).toEqual([1, 200]);
  expect(await one()).toMatchObject({ callInfo: { usage: chat.usage }, allMessages: [user, { content: "Hello." }] });
});

test("an error is recorded, and thrown as the very same", async () => {
  const { client } = await openai({ status: 400, json: { error: { message: "No such model.", type: "invalid_request_error" } } });
  const { about, one } = recorded();
  let thrown: unknown;
  const call = async (given: typeof request) =>
    await client.chat.completions.create(given).catch((error: unknown) => {
      thrown = error;
      throw error;
    });
  const caught = await recordCall(request, call, about).catch((error: unknown) => error);
  expect(caught).toBe(thrown);
  expect(await one()).toMatchObject({
    allMessages: [user],
    callInfo: { provider: "openai", model: "gpt-4o-mini" },
    error: { message: expect.stringMatching(/No such model/) },
  });
});
