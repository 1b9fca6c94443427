import { isJsonObject, type Json, type JsonObject } from "../../model/json";

/** Characters of a message that a list shows. */
const previewChars = 160;

/** The beginning of the last message's text, whichever provider's form it has; or what it is where it has none. */
export function previewText(messages: JsonObject[]): string {
  const last = messages.at(-1);
  if (last === undefined) return "";
  const text = firstText(last);
  const shown = (text ?? JSON.stringify(last)).replace(/\s+/gu, " ").trim();
  return shown.length > previewChars ? `${shown.slice(0, previewChars).toWellFormed()}…` : shown;
}

/** The first text in a message: its content, or that of its parts. */
function firstText(message: JsonObject): string | null {
  for (const key of ["content", "parts", "text", "output", "arguments"]) {
    const found = textIn(message[key]);
    if (found !== null) return found;
  }
  return null;
}

function textIn(value: Json | undefined): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  if (Array.isArray(value)) return value.map((item) => textIn(item)).find((text) => text !== null) ?? null;
  if (isJsonObject(value)) return firstText(value);
  return null;
}
