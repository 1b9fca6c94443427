import type { Child } from "hono/jsx";

/** Characters that are shown before the rest is folded away. */
const openChars = 4000;

/** Controls that reorder the text around them, that show nothing, or that hide ASCII from eyes and not from models. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const unseen = /[\u202A-\u202E\u2066-\u2069]|[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]|[\u{E0000}-\u{E007F}]+/gu;

/** A text as it was posted, in its own direction, which it cannot carry beyond itself. Long ones are folded; `charsMax` bounds all. */
export function Words({ text, charsMax }: { text: string; charsMax: number }) {
  const shown = text.length > charsMax ? text.slice(0, charsMax).toWellFormed() : text;
  const isFolded = shown.length > openChars * 1.5;
  const first = isFolded ? shown.slice(0, openChars).toWellFormed() : shown;
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
  const point = found.codePointAt(0) ?? 0;
  if (point < 0xe0000) return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  const hidden = Array.from(found, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) - 0xe0000)).join("");
  return `hidden: ${hidden.replaceAll(/[^\x20-\x7e]/g, "·")}`;
}
