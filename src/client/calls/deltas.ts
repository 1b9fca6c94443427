import type { JsonObject } from "../record-payload";
import { isObject, textOf } from "./asked";

/** Puts together what a stream brought, until it is read, as the answer that would have come without one. */
export interface Deltas {
  add: (chunk: unknown) => void;
  answer: () => JsonObject | string;
}

/** Of OpenAI's chat and Responses, and of Anthropic's messages; or else of texts. */
export function createDeltas(): Deltas {
  const chat: JsonObject = {};
  let message: JsonObject | undefined;
  let response: JsonObject | undefined;
  let text = "";

  const addChat = ({ choices, usage, model }: JsonObject) => {
    const [choice] = choices as { index?: number; delta?: JsonObject; finish_reason?: string | null }[];
    message ??= { role: "assistant", content: null };
    if (choice !== undefined && (choice.index ?? 0) === 0) {
      merge(message, choice.delta ?? {});
      if (choice.finish_reason) chat["finish_reason"] = choice.finish_reason;
    }
    if (isObject(usage)) chat["usage"] = usage;
    chat["model"] = model;
  };

  const addEvent = (event: JsonObject) => {
    const { type } = event;
    if (isObject(event["response"])) response = ownCopy(event["response"], "output");
    if (type === "response.output_item.done") (response?.["output"] as unknown[] | undefined)?.push(event["item"]);
    if (type === "message_start") response = ownCopy(event["message"] as JsonObject, "content");
    const content = response?.["content"] as JsonObject[] | undefined;
    if (type === "content_block_start") content?.push({ ...(event["content_block"] as JsonObject) });
    if (type === "content_block_delta") addBlock(content?.[event["index"] as number] ?? {}, event["delta"] as JsonObject);
    if (type === "message_delta" && response) {
      Object.assign(response, event["delta"]);
      response["usage"] = { ...(response["usage"] as object), ...(event["usage"] as object) };
    }
  };

  return {
    add(chunk) {
      if (typeof chunk === "string") text += chunk;
      else if (isObject(chunk) && Array.isArray(chunk["choices"])) addChat(chunk);
      else if (isObject(chunk)) addEvent(chunk);
    },
    answer() {
      for (const block of (response?.["content"] as JsonObject[] | undefined) ?? []) closeBlock(block);
      if (message) return { ...chat, choices: [{ message, finish_reason: chat["finish_reason"] }] };
      return response ?? text;
    },
  };
}

/** What is added to the list goes into none of the client's own. */
function ownCopy(value: JsonObject, list: string): JsonObject {
  return { ...value, [list]: [...((value[list] as unknown[] | undefined) ?? [])] };
}

/** Texts follow each other, lists go by their `index`, and all else is what it is said to be last. */
function merge(whole: JsonObject, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    const before = whole[key];
    if (value === null || value === undefined) continue;
    if (typeof value === "string" && typeof before === "string" && !["id", "type", "role", "name"].includes(key))
      whole[key] = before + value;
    else if (Array.isArray(value)) {
      const list = (whole[key] ??= []) as JsonObject[];
      for (const { index, ...part } of value as JsonObject[]) merge((list[(index as number | undefined) ?? list.length] ??= {}), part);
    } else if (isObject(value)) merge((whole[key] ??= {}) as JsonObject, value);
    else whole[key] = value;
  }
}

/** Anthropic's deltas: what each adds stands under a name of its own. A tool's input comes as pieces of its JSON. */
function addBlock(block: JsonObject, delta: JsonObject): void {
  for (const [name, piece] of Object.entries(delta)) {
    if (name === "citation") block["citations"] = [...((block["citations"] as unknown[] | null) ?? []), piece];
    else if (name !== "type") block[name] = textOf(block[name]) + textOf(piece);
  }
}

function closeBlock(block: JsonObject): void {
  const { partial_json: json } = block;
  if (typeof json !== "string") return;
  delete block["partial_json"];
  try {
    block["input"] = JSON.parse(json);
  } catch {
    // It broke off: as far as it came.
    block["input"] = json;
  }
}
