import { isJsonObject, type Json, type JsonObject } from "../model/json";

/** Keys under which every provider keeps text, or parts that hold some. */
const textKeys = new Set(
  (
    "content parts text refusal thinking reasoning reasoning_content summary output tool_calls function " +
    "function_call functionCall functionResponse tool_use toolUse tool_result toolResult"
  ).split(" "),
);

/** Keys of what a model reads or writes as JSON: counted as JSON text. */
const jsonKeys = new Set(["arguments", "input", "args", "response", "json"]);

/** Keys of a name that the model reads, inside a call. */
const callTypes = new Set(["function", "function_call", "tool_use", "tool_call", "custom_tool_call"]);

/**
 * Adds the texts of one message of any provider (OpenAI chat and Responses, Anthropic, Gemini, Bedrock): what was
 * said, and calls as name and JSON arguments. Media are left out whole: base64 is no text.
 */
export function collectTexts(message: JsonObject, texts: string[]): void {
  for (const [key, inner] of Object.entries(message)) {
    if (jsonKeys.has(key)) texts.push(typeof inner === "string" ? inner : JSON.stringify(inner));
    else if (textKeys.has(key)) collectInner(inner, texts);
    else if (key === "name" && typeof inner === "string" && isCall(message)) texts.push(inner);
  }
}

/**
 * Where the answer begins in a conversation: the trailing messages of the assistant's side. What stands before it
 * is the prompt. Equal to the length where nothing was answered.
 */
export function answerStart(messages: JsonObject[]): number {
  let start = messages.length;
  while (start > 0 && isAnswer(messages[start - 1])) start -= 1;
  return start;
}

function isAnswer(message: JsonObject | undefined): boolean {
  const { role, type } = message ?? {};
  if (typeof role === "string") return ["assistant", "model", "chatbot", "ai"].includes(role.toLowerCase());
  // An item of the Responses shape without a role: what a model puts out, unless it is a tool's result or a reference.
  return typeof type === "string" && type !== "message" && !/(_output|_response|_reference)$/.test(type);
}

function collectInner(value: Json, texts: string[]): void {
  if (typeof value === "string") texts.push(value);
  else if (Array.isArray(value)) for (const part of value) collectInner(part, texts);
  else if (isJsonObject(value)) collectTexts(value, texts);
}

function isCall(value: JsonObject): boolean {
  const { type, role } = value;
  if (role !== undefined) return false;
  return (
    (typeof type === "string" && callTypes.has(type)) || "arguments" in value || "args" in value || "input" in value || "response" in value
  );
}
