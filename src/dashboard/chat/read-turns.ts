import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { type Opened, openObject } from "./opened";
import type { Part, Turn } from "./part";
import { endedWell, itemId, readCall, readList, readPart, readParts, readResult, restOf } from "./read-parts";
import { readSpeaker } from "./speaker";

/**
 * A conversation as it is shown: each message of any provider's, or item of OpenAI's Responses, in its order. The answer is the trailing
 * messages of the model.
 */
export function readTurns(messages: JsonObject[]): Turn[] {
  const turns = messages.map(readTurn);
  const asked = turns.findLastIndex(({ role }) => role !== "assistant");
  // Nothing but the model's: then all of it may be.
  return turns.map((turn, index) => ({ ...turn, isAnswer: index > asked }));
}

function readTurn(message: JsonObject): Turn {
  const { role, roleName, isItem, said } = readSpeaker(message);
  if (isItem) return { role, roleName, name: null, parts: readPart(said), isAnswer: false };
  const opened = openObject(said);
  opened.takeText("role");
  opened.takeWord("type", /^message$/);
  opened.takeWord("id", itemId);
  opened.takeWord("status", endedWell);
  const name = role === "tool" ? null : opened.takeText("name");
  const parts: Part[] = [];
  for (const key of ["reasoning_content", "reasoning", "thinking"]) {
    const text = opened.takeText(key);
    if (text !== null && text !== "") parts.push({ kind: "thinking", text, isSealed: false });
  }
  const plan = opened.takeText("tool_plan");
  if (plan !== null) parts.push(...readParts(plan));
  if (role === "tool" && opened.has("content") && !holdsResults(said["content"]))
    return { role, roleName, name, parts: [...parts, ...readResult(opened)], isAnswer: false };
  const content = [...readParts(opened.take("content")), ...readParts(opened.take("parts"))];
  const refusal = opened.takeText("refusal");
  if (refusal !== null && refusal !== "") content.push({ kind: "refusal", text: refusal });
  const all = [...parts, ...content, ...beside(opened, content), ...restOf(opened)];
  return { role, roleName, name, parts: all, isAnswer: false };
}

/** What providers have beside the content: calls, images, the sound of a spoken answer. */
function beside(opened: Opened, said: Part[]): Part[] {
  const calls = readList(listOf(opened.take("tool_calls")), readCall);
  const known = new Set(said.map(callText));
  known.delete(null);
  const call = opened.takeObject("function_call");
  const audio = opened.takeObject("audio");
  return [
    // LangChain has a call of the content here once more.
    ...calls.filter((one) => !known.has(callText(one))),
    ...(call === null ? [] : readCall(call)),
    ...readList(listOf(opened.take("images"))).map(imageOf),
    ...(audio === null ? [] : readAudio(audio)),
  ];
}

/** A call by all that it says; null for what is none, or has no id to be known by. */
function callText(part: Part): string | null {
  return part.kind === "call" && part.id !== null ? JSON.stringify([part.id, part.name, part.given ?? null]) : null;
}

/** A spoken answer: its words, and its sound. */
function readAudio(audio: JsonObject): Part[] {
  const opened = openObject(audio);
  const transcript = opened.takeText("transcript");
  const data = opened.takeText("data");
  return [
    ...(transcript === null ? [] : readParts(transcript)),
    ...(data === null ? [] : [{ kind: "media", source: data, type: "audio/*", name: null } as const]),
    ...restOf(opened),
  ];
}

/** Ollama's images are bare base64. */
function imageOf(part: Part): Part {
  return part.kind === "text" ? { kind: "media", source: part.text, type: "image/*", name: null } : part;
}

/** Whether a tool's message is of parts that are results themselves, as the AI SDK's are. */
function holdsResults(content: Json | undefined): boolean {
  return (
    Array.isArray(content) &&
    content.some((part) => isJsonObject(part) && typeof part["type"] === "string" && /result|_output$/.test(part["type"]))
  );
}

function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}
