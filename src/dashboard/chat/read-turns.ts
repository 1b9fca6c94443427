import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { openObject } from "./opened";
import type { Part, Role, Turn } from "./part";
import { readCall, readPart, readParts, readResult, restOf } from "./read-parts";

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
  const role = roleOf(message);
  const roleName = typeof message["role"] === "string" ? message["role"] : null;
  if (isItem(message)) return { role, roleName, name: null, parts: readPart(message), isAnswer: false };
  const opened = openObject(message);
  opened.takeText("role");
  opened.takeWord("type", /^message$/);
  const name = role === "tool" ? null : opened.takeText("name");
  const parts: Part[] = [];
  for (const key of ["reasoning_content", "reasoning", "thinking"]) {
    const text = opened.takeText(key);
    if (text !== null && text !== "") parts.push({ kind: "thinking", text, isSealed: false });
  }
  const plan = opened.takeText("tool_plan");
  if (plan !== null) parts.push(...readParts(plan));
  if (role === "tool" && opened.has("content") && !holdsResults(message["content"]))
    return { role, roleName, name, parts: [...parts, ...readResult(opened)], isAnswer: false };
  parts.push(...readParts(opened.take("content")), ...readParts(opened.take("parts")));
  const refusal = opened.takeText("refusal");
  if (refusal !== null && refusal !== "") parts.push({ kind: "refusal", text: refusal });
  parts.push(...listOf(opened.take("tool_calls")).flatMap((call) => (isJsonObject(call) ? readCall(call) : readParts(call))));
  const call = opened.takeObject("function_call");
  if (call !== null) parts.push(...readCall(call));
  for (const image of listOf(opened.take("images"))) parts.push(...(typeof image === "string" ? [imageOf(image)] : readParts(image)));
  return { role, roleName, name, parts: [...parts, ...restOf(opened)], isAnswer: false };
}

/** Ollama's images are bare base64. */
function imageOf(source: string): Part {
  return { kind: "media", source, type: "image/*", name: null };
}

/** Whether a tool's message is of parts that are results themselves, as the AI SDK's are. */
function holdsResults(content: Json | undefined): boolean {
  return (
    Array.isArray(content) &&
    content.some((part) => isJsonObject(part) && typeof part["type"] === "string" && /result|_output$/.test(part["type"]))
  );
}

/** Whether a message stands for itself: a call, a result, reasoning. */
function isItem({ role, type }: JsonObject): boolean {
  return role === undefined && typeof type === "string" && type !== "message";
}

/** Items that a model puts out. */
const outputItem = /_call$|_use$|^reasoning$|^thinking$|^compaction$|^tool[-_]call$|^mcp_(?:list_tools|approval_request)$|^output_text$/;

function roleOf(message: JsonObject): Role {
  const { role, type } = message;
  const word = typeof role === "string" ? role.toLowerCase() : "";
  if (word === "system" || word === "developer") return "system";
  if (word === "tool" || word === "function") return "tool";
  if (["assistant", "model", "chatbot", "ai"].includes(word)) return "assistant";
  if (word === "" && typeof type === "string") {
    if (outputItem.test(type)) return "assistant";
    if (type === "message") {
      const isSpoken = listOf(message["content"]).some(
        (part) => isJsonObject(part) && (part["type"] === "output_text" || part["type"] === "refusal"),
      );
      return isSpoken ? "assistant" : "user";
    }
    return "tool";
  }
  return "user";
}

function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return value === undefined ? [] : [value];
}
