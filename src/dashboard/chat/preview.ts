import type { JsonObject } from "../../model/json";
import { beginningOf } from "./beginning";
import type { Part } from "./part";
import { readTurns } from "./read-turns";

/** Characters of a message that a list shows. */
const previewChars = 160;

/** What a list shows of a conversation: the beginning of its last message, or what that is where it has no words. */
export function previewText(messages: JsonObject[]): string {
  const parts = readTurns(messages.slice(-1)).flatMap((turn) => turn.parts);
  const words = parts.map(wordsOf).filter((text) => text !== "");
  const shown = words.join(" ").replaceAll(/\s+/gu, " ").trim();
  return shown.length > previewChars ? `${beginningOf(shown, previewChars)}…` : shown;
}

function wordsOf(part: Part): string {
  switch (part.kind) {
    case "text":
    case "refusal":
      return beginningOf(part.text, previewChars * 2);
    case "call":
      return `[calls ${part.name}]`;
    case "result":
      return `[result${part.name === null ? "" : ` of ${part.name}`}] ${part.parts.map(wordsOf).join(" ")}`;
    case "media":
      return `[${part.type?.split("/")[0] ?? "file"}]`;
    case "thinking":
    case "left":
      return "";
    default:
      return beginningOf(JSON.stringify(part.value), previewChars * 2);
  }
}
