import { expect, test } from "vitest";
import type { JsonObject, Json } from "../../../../src/model/json";
import { readConversation } from "../../../../src/enrich/call/conversation";
import { callOf, estimateOf, textsOf } from "./calls";

const args = { city: "Rome", unit: "C" };
const sys = "You are a weather expert. Be brief.";
const q = "What is the weather in Rome today?";
const r = '{"temp":18,"sky":"clear"}';
const a = "It is 18 degrees and clear in Rome.";
const params: Json = {
  type: "object",
  properties: { city: { type: "string", description: "The city." }, unit: { type: "string", enum: ["C", "F"] } },
  required: ["city"],
};
const d = { name: "weather", description: "The weather of a city." };
const shapes: Record<string, { messages: JsonObject[]; toolSchema?: Json; parameters?: JsonObject }> = {
  chat: {
    toolSchema: [{ type: "function", function: { ...d, parameters: params } }],
    messages: [
      { role: "system", content: sys },
      { role: "user", content: q },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: JSON.stringify(args) } }],
      },
      { role: "tool", tool_call_id: "c", content: r },
      { role: "assistant", content: a },
    ],
  },
  "chat, parts and developer": {
    toolSchema: [{ type: "function", function: { ...d, parameters: params } }],
    messages: [
      { role: "developer", content: [{ type: "text", text: sys }] },
      { role: "user", content: [{ type: "text", text: q }] },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: JSON.stringify(args) } }],
      },
      { role: "tool", tool_call_id: "c", content: [{ type: "text", text: r }] },
      { role: "assistant", content: [{ type: "text", text: a }] },
    ],
  },
  responses: {
    toolSchema: [{ type: "function", ...d, parameters: params }],
    parameters: { instructions: sys },
    messages: [
      { role: "user", content: q },
      { type: "function_call", call_id: "c", name: "weather", arguments: JSON.stringify(args) },
      { type: "function_call_output", call_id: "c", output: r },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: a }] },
    ],
  },
  anthropic: {
    toolSchema: [{ ...d, input_schema: params }],
    parameters: { system: [{ type: "text", text: sys }] },
    messages: [
      { role: "user", content: q },
      { role: "assistant", content: [{ type: "tool_use", id: "c", name: "weather", input: args }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: r }] },
      { role: "assistant", content: [{ type: "text", text: a }] },
    ],
  },
  gemini: {
    toolSchema: [{ functionDeclarations: [{ ...d, parameters: params }] }],
    parameters: { systemInstruction: { parts: [{ text: sys }] } },
    messages: [
      { role: "user", parts: [{ text: q }] },
      { role: "model", parts: [{ functionCall: { name: "weather", args } }] },
      { role: "user", parts: [{ functionResponse: { name: "weather", response: JSON.parse(r) } }] },
      { role: "model", parts: [{ text: a }] },
    ],
  },
  bedrock: {
    parameters: { system: [{ text: sys }], toolConfig: { tools: [{ toolSpec: { ...d, inputSchema: { json: params } } }] } },
    messages: [
      { role: "user", content: [{ text: q }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "c", name: "weather", input: args } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "c", content: [{ json: JSON.parse(r) }] } }] },
      { role: "assistant", content: [{ text: a }] },
    ],
  },
  "cohere v2": {
    toolSchema: [{ type: "function", function: { ...d, parameters: params } }],
    messages: [
      { role: "system", content: sys },
      { role: "user", content: q },
      { role: "assistant", tool_calls: [{ id: "c", type: "function", function: { name: "weather", arguments: JSON.stringify(args) } }] },
      { role: "tool", tool_call_id: "c", content: [{ type: "document", document: { data: r } }] },
      { role: "assistant", content: [{ type: "text", text: a }] },
    ],
  },
  ollama: {
    toolSchema: [{ type: "function", function: { ...d, parameters: params } }],
    messages: [
      { role: "system", content: sys },
      { role: "user", content: q },
      { role: "assistant", content: "", tool_calls: [{ function: { name: "weather", arguments: args } }] },
      { role: "tool", tool_name: "weather", content: r },
      { role: "assistant", content: a },
    ],
  },
  "old functions": {
    toolSchema: [{ ...d, parameters: params }],
    messages: [
      { role: "system", content: sys },
      { role: "user", content: q },
      { role: "assistant", content: null, function_call: { name: "weather", arguments: JSON.stringify(args) } },
      { role: "function", name: "weather", content: r },
      { role: "assistant", content: a },
    ],
  },
  freeplay: {
    toolSchema: [{ ...d, parameters: params }],
    messages: [
      { role: "system", content: sys },
      { role: "user", content: [{ type: "text", text: q }] },
      { role: "assistant", content: [{ type: "tool_call", id: "c", name: "weather", arguments: args }] },
      { role: "user", content: [{ type: "tool_result", tool_call_id: "c", content: r }] },
      { role: "assistant", content: [{ type: "text", text: a }] },
    ],
  },
};
const models = "gpt-4o claude-sonnet-4-5 gemini-2.5-flash mistral-large command-a nova-pro llama3.1 no-model".split(" ");

test.for(models)("one conversation is one number in whichever provider's shape it is told: %s", (model) => {
  // OpenAI's Responses have constants of their own.
  const told = Object.entries(shapes).filter(([name]) => name !== "responses");
  const counted = told.map(([name, given]) => ({ name, ...estimateOf({ model, provider: null, ...given }) }));
  const prompts = counted.map(({ prompt }) => prompt?.tokens ?? 0);
  expect(Math.max(...prompts) - Math.min(...prompts)).toBeLessThanOrEqual(3);
  expect(new Set(counted.map(({ completion }) => completion?.tokens)).size).toBe(1);
});

test("Cohere's tool results, which are documents of text, are read", () => {
  expect(textsOf(readConversation(callOf({ model: "command-a", ...shapes["cohere v2"]! })).prompt)).toContain(r);
});
