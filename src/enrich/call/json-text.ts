import type { Json } from "../../model/json";

/** Base64 from this length on is no word of a text, and no digest. */
const base64UnitsMin = 256;
const dataUri = /^data:[\w.+/-]{0,100}(?:;[\w=.-]{1,50}){0,5};base64,[\w+/=\r\n-]*$/;
/** What base64 may be within a text: with slashes escaped, in lines of 60 and more, behind the head of a data URI. Bounded, so that none is tried for long. */
const base64Run =
  /(?:data:[\w.+/-]{0,100}(?:;[\w=.-]{1,50}){0,5},)?(?:[\w+=/-]|\\{1,4}\/){60,}(?:(?:(?:\\{1,4}r)?\\{1,4}n|\r?\n)(?:[\w+=/-]|\\{1,4}\/){1,})*/g;

/**
 * A value as the JSON text that a model reads: a string as it is, anything else written out, without the media in it.
 * Base64 is never text, whatever key it stands under: it and data URIs are left empty.
 */
export function jsonText(value: Json | undefined): string {
  if (typeof value !== "string") return JSON.stringify(value, withoutMedia) ?? "";
  return isDataUri(value) ? "" : value.replace(base64Run, (run) => (isBase64(run) ? "" : run));
}

/** Whether a text is nothing but a data URI. */
export function isDataUri(text: string): boolean {
  return dataUri.test(text);
}

function withoutMedia(_key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  return jsonText(value);
}

/** Upper case, lower case and digits in a run that is long: no name, number, sequence, digest, path or ruler is all of that. */
function isBase64(run: string): boolean {
  return run.length >= base64UnitsMin && /[A-Z]/.test(run) && /[a-z]/.test(run) && /\d/.test(run);
}
