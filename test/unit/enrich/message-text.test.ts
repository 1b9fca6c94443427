import { expect, test } from "vitest";
import { answerStart, collectTexts } from "../../../src/enrich/message-text";
import type { JsonObject } from "../../../src/model/json";

const base64 = "iVBORw0KGgoAAAANSUhEUg".repeat(20);

test.for<[string, JsonObject, string[]]>([
  ["OpenAI text", { role: "user", content: "hi" }, ["hi"]],
  [
    "OpenAI parts, the image left out",
    {
      role: "user",
      content: [
        { type: "text", text: "see" },
        { type: "image_url", image_url: { url: `data:image/png;base64,${base64}` } },
      ],
    },
    ["see"],
  ],
  [
    "OpenAI tool calls",
    { role: "assistant", content: null, tool_calls: [{ id: "call_1", type: "function", function: { name: "f", arguments: "{}" } }] },
    ["f", "{}"],
  ],
  ["OpenAI old function call", { role: "assistant", content: "", function_call: { name: "f", arguments: "{}" } }, ["", "f", "{}"]],
  [
    "Anthropic blocks",
    {
      role: "assistant",
      content: [
        { type: "text", text: "a" },
        { type: "tool_use", id: "t", name: "f", input: { x: 1 } },
      ],
    },
    ["a", "f", '{"x":1}'],
  ],
  [
    "Anthropic result and image",
    {
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "r" }] },
        { type: "image", source: { type: "base64", media_type: "image/png", data: base64 } },
      ],
    },
    ["r"],
  ],
  [
    "Gemini parts",
    {
      role: "model",
      parts: [{ text: "a" }, { functionCall: { name: "f", args: { x: 1 } } }, { inlineData: { mimeType: "image/png", data: base64 } }],
    },
    ["a", "f", '{"x":1}'],
  ],
  ["Gemini result", { role: "user", parts: [{ functionResponse: { name: "f", response: { r: 1 } } }] }, ["f", '{"r":1}']],
  [
    "Bedrock",
    {
      role: "user",
      content: [
        { text: "a" },
        { image: { format: "png", source: { bytes: base64 } } },
        { toolResult: { toolUseId: "t", content: [{ json: { r: 1 } }] } },
      ],
    },
    ["a", '{"r":1}'],
  ],
  ["Bedrock call", { role: "assistant", content: [{ toolUse: { toolUseId: "t", name: "f", input: { x: 1 } } }] }, ["f", '{"x":1}']],
  ["Responses call", { type: "function_call", call_id: "c", name: "f", arguments: "{}" }, ["f", "{}"]],
  ["Responses result", { type: "function_call_output", call_id: "c", output: "18" }, ["18"]],
  ["Responses text", { type: "message", role: "assistant", content: [{ type: "output_text", text: "a" }] }, ["a"]],
])("%s", ([, message, texts]) => {
  const found: string[] = [];
  collectTexts(message, found);
  expect(found).toEqual(texts);
});

test.for<[string, JsonObject[], number]>([
  ["a chat ends in its answer", [{ role: "user" }, { role: "assistant" }], 1],
  ["an answer in many messages", [{ role: "user" }, { role: "assistant" }, { role: "assistant" }], 1],
  ["a tool's result is prompt", [{ role: "user" }, { role: "assistant" }, { role: "tool" }], 3],
  ["Gemini's model answers", [{ role: "user" }, { role: "model" }], 1],
  [
    "Responses items answer together",
    [{ role: "user" }, { type: "reasoning" }, { type: "function_call" }, { type: "message", role: "assistant" }],
    1,
  ],
  ["a Responses result is prompt", [{ role: "user" }, { type: "function_call" }, { type: "function_call_output" }], 3],
  ["nothing said", [{}], 1],
])("%s", ([, messages, start]) => {
  expect(answerStart(messages)).toBe(start);
});
