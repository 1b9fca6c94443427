import type { JsonObject, Message, RecordPayload } from "../record-payload";

/** What a request says, as the data model has it. */
export interface Asked {
  messages: Message[];
  toolSchema?: RecordPayload["toolSchema"];
  /** The AI SDK may promise it only. */
  outputFormat: Format | PromiseLike<Format>;
  modelParameters: JsonObject;
  call: {
    /** Where the request itself tells it. */
    provider: string | undefined;
    /** Where the answer does not either. */
    guess: string;
    model: string;
  };
}

interface Format {
  schema?: unknown;
}

/** Where providers' clients take the conversation; a text is what the user says. */
const conversationKeys = ["messages", "input", "prompt", "contents"];
/** Where they take what stands before it. */
const systemKeys = ["system", "instructions"];
/** What is no parameter of the call, or the caller's own: his headers and keys, and what the AI SDK hands to tools and observers. */
const otherKeys = /^(?:model|tools|schema|output)$|(?:signal|headers|context|telemetry|api_?key)$/i;

/** Reads a request as a provider's client takes it. What it says now is what counts: callers go on with the same lists. */
export function readRequest(request: unknown): Asked {
  const given: JsonObject = isObject(request) && !Array.isArray(request) ? request : { input: request };
  const said = (keys: string[], role: string) => keys.flatMap((key) => messagesOf(given[key], role));
  const messages = [...said(systemKeys, "system"), ...said(conversationKeys, "user")].flatMap((message) => copyOf(message) ?? []);
  const modelParameters: JsonObject = {};
  for (const key of Object.keys(given)) {
    if (![...systemKeys, ...conversationKeys].includes(key) && !otherKeys.test(key)) modelParameters[key] = copyOf(given[key]);
  }
  return {
    messages: messages[0] ? messages : [modelParameters],
    toolSchema: copyOf(toolsOf(given["tools"])),
    outputFormat: outputFormatOf(given),
    modelParameters,
    call: callOf(given),
  };
}

function messagesOf(value: unknown, role: string): Message[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((one) => isObject(one) && ("role" in one || role === "user"))) return value as Message[];
  return isObject(value) && "role" in value ? [value] : [{ role, content: value }];
}

/** The AI SDK's are by their names, with schemas of a library's own. */
function toolsOf(tools: unknown): RecordPayload["toolSchema"] {
  if (!isObject(tools) || Array.isArray(tools)) return tools as object[] | undefined;
  return Object.entries(tools as Record<string, JsonObject | undefined>).map(([name, tool]) => ({
    name,
    description: tool?.["description"],
    parameters: jsonSchemaOf(tool?.["inputSchema"]),
  }));
}

/** How the answer is to look: for OpenAI's chat and Responses, for Anthropic, for the AI SDK. */
function outputFormatOf(given: JsonObject): Asked["outputFormat"] {
  const holder = given["response_format"] ?? given["text"] ?? given["output_config"] ?? given["output"] ?? {};
  const { json_schema: own, format, responseFormat } = holder as Record<string, Format | PromiseLike<Format> | undefined>;
  return own ?? format ?? responseFormat ?? { schema: jsonSchemaOf(given["schema"]) };
}

interface Schema {
  jsonSchema?: unknown;
  "~standard"?: { jsonSchema?: { input: (options: object) => unknown } };
}

/** A library's schema may know how it looks as JSON. */
function jsonSchemaOf(value: unknown): unknown {
  const schema = value as Schema | undefined;
  return schema?.jsonSchema ?? schema?.["~standard"]?.jsonSchema?.input({ target: "draft-07" });
}

/**
 * The AI SDK's model is an object that says who provides it, as `openai.chat`. Others' clients are told apart by what they take; a name
 * that begins with its maker's is one of a gateway, such as OpenRouter, whoever's requests that takes.
 */
function callOf(given: JsonObject): Asked["call"] {
  const { model } = given;
  const { provider, modelId } = isObject(model) ? model : { provider: "", modelId: model };
  const name = textOf(modelId) || "unknown";
  return {
    provider: textOf(provider).replace(/\..*/, "") || (name.includes("/") ? "gateway" : undefined),
    guess: name.includes("claude") ? "anthropic" : "messages" in given || "input" in given ? "openai" : "unknown",
    model: name,
  };
}

/** A copy as JSON; undefined of what is none. */
function copyOf<Value>(value: Value): Value | undefined {
  try {
    return JSON.parse(JSON.stringify(value, asJson)) as Value;
  } catch {
    return undefined;
  }
}

/** Bytes are sent as base64; what opens an MCP server is not sent. */
function asJson(this: JsonObject, key: string, value: unknown): unknown {
  const raw = this[key];
  if (raw instanceof Uint8Array) return btoa(raw.reduce((text, byte) => text + String.fromCharCode(byte), ""));
  return key === "authorization_token" || ("server_url" in this && /^(?:headers|authorization)$/.test(key)) ? undefined : value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null;
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
