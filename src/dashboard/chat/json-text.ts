import type { Json } from "../../model/json";

/** JSON in lines that are indented; in one line where that has more than `charsMax` characters: indenting what is nested deep makes much of little. */
export function jsonText(value: Json, charsMax: number): string {
  const text = JSON.stringify(value);
  return indentedLength(text, charsMax) <= charsMax ? JSON.stringify(value, null, 2) : text;
}

/** How long JSON is when it is indented, or that it is longer than `charsMax`. */
function indentedLength(text: string, charsMax: number): number {
  let length = 0;
  let level = 0;
  for (let at = 0; at < text.length && length <= charsMax; at += 1) {
    const character = text[at];
    const start = at;
    if (character === '"') at = stringEnd(text, at);
    else if (character === "[" || character === "{") length += 1 + 2 * (level += 1);
    else if (character === "]" || character === "}") length += 1 + 2 * (level -= 1);
    else if (character === ",") length += 1 + 2 * level;
    else if (character === ":") length += 1;
    length += at - start + 1;
  }
  return length;
}

/** Where the string ends that begins at a place. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
