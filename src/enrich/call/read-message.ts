import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { isDataUri, jsonText } from "./json-text";
import type { Message, Part } from "./message";
import { documentContent, readMedia } from "./read-media";

/**
 * Reads one message, or one item of OpenAI's Responses, of any provider: OpenAI, Anthropic, Gemini, Bedrock Converse,
 * Cohere, Mistral, Ollama, and Freeplay's own blocks. What nobody is known to send is passed over, and nothing throws.
 */
export function readMessage(message: JsonObject): Message {
  const parts: Part[] = [];
  const { content, name } = message;
  const role = roleOf(message);
  const thought = message["reasoning_content"] ?? message["reasoning"] ?? (message["type"] === undefined ? message["thinking"] : undefined);
  if (typeof thought === "string" && thought !== "") parts.push({ kind: "thinking", text: thought, sealedUnits: 0 });
  if (typeof message["tool_plan"] === "string") parts.push({ kind: "text", text: message["tool_plan"] });
  if (isItem(message)) {
    readPart(message, parts);
  } else {
    if (role === "tool") readAnswered(content, parts);
    // Some keep a message's text and its parts, which hold the same.
    else readParts((content ?? "") === "" ? (message["parts"] ?? content) : content, parts);
    if (typeof message["refusal"] === "string") parts.push({ kind: "text", text: message["refusal"] });
  }
  const known = new Set(listOf(content).flatMap((part) => (isJsonObject(part) && typeof part["id"] === "string" ? [part["id"]] : [])));
  for (const call of listOf(message["tool_calls"])) {
    // LangChain keeps a call of the content here once more, under its id.
    if (isJsonObject(call) && !(typeof call["id"] === "string" && known.has(call["id"]))) parts.push(readCall(call));
  }
  if (isJsonObject(message["function_call"])) parts.push(readCall(message["function_call"]));
  // Ollama's images stand beside the content; OpenAI's spoken answer too.
  for (const image of listOf(message["images"])) parts.push(...readMedia({ type: "image", data: image }));
  const { audio } = message;
  if (isJsonObject(audio)) parts.push({ kind: "unknown", what: "audio" });
  if (isJsonObject(audio) && typeof audio["transcript"] === "string") parts.push({ kind: "text", text: audio["transcript"] });
  if (role !== "tool" || message["type"] !== undefined)
    return { role, name: typeof name === "string" && !isItem(message) ? name : null, parts };
  const isResult = parts.some((part) => part.kind === "result");
  const result: Part = { kind: "result", name: textOrNull(name), parts: parts.map(withoutBase64) };
  return { role, name: null, parts: isResult ? parts : [result] };
}

/** The items of Responses that a model puts out, and parts of other providers' answers that stand by themselves. */
const outputItem = /_call$|_use$|^reasoning$|^thinking$|^compaction$|^tool[-_]call$|^mcp_(?:list_tools|approval_request)$|^output_text$/;

/** Whether a message is the model's: what an answer is made of. */
export function isAnswer(message: JsonObject | undefined): boolean {
  const { role, type } = message ?? {};
  if (typeof role === "string") return ["assistant", "model", "chatbot", "ai"].includes(role.toLowerCase());
  if (type === "message")
    return listOf(message?.["content"]).some(
      (part) => isJsonObject(part) && /^(?:output_text|refusal)$/.test(textOrNull(part["type"]) ?? ""),
    );
  // An item of the Responses shape without a role: what a model puts out.
  return typeof type === "string" && outputItem.test(type);
}

/** Whether a message is an item of OpenAI's Responses that stands for itself: a call, a result, reasoning. */
function isItem({ role, type }: JsonObject): boolean {
  return role === undefined && typeof type === "string" && type !== "message";
}

function roleOf(message: JsonObject): Message["role"] {
  const role = typeof message["role"] === "string" ? message["role"].toLowerCase() : "";
  if (role === "system" || role === "developer") return "system";
  if (role === "tool" || role === "function") return "tool";
  if (isAnswer(message)) return "assistant";
  return isItem(message) ? "tool" : "user";
}

function readParts(value: Json | undefined, parts: Part[]): void {
  if (typeof value === "string")
    parts.push(...(isDataUri(value) ? readMedia({ file_data: value }) : [{ kind: "text" as const, text: value }]));
  else if (Array.isArray(value)) for (const part of value) readParts(part, parts);
  else if (isJsonObject(value)) readPart(value, parts);
}

function readPart(part: JsonObject, parts: Part[]): void {
  const type = typeof part["type"] === "string" ? part["type"] : "";
  if (/thinking|reasoning/.test(type) || isJsonObject(part["reasoningContent"]) || part["thought"] === true) {
    parts.push(readThinking(part));
    return;
  }
  const call = callOf(part, type);
  if (call !== null) {
    parts.push(readCall(call));
    addSealed(part, parts);
    return;
  }
  const result = resultOf(part, type);
  if (result !== null) {
    parts.push(readResult(result));
    return;
  }
  // Bedrock has a quoting answer's text in a wrapping of its own.
  if (isJsonObject(part["citationsContent"])) {
    readParts(part["citationsContent"]["content"], parts);
    return;
  }
  const document = documentContent(part);
  if (document !== undefined) {
    readParts(document, parts);
    return;
  }
  const media = readMedia(part);
  if (media.length > 0) {
    if (typeof part["text"] === "string") parts.push({ kind: "text", text: part["text"] });
    parts.push(...media);
    return;
  }
  if (
    /(?:_call|_use|_call_output|^mcp_|_tool_result)/.test(type) ||
    isJsonObject(part["executableCode"]) ||
    isJsonObject(part["codeExecutionResult"])
  ) {
    parts.push({ kind: "unknown", what: "server tool" });
    return;
  }
  for (const key of ["text", "refusal", "transcript"]) if (typeof part[key] === "string") parts.push({ kind: "text", text: part[key] });
  if ("json" in part) parts.push({ kind: "text", text: jsonText(part["json"]) });
  for (const key of ["content", "parts"]) readParts(part[key], parts);
  addSealed(part, parts);
}

/** Gemini seals its thoughts onto the part that follows them. */
function addSealed(part: JsonObject, parts: Part[]): void {
  const sealed = part["thoughtSignature"] ?? part["thought_signature"];
  if (typeof sealed === "string" && sealed !== "") parts.push({ kind: "thinking", text: "", sealedUnits: sealed.length });
}

/** Anthropic's `thinking`, Bedrock's `reasoningContent`, an item of Responses with its summary, Gemini's thought. */
function readThinking(part: JsonObject): Part {
  const bedrock = part["reasoningContent"];
  const inner = isJsonObject(bedrock) ? (isJsonObject(bedrock["reasoningText"]) ? bedrock["reasoningText"] : bedrock) : part;
  const texts: string[] = [];
  for (const key of ["thinking", "text", "reasoning", "summary", "content"]) collectStrings(inner[key], texts);
  const sealed = ["signature", "encrypted_content", "data", "redactedContent", "thoughtSignature", "thought_signature"]
    .map((key) => inner[key])
    .find((value) => typeof value === "string");
  return { kind: "thinking", text: texts.join("\n"), sealedUnits: typeof sealed === "string" ? sealed.length : 0 };
}

function collectStrings(value: Json | undefined, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (Array.isArray(value)) for (const inner of value) collectStrings(inner, texts);
  else if (isJsonObject(value)) collectStrings(value["text"] ?? value["thinking"], texts);
}

const callTypes = new Set([
  "function",
  "function_call",
  "tool_use",
  "tool_call",
  "tool-call",
  "custom_tool_call",
  "server_tool_use",
  "mcp_tool_use",
  "mcp_call",
]);

/** The object that holds a call's name and arguments, or null. */
function callOf(part: JsonObject, type: string): JsonObject | null {
  if (callTypes.has(type)) return part;
  for (const key of ["functionCall", "function_call", "toolUse", "tool_use", "tool_call"]) {
    const inner = part[key];
    if (isJsonObject(inner)) return inner;
  }
  return null;
}

function readCall(call: JsonObject): Part {
  const inner = isJsonObject(call["function"]) ? call["function"] : call;
  const name = inner["name"] ?? call["name"] ?? inner["function_name"] ?? inner["tool_name"];
  const given = inner["arguments"] ?? inner["args"] ?? inner["input"] ?? inner["parameters"];
  return { kind: "call", name: textOrNull(name) ?? "", arguments: given === undefined ? "" : jsonText(given) };
}

/** The object that holds a tool's result, or null. */
function resultOf(part: JsonObject, type: string): JsonObject | null {
  if (
    /^(?:tool[_-]result|function_call_output|custom_tool_call_output|function_response|computer_call_output|local_shell_call_output)$/.test(
      type,
    )
  )
    return part;
  for (const key of ["functionResponse", "function_response", "toolResult", "tool_result"]) {
    const inner = part[key];
    if (isJsonObject(inner)) return inner;
  }
  return null;
}

function readResult(result: JsonObject): Part {
  const parts: Part[] = [];
  for (const key of ["content", "output", "result"]) readAnswered(result[key], parts);
  if (result["response"] !== undefined) parts.push({ kind: "text", text: jsonText(result["response"]) });
  // Gemini 3 keeps a response's media beside it.
  readParts(result["parts"], parts);
  return { kind: "result", name: textOrNull(result["name"] ?? result["tool_name"]), parts: parts.map(withoutBase64) };
}

/** What a tool answered: parts, or any JSON. */
function readAnswered(value: Json | undefined, parts: Part[]): void {
  const before = parts.length;
  readParts(value, parts);
  if (parts.length === before && (value ?? null) !== null && !Array.isArray(value)) parts.push({ kind: "text", text: jsonText(value) });
}

/** What a tool answered, without the media in its JSON. */
function withoutBase64(part: Part): Part {
  return part.kind === "text" ? { kind: "text", text: jsonText(part.text) } : part;
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}
