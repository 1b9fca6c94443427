import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateObject, generateText, streamText, tool } from "ai";
import OpenAI from "openai";
import { expectTypeOf, test } from "vitest";
import * as z from "zod";
import { type CallAbout, recordCall } from "../../../src/client/record-call";

const openai = new OpenAI({ apiKey: "k" });
const anthropic = new Anthropic({ apiKey: "k" });
const model = createOpenAI({ apiKey: "k" })("gpt-4o-mini");
declare const about: CallAbout;

// All of it is held by the compiler: none of the calls is made.

test("a request that is written in place has the type that each client takes, and its answer the one that it gives", () => {
  const chat = async () =>
    await recordCall(
      {
        model: "gpt-4o-mini",
        messages: [
          { role: "system", content: "Answer briefly." },
          { role: "user", content: [{ type: "text", text: "Hi." }] },
        ],
        tools: [{ type: "function", function: { name: "f", parameters: { type: "object", required: ["a"] } } }],
        tool_choice: "auto",
      },
      async (request) => await openai.chat.completions.create(request),
      about,
    );
  expectTypeOf(chat).returns.resolves.toExtend<OpenAI.ChatCompletion>();
  const response = async () =>
    await recordCall(
      { model: "gpt-4o-mini", input: [{ role: "user", content: "Hi." }] },
      async (request) => await openai.responses.create(request),
      about,
    );
  expectTypeOf(response).returns.resolves.toExtend<OpenAI.Responses.Response>();
  const message = async () =>
    await recordCall(
      { model: "claude-sonnet-4-5", max_tokens: 9, messages: [{ role: "user", content: "Hi." }] },
      async (request) => await anthropic.messages.create(request),
      about,
    );
  expectTypeOf(message).returns.resolves.toExtend<Anthropic.Message>();
  const weather = tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => city.length });
  const text = async () =>
    await recordCall(
      { model, messages: [{ role: "user", content: "Hi." }], tools: { weather }, abortSignal: AbortSignal.timeout(1) },
      async (request) => await generateText(request),
      about,
    );
  expectTypeOf(text).returns.resolves.toHaveProperty("toolResults");
  const object = async () =>
    await recordCall(
      { model, prompt: "Hi.", schema: z.object({ a: z.number() }) },
      async (request) => await generateObject(request),
      about,
    );
  expectTypeOf(object).returns.resolves.toHaveProperty("object").toEqualTypeOf<{ a: number }>();
});

test("a request for a stream gives a stream", () => {
  const chat = async () =>
    await recordCall(
      { model: "gpt-4o-mini", messages: [{ role: "user", content: "Hi." }], stream: true },
      async (request) => await openai.chat.completions.create(request),
      about,
    );
  expectTypeOf(chat).returns.resolves.toExtend<AsyncIterable<OpenAI.ChatCompletionChunk>>();
  const message = async () =>
    await recordCall(
      { model: "claude-sonnet-4-5", max_tokens: 9, messages: [{ role: "user", content: "Hi." }], stream: true },
      async (request) => await anthropic.messages.create(request),
      about,
    );
  expectTypeOf(message).returns.resolves.toExtend<AsyncIterable<Anthropic.RawMessageStreamEvent>>();
  const text = async () => await recordCall({ model, prompt: "Hi." }, (request) => streamText(request), about);
  expectTypeOf(text).returns.resolves.toHaveProperty("textStream").toExtend<AsyncIterable<string>>();
});

test("what was declared elsewhere keeps its type, down to a class's private fields", () => {
  class Own {
    private readonly text = "";
    readonly read = () => this.text;
  }
  interface Declared {
    readonly list: readonly Own[];
    readonly one?: Own;
  }
  const own = async (declared: Declared) =>
    await recordCall(
      declared,
      (request) => {
        expectTypeOf(request).toExtend<Declared>();
        return request.list.length;
      },
      about,
    );
  expectTypeOf(own).returns.resolves.toEqualTypeOf<number>();
  const params = async (request: OpenAI.ChatCompletionCreateParamsNonStreaming) =>
    await recordCall({ ...request, seed: 1 }, async (given) => await openai.chat.completions.create(given), about);
  expectTypeOf(params).returns.resolves.toExtend<OpenAI.ChatCompletion>();
  // @ts-expect-error -- Another type than the call takes.
  void (async () => await recordCall({ a: "1" }, (request: { a: number }) => request.a, about));
});
