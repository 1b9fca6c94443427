import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { openObject, type Opened } from "./opened";
import type { Part } from "./part";
import { isDataUri, readMedia } from "./read-media";

/**
 * The pieces of a message's content, whichever provider's shape it has: texts, lists of parts, parts. Nothing is left out: what is not
 * understood comes as `other`.
 */
export function readParts(value: Json | undefined): Part[] {
  if (value === undefined || value === null || value === "") return [];
  if (typeof value === "string") return isDataUri(value) ? readMedia({ url: value }) : [{ kind: "text", text: value }];
  if (Array.isArray(value)) return readList(value);
  return isJsonObject(value) ? readPart(value) : [{ kind: "other", value }];
}

/** Parts of one list that are told apart: nobody reads more, and each is some objects. */
const partsMax = 1000;

/** The pieces of a list of parts. Those of a longer one come together, and so does what is no list of parts. */
export function readList(list: Json[], readItem: (item: JsonObject) => Part[] = readPart): Part[] {
  if (list.length > 0 && !list.some((item) => typeof item === "string" || isJsonObject(item))) return [{ kind: "other", value: list }];
  const parts = list
    .slice(0, partsMax)
    .flatMap((item): Part[] =>
      isJsonObject(item) ? readItem(item) : Array.isArray(item) ? [{ kind: "other", value: item }] : readParts(item),
    );
  return list.length > partsMax ? [...parts, { kind: "other", value: list.slice(partsMax) }] : parts;
}

/** One part, and behind it what is said beside of it. */
export function readPart(part: JsonObject): Part[] {
  const type = typeof part["type"] === "string" ? part["type"] : "";
  const read = [asThinking, asCall, asResult, asDocument, asWords].map((reader) => reader(part, type)).find((found) => found !== null);
  if (read !== undefined) return read;
  const media = readMedia(part);
  return media.length > 0 ? media : [{ kind: "other", value: part }];
}

const thinkingTypes = /^(?:thinking|redacted_thinking|reasoning|reasoning_content)$/;

/** Anthropic's `thinking`, Bedrock's `reasoningContent`, an item of Responses with its summary, Gemini's thought. */
function asThinking(part: JsonObject, type: string): Part[] | null {
  const bedrock = part["reasoningContent"];
  if (!thinkingTypes.test(type) && part["thought"] !== true && !isJsonObject(bedrock)) return null;
  const outer = openObject(part);
  outer.takeWord("type", thinkingTypes);
  outer.takeIf((value) => value === true, "thought");
  const wrapped = outer.takeObject("reasoningContent");
  const inner = wrapped === null ? outer : openObject(wrapped);
  const text = inner.takeObject("reasoningText");
  const opened = text === null ? inner : openObject(text);
  const texts = ["thinking", "text", "reasoning", "summary", "content"].flatMap(
    (key) => textsIn(opened.takeIf((value) => textsIn(value) !== null, key) ?? "") ?? [],
  );
  const isSealed = seals.map((key) => opened.takeText(key) ?? inner.takeText(key)).some((seal) => seal !== null);
  opened.takeText("id");
  opened.takeWord("status", endedWell);
  return [{ kind: "thinking", text: texts.join("\n"), isSealed }, ...[...new Set([opened, inner, outer])].flatMap(restOf)];
}

const seals = ["signature", "encrypted_content", "data", "redactedContent", "thoughtSignature", "thought_signature"];
/** What says nothing to a reader: that all is well, and the ids that OpenAI's Responses have besides those of the calls. */
export const endedWell = /^(?:completed|in_progress|success)$/;
export const itemId = /^(?:msg|fc|fco|ctc|rs)_[0-9a-f]{8,}$/i;

/** The texts of a summary or a content: itself, those in a list, or under `text`; null where it holds anything else. */
function textsIn(value: Json): string[] | null {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (Array.isArray(value)) {
    const texts = value.map(textsIn);
    return texts.every((text) => text !== null) ? texts.flat() : null;
  }
  if (!isJsonObject(value)) return null;
  const opened = openObject(value);
  opened.takeWord("type", /^(?:summary_text|reasoning_text|text|thinking)$/);
  const text = opened.takeText("text", "thinking");
  return text === null || opened.rest() !== null ? null : textsIn(text);
}

const callTypes = /^(?:function|custom|function_call|tool_use|tool_call|tool-call|custom_tool_call|server_tool_use|mcp_tool_use|mcp_call)$/;
const callKeys = ["functionCall", "function_call", "toolUse", "tool_use", "tool_call"];

function asCall(part: JsonObject, type: string): Part[] | null {
  if (callTypes.test(type) && (type !== "custom" || isJsonObject(part["custom"]))) return readCall(part);
  const opened = openObject(part);
  const inner = opened.takeObject(...callKeys);
  if (inner === null) return null;
  // Gemini seals its thoughts onto the part.
  const isSealed = opened.takeText("thoughtSignature", "thought_signature") !== null;
  return [...(isSealed ? [{ kind: "thinking", text: "", isSealed } as const] : []), ...readCall(inner), ...restOf(opened)];
}

/** A call: its name and what it is given, in any provider's words. */
export function readCall(call: JsonObject): Part[] {
  const outer = openObject(call);
  outer.takeWord("type", callTypes);
  outer.takeIf((value) => typeof value === "number", "index");
  const inner = outer.takeObject("function", "custom");
  const opened = inner === null ? outer : openObject(inner);
  const name = opened.takeText("name", "function_name", "tool_name", "toolName") ?? outer.takeText("name") ?? "";
  const given = opened.take("arguments", "args", "input", "parameters");
  const id = outer.takeText("call_id", "id", "toolUseId", "toolCallId", "tool_call_id");
  outer.takeWord("id", itemId);
  outer.takeWord("status", endedWell);
  const output = outer.take("output");
  const parts: Part[] = [{ kind: "call", id, name, given }];
  // A server's tool has its result in the call.
  if (output !== undefined) parts.push({ kind: "result", id, name, isError: false, parts: resultParts(output) });
  return [...parts, ...restOf(outer), ...(inner === null ? [] : restOf(opened))];
}

const resultTypes = /^(?:tool[_-]result|(\w+)_tool_result|(\w+)_call_output|function_response)$/;
const resultKeys = ["functionResponse", "function_response", "toolResult", "tool_result"];

function asResult(part: JsonObject, type: string): Part[] | null {
  if (resultTypes.test(type)) return readResult(openObject(part));
  const outer = openObject(part);
  const inner = outer.takeObject(...resultKeys);
  return inner === null ? null : [...readResult(openObject(inner)), ...restOf(outer)];
}

/** A tool's result: parts, or any JSON. */
export function readResult(opened: Opened, id: string | null = null): Part[] {
  const [, server, caller] = resultTypes.exec(opened.takeWord("type", resultTypes) ?? "") ?? [];
  const said = ["content", "output", "result", "response", "parts"].map((key) => opened.take(key));
  const failed = said.some((value) => isJsonObject(value) && typeof value["type"] === "string" && value["type"].startsWith("error-"));
  const called = id ?? opened.takeText("tool_use_id", "tool_call_id", "call_id", "toolUseId", "toolCallId", "id");
  const isRefused = opened.takeWord("status", /^(?:error|failed)$/) !== null;
  opened.takeWord("status", endedWell);
  opened.takeWord("id", itemId);
  const flags = ["is_error", "isError"].map((key) => opened.takeIf((value) => typeof value === "boolean", key));
  const name =
    opened.takeText("name", "tool_name", "toolName") ??
    server ??
    (caller === "function" || caller === "custom_tool" ? null : (caller ?? null));
  const isError = failed || isRefused || flags.includes(true);
  return [{ kind: "result", id: called, name, isError, parts: said.flatMap(resultParts) }, ...restOf(opened)];
}

/** How the AI SDK says what kind a tool's output is of. */
const outputTypes = /^(?:(?:error-)?(?:text|json)|content)$/;

function resultParts(value: Json | undefined): Part[] {
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) return withoutResults(value);
  const opened = openObject(value);
  if (opened.has("value") && opened.takeWord("type", outputTypes) !== null)
    return [...resultParts(opened.take("value")), ...restOf(opened)];
  return "type" in value ? withoutResults(value) : [{ kind: "other", value }];
}

/** What a tool answered is no conversation: no further results are looked for in it. */
function withoutResults(value: Json): Part[] {
  const parts = readParts(value);
  return parts.some(({ kind }) => kind === "result") ? [{ kind: "other", value }] : parts;
}

/** A document that is made of parts; what a search found, and where. */
function asDocument(part: JsonObject, type: string): Part[] | null {
  const outer = openObject(part);
  const source = openObject(outer.takeObject("source") ?? {});
  const parts = source.takeIf(Array.isArray, "content");
  if (parts !== undefined) {
    source.takeWord("type", /^content$/);
    outer.takeWord("type", /^document$/);
    return [...readParts(parts), ...restOf(source), ...restOf(outer)];
  }
  if (type !== "search_result" || !("content" in part)) return null;
  const found = openObject(part);
  const content = found.take("content");
  return [...orMedia(found.rest() ?? {}), ...readParts(content)];
}

/** Words: a text, a refusal, the words of what was spoken, or JSON. */
function asWords(part: JsonObject): Part[] | null {
  const opened = openObject(part);
  const cited = opened.takeObject("citationsContent");
  if (cited !== null) {
    const inner = openObject(cited);
    return [...readParts(inner.take("content")), ...restOf(inner), ...restOf(opened)];
  }
  // A medium that has words beside is both.
  if (readMedia(part).length > 0 && part["text"] === undefined && part["transcript"] === undefined) return null;
  const refusal = opened.takeText("refusal");
  const text = opened.takeText("text", "transcript", "output_text", "input_text");
  const json = opened.take("json");
  if (refusal === null && text === null && json === undefined) return null;
  opened.takeWord("type", /^(?:text|input_text|output_text|refusal|json|summary_text)$/);
  const isSealed = opened.takeText("thoughtSignature", "thought_signature") !== null;
  const rest = opened.rest();
  return [
    ...(isSealed ? [{ kind: "thinking", text: "", isSealed } as const] : []),
    ...(text === null ? [] : readParts(text)),
    ...(refusal === null ? [] : [{ kind: "refusal", text: refusal } as const]),
    ...(json === undefined ? [] : [{ kind: "other", value: json } as const]),
    ...(rest === null ? [] : orMedia(rest)),
  ];
}

function orMedia(rest: JsonObject): Part[] {
  const media = readMedia(rest);
  return media.length > 0 ? media : [{ kind: "other", value: rest }];
}

/** What is left of an object, as it came. */
export function restOf(opened: Opened): Part[] {
  const rest = opened.rest();
  return rest === null ? [] : [{ kind: "other", value: rest }];
}
