import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { openObject } from "./opened";
import type { Role } from "./part";

/** Who speaks in a message, by the word that was posted for it, and what is left to be read. */
export interface Speaker {
  role: Role;
  roleName: string | null;
  /** Whether it stands for itself, as an item of OpenAI's Responses: a call, a result, reasoning. */
  isItem: boolean;
  said: JsonObject;
}

/** LangChain says who speaks by the message's type. */
const langChainRoles: Record<string, Role> = {
  human: "user",
  ai: "assistant",
  AIMessageChunk: "assistant",
  system: "system",
  developer: "system",
  tool: "tool",
  function: "tool",
};

/** And by its class, where it serialized one. */
const langChainClass = /^(Human|AI|System|Tool|Function)Message(?:Chunk)?$/;

export function readSpeaker(message: JsonObject): Speaker {
  const { role, type } = message;
  if (role !== undefined || typeof type !== "string")
    return { role: roleByWord(role), roleName: typeof role === "string" ? role : null, isItem: false, said: message };
  const serialized = readSerialized(message);
  if (serialized !== null) return serialized;
  const named = Object.hasOwn(langChainRoles, type) && "content" in message ? langChainRoles[type] : undefined;
  if (named !== undefined) return { role: named, roleName: type, isItem: false, said: withoutType(message) };
  return { role: roleByType(type, message), roleName: null, isItem: type !== "message", said: message };
}

function readSerialized(message: JsonObject): Speaker | null {
  const opened = openObject(message);
  opened.take("lc");
  opened.takeWord("type", /^constructor$/);
  const path = opened.takeIf((value) => Array.isArray(value) && value.every((step) => typeof step === "string"), "id");
  const said = opened.takeObject("kwargs");
  const name = Array.isArray(path) ? path.at(-1) : undefined;
  const word = typeof name === "string" ? langChainClass.exec(name)?.[1]?.toLowerCase() : undefined;
  const role = word === undefined ? undefined : langChainRoles[word];
  if (word === undefined || role === undefined || said === null || opened.rest() !== null) return null;
  return { role, roleName: word, isItem: false, said };
}

function withoutType(message: JsonObject): JsonObject {
  const { type: _, ...said } = message;
  return said;
}

function roleByWord(role: Json | undefined): Role {
  const word = typeof role === "string" ? role.toLowerCase() : "";
  if (word === "system" || word === "developer") return "system";
  if (word === "tool" || word === "function") return "tool";
  return ["assistant", "model", "chatbot", "ai"].includes(word) ? "assistant" : "user";
}

/** Items that a model puts out, and such as stand in what it is asked. */
const outputItem = /_call$|_use$|^reasoning$|^thinking$|^compaction$|^tool[-_]call$|^mcp_(?:list_tools|approval_request)$|^output_text$/;
const inputItem = /^(?:input_\w+|text|image|image_url|file|document)$/;

function roleByType(type: string, { content }: JsonObject): Role {
  if (outputItem.test(type)) return "assistant";
  if (inputItem.test(type)) return "user";
  if (type !== "message") return "tool";
  const parts = Array.isArray(content) ? content : [];
  const isSpoken = parts.some((part) => isJsonObject(part) && (part["type"] === "output_text" || part["type"] === "refusal"));
  return isSpoken ? "assistant" : "user";
}
