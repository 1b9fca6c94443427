import { expect, test } from "vitest";
import { readConversation } from "../../../../src/enrich/call/conversation";
import { familyForModel } from "../../../../src/enrich/call/model-family";
import { modelName } from "../../../../src/enrich/call/model-name";
import { callOf, completionTokens, estimateOf, promptTokens, textsOf } from "./calls";

const u = { role: "user", content: "a" };
const base64 = "iVBORw0KGgoAAAANSUhEUgAB".repeat(100);
const promptTexts = (given: object) => textsOf(readConversation(callOf(given)).prompt).join("\n");

test("an image in an answer is said not to be counted", () => {
  const image = { inlineData: { mimeType: "image/png", data: base64 } };
  const { completion } = estimateOf({
    provider: "google",
    model: "gemini-2.5-flash-image",
    messages: [u, { role: "model", parts: [{ text: "Here:" }, image] }],
  });
  expect(completion?.notes).toContain("image not counted");
});

test.for<[string, object]>([
  ["OpenAI's speech beside an empty content", { role: "assistant", content: "", audio: { id: "x", data: base64 } }],
  [
    "Gemini's image beside an empty text",
    { role: "model", parts: [{ text: "" }, { inlineData: { mimeType: "image/png", data: base64 } }] },
  ],
])("an answer of nothing but media is missing: %s", ([, answer]) => {
  expect(completionTokens({ messages: [u, answer as never] })).toBeUndefined();
});

test("what is sealed and counted is said, also of models that do not think by themselves", () => {
  const sealed = [
    { type: "reasoning", summary: [], encrypted_content: "A".repeat(4000) },
    { type: "message", role: "assistant", content: "b" },
  ];
  expect(estimateOf({ model: "gpt-5.6-terra", messages: [u, ...sealed] }).completion?.notes).not.toEqual([]);
});

test("Claude that was asked to think, and shows nothing of it, is a lower bound", () => {
  const given = { provider: "anthropic", model: "claude-opus-4-6", parameters: { thinking: { type: "enabled", budget_tokens: 2000 } } };
  expect(estimateOf({ ...given, messages: [u, { role: "assistant", content: "x" }] }).completion?.notes).not.toEqual([]);
});

test("Gemini without a seal may have thought all the same", () => {
  const toolSchema = [{ functionDeclarations: [{ name: "f" }] }];
  const { completion } = estimateOf({
    provider: "google",
    model: "gemini-2.5-pro",
    toolSchema,
    messages: [u, { role: "model", parts: [{ text: "x" }] }],
  });
  expect(completion?.notes).not.toEqual([]);
});

test("an empty text beside a call is no message", () => {
  const call = (content: string | null) => ({
    role: "assistant",
    content,
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
  });
  const end = { role: "tool", tool_call_id: "c", content: "1" };
  for (const model of ["gpt-4o", "gpt-5", "command-a", "claude-sonnet-4-5"])
    expect([model, promptTokens({ model, messages: [u, call(""), end] })]).toEqual([
      model,
      promptTokens({ model, messages: [u, call(null), end] }),
    ]);
});

test("a call beside the messages is worth what it is in them", () => {
  const functionCall = { name: "f", arguments: '{"a":1}' };
  for (const model of ["gpt-4o", "gpt-5", "claude-sonnet-4-5"])
    expect([model, completionTokens({ model, messages: [u], functionCall })]).toEqual([
      model,
      completionTokens({ model, messages: [u, { role: "assistant", function_call: functionCall }] }),
    ]);
});

test.for<[string, string]>([
  ["text after a word that a URI might begin with", "data:customers,orders\nPlease join these two tables."],
  ["text behind a data URI", `data:image/png;base64,${base64}\nPlease join these two tables.`],
])("a text is read: %s", ([, content]) => {
  expect(promptTexts({ messages: [{ role: "user", content }] })).toContain("Please join these two tables.");
});

test.for<[string, object]>([
  ["an empty file", { type: "text", text: "Real text.", file: "" }],
  ["a source", { type: "text", text: "Real text.", source: {} }],
  ["an image", { type: "text", text: "Real text.", image_url: { url: "https://a.b/c.png" } }],
  ["Anthropic's document of blocks", { type: "document", source: { type: "content", content: [{ type: "text", text: "Real text." }] } }],
  ["Bedrock's document of text", { document: { format: "txt", name: "a", source: { text: "Real text." } } }],
  ["Cohere's document", { type: "document", document: { data: "Real text." } }],
  ["a result that is an object", { type: "tool_result", tool_use_id: "t", result: { r: "Real text." } }],
  ["an output that is an object", { type: "function_call_output", call_id: "t", output: { r: "Real text." } }],
])("a text is read beside or in: %s", ([, part]) => {
  expect(promptTexts({ messages: [{ role: "user", content: [part as never] }] })).toContain("Real text.");
});

test("a tool's answer that is an object is read", () => {
  expect(promptTexts({ messages: [u, { role: "tool", content: { r: "Real text." } }] })).toContain("Real text.");
});

test.for<[string, string]>([
  ["a sequence of DNA", "ACGTTGCAAC".repeat(40)],
  ["a long number", "3141592653".repeat(40)],
  ["the hex of a key", "0f1e2d3c4b5a6978".repeat(32)],
  ["a ruler", "=".repeat(300)],
  ["a path", "src/enrich/call/".repeat(20)],
])("a value in JSON that is no base64 of media is read: %s", ([, value]) => {
  const given = JSON.stringify({ value });
  expect(
    promptTexts({
      messages: [u, { role: "assistant", tool_calls: [{ function: { name: "f", arguments: given } }] }, { role: "tool", content: "1" }],
    }),
  ).toContain(value);
});

test.for<[string, string]>([
  ["bare", base64],
  ["in JSON in JSON", JSON.stringify({ text: JSON.stringify({ png: base64 }) })],
  ["with its slashes escaped", `{"png":"${base64.replaceAll("A", "\\/")}"}`],
  ["in lines", JSON.stringify({ png: base64.replace(/(.{76})/g, "$1\n") })],
  ["in Markdown", `![x](data:image/png;base64,${base64})`],
])("base64 in a tool's answer is no text: %s", ([, content]) => {
  expect(estimateOf({ messages: [u, { role: "tool", content }, { role: "assistant", content: "x" }] }).prompt?.plainTokens).toBeLessThan(
    60,
  );
});

test("a call that stands twice in one message, under one id, is one", () => {
  const once = { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { a: 1 } }] };
  const twice = { ...once, tool_calls: [{ id: "t", type: "tool_call", name: "f", args: { a: 1 } }] };
  expect(completionTokens({ model: "claude-sonnet-4-5", messages: [u, twice] })).toBe(
    completionTokens({ model: "claude-sonnet-4-5", messages: [u, once] }),
  );
});

test("a system prompt that stands in the messages and the parameters is one", () => {
  const messages = [{ role: "system", content: "You are helpful." }, u];
  expect(promptTokens({ messages, parameters: { instructions: "You are helpful." } })).toBe(promptTokens({ messages }));
});

test("functions among the parameters are tools", () => {
  const functions = [{ name: "f", description: "Does it.", parameters: { type: "object", properties: { a: { type: "string" } } } }];
  expect(promptTokens({ messages: [u], parameters: { functions } })).toBe(promptTokens({ messages: [u], toolSchema: functions }));
});

test.for<[string, string, string]>([
  ["openrouter", "anthropic/claude-sonnet-4:beta", "anthropic-4"],
  ["openrouter", "anthropic/claude-opus-4:beta", "anthropic-4"],
  ["google", "text-bison@002", "gemini-2"],
  ["google", "code-bison", "gemini-2"],
  ["azure", "gpt4", "openai-cl100k"],
  ["azure", "gpt4o", "openai-o200k"],
  ["azure", "gpt-41-mini", "openai-o200k"],
  ["replicate", "code-llama-34b", "llama"],
])("%s's %s is %s", ([provider, model, family]) => {
  expect(familyForModel(provider, model)).toBe(family);
});

test("a gateway's mark is taken off, as the comment says", () => {
  expect(modelName("openai/gpt-4o:free")).toBe("gpt-4o");
});

test("JSON that is nested deep within a string is text, and throws nothing", async () => {
  const deep = `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  const answer = { role: "assistant", content: "b", tool_calls: [{ function: { name: "f", arguments: deep } }] };
  for (const model of ["claude-sonnet-4-5", "gpt-4o", "gemini-2.5-flash", "mistral-large"]) {
    const { prompt, completion } = estimateOf({ model, messages: [u, { role: "tool", content: deep }, answer] });
    expect(prompt?.tokens).toBeGreaterThan(100);
    expect(completion?.tokens).toBeGreaterThan(100);
  }
});
