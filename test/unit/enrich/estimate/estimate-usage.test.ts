import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readConversation } from "../../../../src/enrich/call/conversation";
import type { Json, JsonObject } from "../../../../src/model/json";
import { callOf, estimateOf, promptTokens } from "../call/calls";

const models = (
  "gpt-4o gpt-4 gpt-5 o3 gpt-oss:120b claude-3-haiku claude-sonnet-4-20250514 claude-sonnet-4-5 claude-opus-6 gemini-2.5-flash " +
  "gemini-2.0-flash gemini-3-pro gemma3 mistral-large llama-3.3-70b grok-4.3 nova-pro deepseek-chat command-a qwen3 glm-5 sonar " +
  "no-such-model text-davinci-003"
).split(" ");

test("an estimate says how it was made and how far off it may be", () => {
  const messages = [
    { role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." },
  ];
  const { prompt, completion } = estimateOf({ model: "claude-sonnet-4-5", provider: "anthropic", messages });
  expect(prompt).toMatchObject({ plainTokens: 6, encoding: "o200k_base", method: "chat-1/anthropic-4", notes: [] });
  expect(completion).toMatchObject({ plainTokens: 4, encoding: "o200k_base", method: "chat-1/anthropic-4", notes: [] });
  for (const estimate of [prompt, completion]) {
    expect(estimate?.tokens).toBeGreaterThan(estimate!.plainTokens);
    expect(estimate?.errorPct).toBeGreaterThanOrEqual(1);
    expect(estimate?.errorPct).toBeLessThan(100);
  }
  expect(estimateOf({ provider: null, model: "no-such-model", messages }).prompt).toMatchObject({
    method: "chat-1/other",
    notes: ["unknown model: o200k_base assumed"],
  });
  expect(estimateOf({ model: "text-davinci-003", messages }).prompt).toMatchObject({
    encoding: "cl100k_base",
    notes: ["retired encoding: cl100k_base assumed"],
  });
});

test("Claude's prompt for tools is counted, more of it where a tool must be called, and less where they may not run together", () => {
  const messages = [{ role: "user", content: "Weather in Rome?" }];
  const toolSchema = [
    { name: "weather", description: "The weather.", input_schema: { type: "object", properties: { city: { type: "string" } } } },
  ];
  const tokens = (model: string, parameters: JsonObject = {}) =>
    promptTokens({ model, messages, toolSchema, parameters })! - promptTokens({ model, messages })!;
  expect(tokens("claude-sonnet-4-5")).toBeGreaterThan(450);
  expect(tokens("claude-sonnet-4-20250514")).toBeLessThan(450);
  expect(tokens("claude-sonnet-4-5", { tool_choice: { type: "any" } })).toBeGreaterThan(tokens("claude-sonnet-4-5"));
});

test.each([
  { max_tokens: 3 },
  { max_completion_tokens: 3 },
  { generationConfig: { maxOutputTokens: 3 } },
  { inferenceConfig: { maxTokens: 3 } },
  { options: { num_predict: 3 } },
])("an answer has no more tokens than %j lets it have, however much is thought", (parameters) => {
  const messages = [
    { role: "user", content: "Why?" },
    { role: "assistant", content: "Because of Rayleigh scattering, mostly." },
  ];
  for (const model of ["gpt-4o", "gpt-5-mini", "claude-sonnet-4-5", "gemini-2.5-flash"]) {
    expect(estimateOf({ model, messages, parameters }).completion?.tokens).toBe(3);
    expect(estimateOf({ model, messages, parameters: { max_tokens: -1 } }).completion?.tokens).toBeGreaterThan(3);
  }
});

test("each of several choices has the bound for itself", () => {
  const answer = { role: "assistant", content: "Because of Rayleigh scattering, mostly." };
  const messages = [{ role: "user", content: "Why?" }, answer, answer];
  expect(estimateOf({ messages, parameters: { n: 2, max_tokens: 3 } }).completion?.tokens).toBe(6);
});

test("of a call that the model was told to make by its name, the name is not written", () => {
  const call = (name: string) => ({ role: "assistant", content: [{ type: "tool_use", id: "t", name, input: { city: "Paris" } }] });
  const completion = (name: string, type: string) =>
    estimateOf({
      model: "claude-sonnet-4-5",
      messages: [{ role: "user", content: "Weather?" }, call(name)],
      toolSchema: [{ name, input_schema: { type: "object" } }],
      parameters: { tool_choice: { type, name: type === "tool" ? name : undefined } as never },
    }).completion?.tokens ?? 0;
  const long = "look_up_the_weather_of_a_city_by_its_name_in_any_language";
  expect(completion(long, "tool")).toBe(completion("w", "tool"));
  expect(completion(long, "any")).toBeGreaterThan(completion("w", "any") + 5);
});

test("a long text is sampled, evenly, within the bound", () => {
  const counted: string[] = [];
  const counter = { count: (text: string) => (counted.push(text), text.length / 4) };
  const half = "a".repeat(500_000);
  const messages = [
    { role: "user", content: half },
    { role: "user", content: [{ text: half }, ...Array.from({ length: 1000 }, () => ({ text: "ab" }))] },
  ];
  const { prompt } = estimateOf({ messages }, 100_000, counter);
  expect(counted.reduce((sum, text) => sum + text.length, 0)).toBeLessThanOrEqual(100_000);
  expect(counted.length).toBeGreaterThan(8);
  expect(prompt?.tokens).toBeCloseTo(1_002_000 / 4, -2);
  expect(prompt?.notes).toEqual(["sampled"]);
  expect(estimateOf({ messages: [{ role: "user", content: "a" }] }, 0).prompt?.notes).toEqual(["sampled"]);
});

test("sampling a real text bends the number by little", () => {
  const text = Array.from(
    { length: 20_000 },
    (_, index) => `Line ${index}: the ${index % 7}th of ${index * 31} things, {"k": [${index}]}.`,
  ).join("\n");
  const whole = promptTokens({ messages: [{ role: "user", content: text }] })!;
  const sampled = estimateOf({ messages: [{ role: "user", content: text }] }, 100_000).prompt!;
  expect(Math.abs(sampled.tokens - whole) / whole).toBeLessThan(0.02);
});

test("the caller knows beforehand how much text would be counted", () => {
  const { prompt, completion } = readConversation(
    callOf({
      messages: [
        {
          role: "user",
          content: [{ text: "a".repeat(1000) }, { type: "image_url", image_url: { url: `data:image/png;base64,${"A".repeat(5000)}` } }],
        },
        { role: "assistant", content: "b".repeat(10) },
      ],
    }),
  );
  expect([prompt?.textUnits, completion?.textUnits]).toEqual([1000, 10]);
});

const json = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<Json>(null, true, "", "x", "data:image/png;base64,iVBORw0KGgo", "{", 0, -1, 1e21, JSON.rawJSON("12345678901234567890")),
    fc.string({ maxLength: 8 }),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...keys()), tie("any"), { maxKeys: 5 }),
  ),
})).any;

function keys(): string[] {
  const names =
    "role type content parts text name tool_calls function function_call arguments args input output response json thinking reasoning " +
    "reasoning_content summary encrypted_content signature thoughtSignature image_url url source data bytes inlineData mimeType media_type file " +
    "document audio images tool_use_id toolUse toolResult toolUseId functionCall functionResponse reasoningContent properties items anyOf enum " +
    "$ref required description title default parameters input_schema toolSpec functionDeclarations tools tool_choice response_format " +
    "json_schema schema format generationConfig thinking_config system instructions __proto__ constructor";
  return names.split(" ");
}

const message = fc.oneof(
  fc.dictionary(fc.constantFrom(...keys()), json, { maxKeys: 6 }),
  fc.record({ role: fc.constantFrom("user", "assistant", "system", "tool", "model", "developer"), content: json }),
  fc.record({
    type: fc.constantFrom("message", "function_call", "function_call_output", "reasoning", "web_search_call"),
    content: json,
    arguments: json,
  }),
);

test("whatever JSON a call is, its estimate is a count", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 4 }),
      json,
      fc.dictionary(fc.constantFrom(...keys()), json, { maxKeys: 4 }),
      fc.constantFrom(...models),
      (messages, toolSchema, parameters, model) => {
        const given = { provider: null, model, messages: messages as JsonObject[], toolSchema, parameters: parameters as JsonObject };
        for (const estimate of Object.values(estimateOf(given)) as ReturnType<typeof estimateOf>["prompt"][]) {
          if (estimate === null) continue;
          expect(Number.isSafeInteger(estimate.tokens) && estimate.tokens >= 0).toBe(true);
          expect(Number.isSafeInteger(estimate.plainTokens) && estimate.plainTokens >= 0).toBe(true);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test("more text never takes fewer tokens", () => {
  fc.assert(
    fc.property(
      fc.lorem({ maxCount: 40, mode: "words" }),
      fc.lorem({ maxCount: 40, mode: "words" }),
      fc.constantFrom(...models),
      (text, more, model) => {
        const messagesOf = (content: string) => [
          { role: "user", content },
          { role: "assistant", content },
        ];
        const short = estimateOf({ provider: null, model, messages: messagesOf(text) });
        const long = estimateOf({ provider: null, model, messages: messagesOf(`${text} ${more}`) });
        expect(long.prompt!.tokens).toBeGreaterThanOrEqual(short.prompt!.tokens);
        expect(long.completion!.tokens).toBeGreaterThanOrEqual(short.completion!.tokens);
      },
    ),
  );
});

test("a hostile call is read in time that its size explains", () => {
  // CPU, for what else the machine does is none of its business.
  const before = process.cpuUsage();
  const deep = Array.from({ length: 190 }).reduce<Json>((inner) => ({ content: [inner] }), { text: "a" });
  const wide = { role: "user", content: Array.from({ length: 100_000 }, () => ({ text: "a" })) };
  const calls = { role: "assistant", tool_calls: Array.from({ length: 60_000 }, () => ({ function: { name: "f", arguments: "{" } })) };
  const actions = { role: "assistant", content: "Action: f\n".repeat(100_000) };
  const uris = { role: "user", content: [{ type: "image_url", image_url: `data:${"a".repeat(1_000_000)}` }] };
  const images = { role: "user", content: Array.from({ length: 20_000 }, () => ({ image: { source: { bytes: "/9j/4AAQ" } } })) };
  for (const model of ["gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash"]) {
    const conversation = readConversation(
      callOf({ model, messages: [deep as JsonObject, wide, calls, uris, images, actions, actions, actions] }),
    );
    expect(conversation.prompt).not.toBeNull();
  }
  const { user, system } = process.cpuUsage(before);
  // It takes 1.5 s; on a busy machine the same work is charged as twice that. What is quadratic takes minutes.
  expect((user + system) / 1000).toBeLessThan(10_000);
});
