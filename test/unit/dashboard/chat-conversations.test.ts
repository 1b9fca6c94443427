import { expect, test } from "vitest";
import type { Part } from "../../../src/dashboard/chat/part";
import { readTurns } from "../../../src/dashboard/chat/read-turns";
import type { Json, JsonObject } from "../../../src/model/json";

const question = "What is the weather in Rome?";
const given = { city: "Rome" };
const result = { temp: 18 };
const answer = "It is 18 degrees.";
const givenText = JSON.stringify(given);
const resultText = JSON.stringify(result);

/** A question, a call, what the tool said, and an answer, as each provider has them. */
const shapes: Record<string, JsonObject[]> = {
  "OpenAI's chat": [
    { role: "user", content: question },
    { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: givenText } }] },
    { role: "tool", tool_call_id: "c", content: resultText },
    { role: "assistant", content: answer, refusal: null, annotations: [] },
  ],
  "OpenAI's chat, in parts": [
    { role: "user", content: [{ type: "text", text: question }] },
    { role: "assistant", content: "", tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: givenText } }] },
    { role: "tool", tool_call_id: "c", content: [{ type: "text", text: resultText }] },
    { role: "assistant", content: [{ type: "text", text: answer }] },
  ],
  "OpenAI's custom tools": [
    { role: "user", content: question },
    { role: "assistant", content: null, tool_calls: [{ id: "c", type: "custom", custom: { name: "weather", input: givenText } }] },
    { role: "tool", tool_call_id: "c", content: resultText },
    { role: "assistant", content: answer },
  ],
  "OpenAI's old functions": [
    { role: "user", content: question },
    { role: "assistant", content: null, function_call: { name: "weather", arguments: givenText } },
    { role: "function", name: "weather", content: resultText },
    { role: "assistant", content: answer },
  ],
  "OpenAI's Responses": [
    { type: "message", role: "user", content: [{ type: "input_text", text: question }] },
    { type: "function_call", id: "fc_0a1b2c3d4e", call_id: "c", name: "weather", arguments: givenText, status: "completed" },
    { type: "function_call_output", call_id: "c", output: resultText, status: "completed" },
    {
      type: "message",
      id: "msg_0a1b2c3d4e",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: answer, annotations: [] }],
    },
  ],
  Anthropic: [
    { role: "user", content: question },
    { role: "assistant", content: [{ type: "tool_use", id: "c", name: "weather", input: given }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: [{ type: "text", text: resultText }] }] },
    { role: "assistant", content: [{ type: "text", text: answer, citations: null }] },
  ],
  Gemini: [
    { role: "user", parts: [{ text: question }] },
    { role: "model", parts: [{ functionCall: { id: "c", name: "weather", args: given } }] },
    { role: "user", parts: [{ functionResponse: { id: "c", name: "weather", response: result } }] },
    { role: "model", parts: [{ text: answer }] },
  ],
  "Gemini, in snake_case": [
    { role: "user", parts: [{ text: question }] },
    { role: "model", parts: [{ function_call: { name: "weather", args: given } }] },
    { role: "user", parts: [{ function_response: { name: "weather", response: result } }] },
    { role: "model", parts: [{ text: answer }] },
  ],
  "Bedrock's Converse": [
    { role: "user", content: [{ text: question }] },
    { role: "assistant", content: [{ toolUse: { toolUseId: "c", name: "weather", input: given } }] },
    { role: "user", content: [{ toolResult: { toolUseId: "c", content: [{ json: result }], status: "success" } }] },
    { role: "assistant", content: [{ text: answer }] },
  ],
  Cohere: [
    { role: "user", content: question },
    { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: givenText } }] },
    { role: "tool", tool_call_id: "c", content: [{ type: "document", document: { data: resultText } }] },
    { role: "assistant", content: [{ type: "text", text: answer }] },
  ],
  Mistral: [
    { role: "user", content: question },
    { role: "assistant", content: "", tool_calls: [{ id: "c", index: 0, function: { name: "weather", arguments: givenText } }] },
    { role: "tool", tool_call_id: "c", name: "weather", content: resultText },
    { role: "assistant", content: answer, tool_calls: null, prefix: null },
  ],
  Ollama: [
    { role: "user", content: question },
    { role: "assistant", content: "", tool_calls: [{ function: { name: "weather", arguments: given } }] },
    { role: "tool", tool_name: "weather", content: resultText },
    { role: "assistant", content: answer },
  ],
  "the AI SDK": [
    { role: "user", content: [{ type: "text", text: question }] },
    { role: "assistant", content: [{ type: "tool-call", toolCallId: "c", toolName: "weather", input: given }] },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "c", toolName: "weather", output: { type: "json", value: result } }],
    },
    { role: "assistant", content: [{ type: "text", text: answer }] },
  ],
  LangChain: [
    { type: "human", content: question },
    {
      type: "ai",
      content: [{ type: "tool_use", id: "c", name: "weather", input: given }],
      tool_calls: [{ id: "c", name: "weather", args: given, type: "tool_call" }],
    },
    { type: "tool", tool_call_id: "c", name: "weather", content: resultText },
    { type: "ai", content: answer },
  ],
  "LangChain, serialized": [
    { lc: 1, type: "constructor", id: ["langchain_core", "messages", "HumanMessage"], kwargs: { content: question } },
    {
      lc: 1,
      type: "constructor",
      id: ["langchain_core", "messages", "AIMessage"],
      kwargs: { content: "", tool_calls: [{ id: "c", name: "weather", args: given, type: "tool_call" }] },
    },
    { lc: 1, type: "constructor", id: ["langchain_core", "messages", "ToolMessage"], kwargs: { content: resultText, tool_call_id: "c" } },
    { lc: 1, type: "constructor", id: ["langchain_core", "messages", "AIMessage"], kwargs: { content: answer } },
  ],
  Freeplay: [
    { role: "user", content: [{ type: "text", text: question }] },
    { role: "assistant", content: [{ type: "tool_call", id: "c", name: "weather", arguments: given }] },
    { role: "user", content: [{ type: "tool_result", tool_call_id: "c", content: resultText }] },
    { role: "assistant", content: [{ type: "text", text: answer }] },
  ],
};

/** JSON that came as a text, or as what it is. */
function jsonOf(value: Json | undefined): Json | undefined {
  return typeof value === "string" ? (JSON.parse(value) as Json) : value;
}

/** What a part tells, whichever way it was told. */
function toldBy(part: Part): object {
  switch (part.kind) {
    case "call":
      return { calls: part.name, given: jsonOf(part.given) };
    case "result":
      return { result: part.parts.map((inner) => jsonOf(inner.kind === "other" ? inner.value : "text" in inner ? inner.text : null)) };
    default:
      return part;
  }
}

test.for(Object.entries(shapes))("%s: a question, a call, its result and an answer are told as each of them", ([, messages]) => {
  const turns = readTurns(messages);
  expect(turns.map(({ parts }) => parts.map(toldBy))).toEqual([
    [{ kind: "text", text: question }],
    [{ calls: "weather", given }],
    [{ result: [result] }],
    [{ kind: "text", text: answer }],
  ]);
  expect(turns.map(({ isAnswer }) => isAnswer)).toEqual([false, false, false, true]);
  expect(turns[1]?.role).toBe("assistant");
});

test.for(Object.entries(shapes))("%s: a call that is the last word is the answer", ([, messages]) => {
  expect(readTurns(messages.slice(0, 2)).map(({ isAnswer }) => isAnswer)).toEqual([false, true]);
});
