import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readConversation } from "../../../../src/enrich/call/conversation";
import type { JsonObject } from "../../../../src/model/json";
import { callOf, completionTokens, estimateOf, promptTokens, textsOf } from "./calls";
import { imageBase64 } from "./images";

const base64 = "iVBORw0KGgoAAAANSUhEUg".repeat(20);
const args = '{"city":"Rome"}';

/** One conversation, as each provider has it: a question, a call, its result, and an answer. */
const shapes: Record<string, { model: string; messages: JsonObject[] }> = {
  "OpenAI chat": {
    model: "mistral-large-latest",
    messages: [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: args } }] },
      { role: "tool", tool_call_id: "c", content: "18" },
      { role: "assistant", content: "Warm." },
    ],
  },
  "OpenAI Responses": {
    model: "mistral-large-latest",
    messages: [
      { type: "message", role: "user", content: [{ type: "input_text", text: "Weather?" }] },
      { type: "function_call", call_id: "c", name: "weather", arguments: args },
      { type: "function_call_output", call_id: "c", output: "18" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "Warm." }] },
    ],
  },
  Anthropic: {
    model: "mistral-large-latest",
    messages: [
      { role: "user", content: "Weather?" },
      { role: "assistant", content: [{ type: "tool_use", id: "c", name: "weather", input: { city: "Rome" } }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: "18" }] }] },
      { role: "assistant", content: [{ type: "text", text: "Warm." }] },
    ],
  },
  Bedrock: {
    model: "mistral.mistral-large-3-675b-instruct",
    messages: [
      { role: "user", content: [{ text: "Weather?" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "c", name: "weather", input: { city: "Rome" } } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "c", content: [{ text: "18" }] } }] },
      { role: "assistant", content: [{ text: "Warm." }] },
    ],
  },
  Freeplay: {
    model: "mistral-large-latest",
    messages: [
      { role: "user", content: [{ type: "text", text: "Weather?" }] },
      { role: "assistant", content: [{ type: "tool_call", id: "c", name: "weather", arguments: { city: "Rome" } }] },
      { role: "user", content: [{ type: "tool_result", tool_call_id: "c", content: "18" }] },
      { role: "assistant", content: [{ type: "text", text: "Warm." }] },
    ],
  },
};

test.for(Object.entries(shapes))("%s: the same conversation is read alike", ([, { model, messages }]) => {
  const { prompt, completion } = readConversation(callOf({ provider: null, model, messages }));
  expect(textsOf(prompt)).toEqual(["Weather?", "weather", args, "18"]);
  expect(prompt?.counts).toMatchObject({ messages: 1, calls: 1, results: 1 });
  expect(textsOf(completion)).toEqual(["Warm."]);
});

test.for<[string, JsonObject, string[]]>([
  ["OpenAI's refusal", { role: "assistant", content: null, refusal: "No." }, ["No."]],
  ["OpenAI's old function call", { role: "assistant", content: "", function_call: { name: "f", arguments: "{}" } }, ["", "f", "{}"]],
  [
    "Cohere's plan",
    { role: "assistant", tool_plan: "I will look.", tool_calls: [{ function: { name: "f", arguments: "{}" } }] },
    ["I will look.", "f", "{}"],
  ],
  ["DeepSeek's reasoning", { role: "assistant", reasoning_content: "Hm.", content: "Yes." }, ["Hm.", "Yes."]],
  [
    "Anthropic's thinking",
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "s" },
        { type: "text", text: "Yes." },
      ],
    },
    ["Hm.", "Yes."],
  ],
  [
    "Bedrock's thinking",
    { role: "assistant", content: [{ reasoningContent: { reasoningText: { text: "Hm.", signature: "s" } } }, { text: "Yes." }] },
    ["Hm.", "Yes."],
  ],
  ["Bedrock's JSON result", { role: "user", content: [{ toolResult: { toolUseId: "t", content: [{ json: { r: 1 } }] } }] }, ['{"r":1}']],
  ["Gemini's result", { role: "user", parts: [{ functionResponse: { name: "f", response: { r: 1 } } }] }, ["f", '{"r":1}']],
  ["Gemini's call, in snake_case", { role: "model", parts: [{ function_call: { name: "f", args: { x: 1 } } }] }, ["f", '{"x":1}']],
  [
    "Anthropic's plain document",
    { role: "user", content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: "Read me." } }] },
    ["Read me."],
  ],
  [
    "a quotation with its source",
    { role: "user", content: [{ type: "search_result", source: "https://a.b", content: [{ type: "text", text: "c" }] }] },
    ["c"],
  ],
])("%s", ([, message, texts]) => {
  const call = callOf({ model: "command-a", messages: [{ role: "user", content: "" }, message] });
  const { prompt, completion } = readConversation(call);
  const found = [...textsOf(prompt).slice(1), ...textsOf(completion)];
  expect(found).toEqual(texts);
});

/** Every key under which base64 is known to come. */
const media: Record<string, (data: string) => JsonObject> = {
  "OpenAI's image": (data) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } }),
  "Responses' image": (data) => ({ type: "input_image", image_url: `data:image/png;base64,${data}` }),
  "OpenAI's file": (data) => ({ type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${data}` } }),
  "Responses' file": (data) => ({ type: "input_file", filename: "a.pdf", file_data: data }),
  "OpenAI's audio": (data) => ({ type: "input_audio", input_audio: { data, format: "wav" } }),
  "Anthropic's image": (data) => ({ type: "image", source: { type: "base64", media_type: "image/png", data } }),
  "Anthropic's document": (data) => ({ type: "document", source: { type: "base64", media_type: "application/pdf", data } }),
  "an image in a result": (data) => ({
    type: "tool_result",
    tool_use_id: "t",
    content: [{ type: "image", source: { type: "base64", media_type: "image/png", data } }],
  }),
  "Gemini's image": (data) => ({ inlineData: { mimeType: "image/png", data } }),
  "Gemini's audio, in snake_case": (data) => ({ inline_data: { mime_type: "audio/mp3", data } }),
  "Bedrock's image": (data) => ({ image: { format: "png", source: { bytes: data } } }),
  "Bedrock's video": (data) => ({ video: { format: "mp4", source: { bytes: data } } }),
  "Bedrock's document": (data) => ({ document: { format: "pdf", name: "a", source: { bytes: data } } }),
  "Freeplay's image": (data) => ({ type: "image", media_reference: { base64Data: data, contentType: "image/png", kind: "uploaded_file" } }),
  "a key that nobody knows, in a result": (data) => ({ functionResponse: { name: "f", response: { pixels: data.repeat(10) } } }),
  "JSON that is text, in a result": (data) => ({
    type: "tool_result",
    tool_use_id: "t",
    content: JSON.stringify({ png: data.repeat(10) }),
  }),
  "JSON that is text, in a call": (data) => ({ type: "tool_use", id: "t", name: "f", input: JSON.stringify({ png: data.repeat(10) }) }),
  "a result that is a data URI": (data) => ({ type: "function_call_output", call_id: "t", output: `data:image/png;base64,${data}` }),
  "JSON of a call": (data) => ({ type: "tool_use", id: "t", name: "show", input: { picture: { data: data.repeat(30) } } }),
  "JSON of a result": (data) => ({ functionResponse: { name: "f", response: { url: `data:image/png;base64,${data}` } } }),
};

test.for(Object.entries(media))("base64 is never counted as text: %s", ([, partOf]) => {
  const counted = (data: string) => {
    const message = { role: "user", content: [{ type: "text", text: "See:" }, partOf(data)] };
    const { prompt } = estimateOf({ messages: [message, { role: "assistant", content: "I see." }] });
    expect(prompt?.plainTokens).toBeLessThan(40);
    return prompt;
  };
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 2000 }), fc.integer({ min: 20, max: 2000 }), (one, other) => {
      expect(counted(imageBase64("png", 640, 480, one))).toEqual(counted(imageBase64("png", 640, 480, other)));
    }),
    { numRuns: 10 },
  );
});

test("an image beside the content is one, too, and what cannot be counted is said", () => {
  const shown = { role: "user", content: "See:", images: [imageBase64("png", 512, 512)] };
  const plain = promptTokens({ messages: [{ role: "user", content: "See:" }] })!;
  expect(promptTokens({ messages: [shown] })).toBe(plain + 255);
  const unknown = [
    media["OpenAI's audio"]!(base64),
    media["OpenAI's file"]!(base64),
    { type: "image_url", image_url: { url: "https://a.b/c.png" } },
  ];
  expect(estimateOf({ messages: [{ role: "user", content: unknown }] }).prompt?.notes).toEqual([
    "audio not counted",
    "file not counted",
    "image size assumed",
  ]);
});

test.for<[string, JsonObject[], number | undefined, number | undefined]>([
  ["nothing answered", [{ role: "user", content: "a" }], 8, undefined],
  ["nothing asked", [{ role: "assistant", content: "a" }], undefined, 1],
  [
    "an answer in many messages",
    [
      { role: "user", content: "a" },
      { role: "assistant", content: "a" },
      { role: "assistant", content: "a" },
    ],
    8,
    2,
  ],
  [
    "Gemini's model answers",
    [
      { role: "user", content: "a" },
      { role: "model", parts: [{ text: "a" }] },
    ],
    8,
    1,
  ],
  [
    "an empty answer is one",
    [
      { role: "user", content: "a" },
      { role: "assistant", content: "" },
    ],
    8,
    0,
  ],
  [
    "an image alone is unknown",
    [
      { role: "user", content: "a" },
      { role: "assistant", content: [{ type: "image", source: { data: "aaaa" } }] },
    ],
    8,
    undefined,
  ],
  [
    "speech alone is unknown",
    [
      { role: "user", content: "a" },
      { role: "assistant", audio: { id: "a" } },
    ],
    8,
    undefined,
  ],
  [
    "a tool's result is prompt",
    [
      { role: "user", content: "a" },
      { type: "function_call", name: "f", arguments: "{}" },
      { type: "function_call_output", output: "a" },
    ],
    26,
    undefined,
  ],
  [
    "what an agent observed in plain text is prompt",
    [
      { role: "user", content: "a" },
      { role: "assistant", content: "Thought: a\nAction: f\nAction Input: {}\nObservation: 1" },
      { role: "assistant", content: "a" },
    ],
    28,
    1,
  ],
])("%s", ([, messages, prompt, completion]) => {
  expect(promptTokens({ messages })).toBe(prompt);
  expect(completionTokens({ messages })).toBe(completion);
});

test("a call that the messages lack is counted from beside them, and once", () => {
  const messages = [{ role: "user", content: "a" }];
  const functionCall = { name: "f", arguments: "{}" };
  const inMessage = { role: "assistant", function_call: { name: "f", arguments: "{}" } };
  expect(completionTokens({ messages, functionCall })).toBeGreaterThan(0);
  expect(completionTokens({ messages: [...messages, inMessage], functionCall })).toBe(
    completionTokens({ messages: [...messages, inMessage] }),
  );
});
