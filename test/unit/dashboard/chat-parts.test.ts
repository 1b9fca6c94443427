import { expect, test } from "vitest";
import type { Part, Turn } from "../../../src/dashboard/chat/part";
import { readTurns } from "../../../src/dashboard/chat/read-turns";
import type { JsonObject } from "../../../src/model/json";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ";
const text = (said: string): Part => ({ kind: "text", text: said });
const media = (source: string, type: string | null, name: string | null = null): Part => ({ kind: "media", source, type, name });
const thinking = (said: string, isSealed = false): Part => ({ kind: "thinking", text: said, isSealed });

test.for<[string, JsonObject, Part[]]>([
  ["a text that begins like an address of data", { role: "user", content: "data: what is it?" }, [text("data: what is it?")]],
  [
    "OpenAI's image",
    { role: "user", content: [{ type: "image_url", image_url: { url: `data:image/png;base64,${png}` } }] },
    [media(`data:image/png;base64,${png}`, "image/*")],
  ],
  [
    "OpenAI's sound",
    { role: "user", content: [{ type: "input_audio", input_audio: { data: png, format: "wav" } }] },
    [media(png, "audio/wav")],
  ],
  [
    "OpenAI's spoken answer",
    { role: "assistant", content: null, audio: { id: "audio_1", data: png, transcript: "Hi." } },
    [text("Hi."), media(png, "audio/*"), { kind: "other", value: { id: "audio_1" } }],
  ],
  ["OpenAI's refusal", { role: "assistant", content: null, refusal: "No." }, [{ kind: "refusal", text: "No." }]],
  ["a refusal among parts", { role: "assistant", content: [{ type: "refusal", refusal: "No." }] }, [{ kind: "refusal", text: "No." }]],
  [
    "the reasoning of Responses",
    { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "x" },
    [thinking("Hm.", true)],
  ],
  [
    "an image that Responses made",
    { type: "image_generation_call", id: "ig", status: "completed", result: png },
    [media(png, "image/*"), { kind: "other", value: { id: "ig", status: "completed" } }],
  ],
  [
    "a call of MCP with its result",
    { type: "mcp_call", id: "mcp", name: "ask", server_label: "wiki", arguments: "{}", output: "It is so." },
    [
      { kind: "call", id: "mcp", name: "ask", given: "{}" },
      { kind: "result", id: "mcp", name: "ask", isError: false, parts: [text("It is so.")] },
      { kind: "other", value: { server_label: "wiki" } },
    ],
  ],
  ["DeepSeek's reasoning", { role: "assistant", reasoning_content: "Hm.", content: "Yes." }, [thinking("Hm."), text("Yes.")]],
  [
    "Anthropic's thinking, and what of it is sealed",
    {
      role: "assistant",
      content: [
        { type: "thinking", thinking: "Hm.", signature: "s" },
        { type: "redacted_thinking", data: "x" },
      ],
    },
    [thinking("Hm.", true), thinking("", true)],
  ],
  [
    "Anthropic's image",
    { role: "user", content: [{ type: "image", source: { type: "base64", media_type: "image/png", data: png } }] },
    [media(png, "image/png")],
  ],
  [
    "Anthropic's document",
    {
      role: "user",
      content: [{ type: "document", title: "Report", source: { type: "base64", media_type: "application/pdf", data: png } }],
    },
    [media(png, "application/pdf", "Report")],
  ],
  [
    "Anthropic's document of words",
    { role: "user", content: [{ type: "document", source: { type: "text", media_type: "text/plain", data: "Read me." } }] },
    [text("Read me.")],
  ],
  [
    "Anthropic's document of parts",
    { role: "user", content: [{ type: "document", source: { type: "content", content: [{ type: "text", text: "Read me." }] } }] },
    [text("Read me.")],
  ],
  [
    "a search result with its source",
    {
      role: "user",
      content: [{ type: "search_result", source: "https://a.test/", title: "A", content: [{ type: "text", text: "It is so." }] }],
    },
    [media("https://a.test/", null, "A"), text("It is so.")],
  ],
  [
    "Anthropic's own tool, and what it found",
    {
      role: "assistant",
      content: [
        { type: "server_tool_use", id: "st", name: "web_search", input: { query: "q" } },
        {
          type: "web_search_tool_result",
          tool_use_id: "st",
          content: [{ type: "web_search_result", url: "https://a.test/", title: "A", encrypted_content: "x", page_age: null }],
        },
      ],
    },
    [
      { kind: "call", id: "st", name: "web_search", given: { query: "q" } },
      { kind: "result", id: "st", name: "web_search", isError: false, parts: [media("https://a.test/", null, "A")] },
    ],
  ],
  [
    "a tool of Anthropic's that failed",
    { role: "user", content: [{ type: "tool_result", tool_use_id: "c", is_error: true, content: "No." }] },
    [{ kind: "result", id: "c", name: null, isError: true, parts: [text("No.")] }],
  ],
  [
    "Gemini's thought, and the seal on what follows it",
    {
      role: "model",
      parts: [
        { text: "Hm.", thought: true },
        { text: "Yes.", thoughtSignature: "s" },
        { functionCall: { name: "f", args: {} }, thoughtSignature: "s" },
      ],
    },
    [thinking("Hm."), thinking("", true), text("Yes."), thinking("", true), { kind: "call", id: null, name: "f", given: {} }],
  ],
  ["Gemini's image", { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: png } }] }, [media(png, "image/png")]],
  [
    "Gemini's file",
    { role: "user", parts: [{ fileData: { mimeType: "video/mp4", fileUri: "gs://b/v.mp4" } }] },
    [media("gs://b/v.mp4", "video/mp4")],
  ],
  ["Bedrock's image", { role: "user", content: [{ image: { format: "png", source: { bytes: png } } }] }, [media(png, "image/png")]],
  [
    "Bedrock's document",
    { role: "user", content: [{ document: { format: "pdf", name: "Report", source: { bytes: png } } }] },
    [media(png, "pdf", "Report")],
  ],
  [
    "Bedrock's thinking",
    { role: "assistant", content: [{ reasoningContent: { reasoningText: { text: "Hm.", signature: "s" } } }] },
    [thinking("Hm.", true)],
  ],
  [
    "Bedrock's quotations",
    { role: "assistant", content: [{ citationsContent: { content: [{ text: "So." }], citations: [{ title: "A" }] } }] },
    [text("So."), { kind: "other", value: { citations: [{ title: "A" }] } }],
  ],
  [
    "Cohere's plan",
    { role: "assistant", tool_plan: "I will look.", tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }] },
    [text("I will look."), { kind: "call", id: "c", name: "f", given: "{}" }],
  ],
  ["Ollama's images", { role: "user", content: "See:", images: [png] }, [text("See:"), media(png, "image/*")]],
  [
    "a tool of the AI SDK that failed",
    { role: "tool", content: [{ type: "tool-result", toolCallId: "c", toolName: "f", output: { type: "error-text", value: "No." } }] },
    [{ kind: "result", id: "c", name: "f", isError: true, parts: [text("No.")] }],
  ],
  [
    "a file of the AI SDK",
    { role: "user", content: [{ type: "file", data: png, mediaType: "application/pdf", filename: "a.pdf" }] },
    [media(png, "application/pdf", "a.pdf")],
  ],
  [
    "Freeplay's image",
    { role: "user", content: [{ type: "image", media_reference: { base64Data: png, contentType: "image/png", kind: "uploaded_file" } }] },
    [media(png, "image/png")],
  ],
  [
    "a message that nobody is known to send",
    { role: "user", content: [{ type: "hologram", lines: 3 }] },
    [{ kind: "other", value: { type: "hologram", lines: 3 } }],
  ],
])("%s", ([, message, parts]) => {
  expect(readTurns([message]).flatMap((turn) => turn.parts)).toEqual(parts);
});

test.for<[string, JsonObject, Partial<Turn>]>([
  ["a developer's word", { role: "developer", content: "a" }, { role: "system", roleName: "developer" }],
  ["a name", { role: "user", name: "Ann", content: "a" }, { role: "user", name: "Ann" }],
  ["LangChain's system", { type: "system", content: "a" }, { role: "system", roleName: "system" }],
  ["an item that the model put out", { type: "web_search_call", id: "w" }, { role: "assistant" }],
  ["a part of Responses' input by itself", { type: "input_text", text: "a" }, { role: "user" }],
  ["what a tool put out", { type: "computer_call_output", call_id: "c", output: {} }, { role: "tool" }],
])("who speaks is told: %s", ([, message, turn]) => {
  expect(readTurns([message])).toMatchObject([turn]);
});
