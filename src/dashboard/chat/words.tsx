import type { Child } from "hono/jsx";
import { beginningOf } from "./beginning";

/** Characters that are shown before the rest is folded away. */
const openChars = 4000;

/** Of what is hidden, how much is told. */
const hiddenShown = 4000;

/**
 * Controls that reorder the text around them, that show nothing, or that hide ASCII or bytes from eyes and not from models. What joins emoji
 * and the letters of some scripts is none, nor is one selector of a variant.
 */
const unseen =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- they are what it is about
  /[\u202A-\u202E\u2066-\u2069\u200B\u2060-\u2064\u206A-\u206F\uFEFF]|[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]|[\u{E0000}-\u{E007F}]+|[\uFE00-\uFE0F\u{E0100}-\u{E01EF}]{2,}/gu;

/** A text as it was posted, in its own direction, which it cannot carry beyond itself. Long ones are folded; `charsMax` bounds all. */
export function Words({ text, charsMax }: { text: string; charsMax: number }) {
  const shown = beginningOf(text, charsMax);
  const isFolded = shown.length > openChars * 1.5;
  const first = isFolded ? beginningOf(shown, openChars) : shown;
  return (
    <>
      <div class="words" dir="auto">
        {marked(first)}
        {isFolded ? "…" : null}
      </div>
      {isFolded ? (
        <details>
          <summary>All {text.length.toLocaleString("en-US")} characters</summary>
          <div class="words" dir="auto">
            {marked(shown)}
          </div>
        </details>
      ) : null}
      {shown.length < text.length ? (
        <p class="hint">Cut here: {(text.length - shown.length).toLocaleString("en-US")} more characters are in the JSON.</p>
      ) : null}
    </>
  );
}

/** A short text among others. */
export function Word({ text }: { text: string }) {
  return <bdi>{marked(text)}</bdi>;
}

/** JSON that means the same, with what cannot be seen as escapes: it can be copied, and reorders nothing where it stands. */
export function escapeUnseen(json: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replaceAll(unseen, (found) => found.split("").map(escaped).join(""));
}

/** The text with what cannot be seen named where it stands. */
function marked(text: string): Child[] {
  const parts: Child[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(unseen)) {
    if (index > at) parts.push(text.slice(at, index));
    parts.push(<span class="unseen-mark">{nameOf(found)}</span>);
    at = index + found.length;
  }
  parts.push(text.slice(at));
  return parts;
}

function nameOf(found: string): string {
  const points = Array.from(found, (character) => character.codePointAt(0) ?? 0);
  const [point = 0] = points;
  if (point < 0xe0000 && points.length === 1) return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return `hidden: ${String.fromCodePoint(...points.slice(0, hiddenShown).map(hiddenCode)).replaceAll(/[^\x20-\x7e]/g, "·")}`;
}

/** The ASCII of a tag; the byte that a selector stands for. */
function hiddenCode(point: number): number {
  if (point >= 0xe0100) return point - 0xe0100 + 16;
  return point >= 0xe0000 ? point - 0xe0000 : point - 0xfe00;
}
