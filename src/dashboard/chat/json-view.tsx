import type { Json } from "../../model/json";
import { parseJson } from "../../model/json";
import { jsonText } from "./json-text";
import { Words } from "./words";

/** JSON to be read: indented. A text that is JSON itself is shown as that. */
export function JsonView({ value, charsMax }: { value: Json; charsMax: number }) {
  const inner = typeof value === "string" ? innerJson(value) : value;
  const text = typeof inner === "string" ? inner : jsonText(inner, charsMax);
  return (
    <div class="json" tabindex={0} role="region" aria-label="JSON">
      <Words text={text} charsMax={charsMax} />
    </div>
  );
}

/** Arguments and results are often JSON within a text. */
function innerJson(text: string): Json {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
