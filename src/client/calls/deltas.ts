import type { JsonObject } from "../record-payload";
import { isObject, textOf } from "./asked";

/** Puts together what a stream brought, until it is read, as the answer that would have come without one. */
export interface Deltas {
  /** Never throws. */
  add: (chunk: unknown) => void;
  answer: () => JsonObject | string;
}

/** Of OpenAI's chat and Responses, and of Anthropic's messages; or else of texts. */
export function createDeltas(): Deltas {
  const chat: JsonObject = {};
  let response: JsonObject | undefined;
  let text = "";

  const addChat = ({ choices: more, usage, model }: JsonObject) => {
    const choices = (chat["choices"] ??= []) as JsonObject[];
    for (const { index, delta, finish_reason: reason } of more as { index?: number; delta?: JsonObject; finish_reason?: string | null }[]) {
      const choice = (choices[index ?? 0] ??= { message: { role: "assistant", content: null } });
      merge(choice["message"] as JsonObject, delta ?? {});
      if (reason) choice["finish_reason"] = reason;
    }
    if (isObject(usage)) chat["usage"] = usage;
    chat["model"] = model;
  };

  const addEvent = (event: JsonObject) => {
    const begun = event["response"] ?? event["message"];
    if (isObject(begun)) response = structuredClone(begun);
    else if (response?.["output"]) addItem(response["output"] as JsonObject[], event);
    else if (response) addToMessage(response, event);
  };

  return {
    add(chunk) {
      try {
        if (typeof chunk === "string") text += chunk;
        else if (isObject(chunk) && Array.isArray(chunk["choices"])) addChat(chunk);
        else if (isObject(chunk)) addEvent(chunk);
      } catch {
        // No fault of ours stops a stream.
      }
    },
    answer() {
      for (const block of (response?.["content"] as JsonObject[] | undefined) ?? []) closeBlock(block);
      return chat["choices"] ? chat : (response ?? text);
    },
  };
}

/** Texts follow each other, but for names, which may be said again; lists go by their `index`, and all else is what it is said to be last; null says nothing. */
function merge(whole: JsonObject, delta: JsonObject): void {
  for (const [key, value] of Object.entries(delta)) {
    const before = whole[key];
    if (value === null || value === undefined) continue;
    if (typeof value === "string" && typeof before === "string" && !/^(?:id|type|role|name|format)$/.test(key)) whole[key] = before + value;
    else if (Array.isArray(value)) {
      const list = (whole[key] ??= []) as JsonObject[];
      for (const { index, ...part } of value as JsonObject[]) merge((list[(index as number | undefined) ?? list.length] ??= {}), part);
    } else if (isObject(value)) merge((whole[key] ??= {}) as JsonObject, value);
    else whole[key] = value;
  }
}

/** Responses have their items whole when each is done; until then, `response.output_text.delta` and its like bring pieces of them. */
function addItem(output: JsonObject[], event: JsonObject): void {
  const { type, item, delta, output_index: index, content_index: at } = event;
  if (isObject(item)) output[index as number] = structuredClone(item);
  const [, name, key] = /(\w*?([a-z]+))\.delta$/.exec(textOf(type)) ?? [];
  const whole = output[index as number];
  if (!key || !whole) return;
  const part = at === undefined ? whole : ((whole["content"] as JsonObject[])[at as number] ??= { type: name });
  merge(part, { [key]: delta });
}

/** Anthropic's events bring a block, a piece of one, or what is known of the message in the end. */
function addToMessage(message: JsonObject, event: JsonObject): void {
  const { content_block: block, index, delta, usage } = event;
  const content = message["content"] as JsonObject[];
  if (isObject(block)) content[index as number] = structuredClone(block);
  else if (isObject(delta) && index !== undefined) {
    // A piece is named as its place in the block; a tool's input comes as its JSON.
    const { type: _, citation, ...piece } = delta;
    merge(content[index as number] ?? {}, citation ? { citations: [citation] } : piece);
  } else if (isObject(delta)) {
    Object.assign(message, delta);
    merge(message["usage"] as JsonObject, usage as JsonObject);
  }
}

function closeBlock(block: JsonObject): void {
  const { partial_json: json } = block;
  if (typeof json !== "string") return;
  delete block["partial_json"];
  try {
    block["input"] = JSON.parse(json || "{}");
  } catch {
    // It broke off: as far as it came.
    block["input"] = json;
  }
}
