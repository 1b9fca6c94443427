import type { CallInfo, JsonObject, Message, RecordPayload } from "../record-payload";

/** What a request says, as the data model has it. */
export interface Asked {
  messages: Message[];
  toolSchema?: RecordPayload["toolSchema"];
  modelParameters: JsonObject;
  call: Pick<CallInfo, "provider" | "model">;
}

/** Where providers' clients take the conversation; a text is what the user says. */
const conversationKeys = ["messages", "input", "prompt", "contents"];
/** Where they take what stands before it. */
const systemKeys = ["system", "instructions", "systemInstruction"];
/** What is no parameter of the call, or may hold a secret. */
const otherKeys = ["model", "tools", "headers", "abortSignal", "signal"];

/**
 * Reads a request as a provider's client takes it. What it says now is what counts: callers go on with the same lists.
 * @throws what JSON does, of what is none.
 */
export function readRequest(request: unknown): Asked {
  const given = isObject(request) ? request : {};
  const { model, tools } = given;
  const messages = [
    ...systemKeys.flatMap((key) => messagesOf(given[key], "system")),
    ...conversationKeys.flatMap((key) => messagesOf(given[key], "user")),
  ];
  const known = [...conversationKeys, ...systemKeys, ...otherKeys];
  const modelParameters = Object.fromEntries(Object.entries(given).filter(([key]) => !known.includes(key)));
  const read = { messages: messages.length > 0 ? messages : [given], toolSchema: toolsOf(tools), modelParameters };
  return { ...(JSON.parse(JSON.stringify(read, withBytes)) as typeof read), call: callOf(model, given) };
}

function messagesOf(value: unknown, role: string): Message[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((one) => isObject(one) && ("role" in one || role === "user"))) return value as Message[];
  return isObject(value) && "role" in value ? [value] : [{ role, content: value }];
}

/** The AI SDK's are by their names, with schemas of a library's own, which may know how they look as JSON. */
function toolsOf(tools: unknown): RecordPayload["toolSchema"] {
  if (!isObject(tools) || Array.isArray(tools)) return tools as object[] | undefined;
  return Object.entries(tools as Record<string, Tool>).map(([name, { description, inputSchema }]) => {
    const standard = inputSchema?.["~standard"]?.jsonSchema;
    return { name, description, parameters: inputSchema?.jsonSchema ?? standard?.input({ target: "draft-07" }) };
  });
}

interface Tool {
  description?: string;
  inputSchema?: { jsonSchema?: unknown; "~standard"?: { jsonSchema?: { input: (options: object) => unknown } } };
}

/** The AI SDK's model is an object that says who provides it, as `openai.chat`. Others' clients are told apart by what they take. */
function callOf(model: unknown, given: JsonObject): Asked["call"] {
  if (isObject(model)) {
    const provider = textOf(model["provider"]).replace(/\..*/, "");
    return { provider: provider || "unknown", model: textOf(model["modelId"]) || "unknown" };
  }
  const name = textOf(model) || "unknown";
  const isAnthropic = "max_tokens" in given && ("system" in given || name.startsWith("claude"));
  return { provider: isAnthropic ? "anthropic" : "messages" in given || "input" in given ? "openai" : "unknown", model: name };
}

/** Bytes among the messages, as base64. */
function withBytes(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as JsonObject)[key];
  if (!(raw instanceof Uint8Array)) return value;
  let text = "";
  for (const byte of raw) text += String.fromCharCode(byte);
  return btoa(text);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
