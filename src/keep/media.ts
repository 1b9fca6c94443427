import { limits } from "../limits";

/** Base64 in a content's text that is a medium's bytes: its place, and what the text says that it is. */
export interface MediaRun {
  start: number;
  end: number;
  contentType: string;
}

/**
 * What stands in a text for base64 that stands in the bucket, before the SHA-256 of its bytes. To JSON it is /v1/media/, and no
 * text that JSON.stringify printed holds it, for that escapes no slash: a backslash stands before a slash only where it is
 * escaped itself, and none of these is.
 */
const marker = "\\/v1\\/media\\/";
const link = "/v1/media/";
const hashChars = 64;

/** Characters in which a data URI says what it is, and in which that is looked for beside bare base64. */
const prefixChars = 256;

/** Keys whose whole value is base64, by the providers' and SDKs' names for it, as a text ends that stands before it. */
const heldByKey = /"(?:data|file_data|bytes|b64_json|image|audio|base64|base64Data|base64_data|result)":"$/;

/**
 * The media in a text that JSON.stringify printed, in its order: data URIs, and base64 under the keys that are known to hold it.
 * Takes time that is linear in the text. What is found need not be base64: `decodeMedium` tells.
 */
export function findMedia(text: string): MediaRun[] {
  const found: MediaRun[] = [];
  const least = limits.mediaCharsMin;
  // A run holds no quote. Quotes are looked for from the far end of where the shortest would stand, so that most are jumped over.
  for (let start = 0; text.length - start >= least;) {
    const quote = text.lastIndexOf('"', start + least - 1);
    if (quote >= start) {
      start = quote + 1;
      continue;
    }
    const end = text.indexOf('"', start + least);
    if (end === -1) break;
    const run = mediaRun(text, start, end);
    if (run !== null && run.end - run.start >= least) found.push(run);
    start = end + 1;
  }
  return found;
}

/** A medium's bytes; null where its text is not base64 as an encoder prints it, for another text could not be printed again. */
export function decodeMedium(text: string, { start, end }: MediaRun): Uint8Array<ArrayBuffer> | null {
  if ((end - start) % 4 !== 0) return null;
  try {
    const bytes = Uint8Array.fromBase64(text.slice(start, end), { lastChunkHandling: "strict" });
    // Blanks are passed over in decoding: with any there would be fewer bytes.
    return Math.ceil(bytes.length / 3) * 4 === end - start ? bytes : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/** The text with a marker in the place of each run that was moved; runs are in the text's order. */
export function markMedia(text: string, moved: { run: MediaRun; sha256: string }[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { run, sha256 } of moved) {
    parts.push(text.slice(at, run.start), marker, sha256);
    at = run.end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)].join("");
}

/** The text as it was before `markMedia`: `base64Of` gives the base64 of an object by its SHA-256. */
export function inlineMedia(text: string, base64Of: (sha256: string) => string): string {
  return replaceMarkers(text, (before, sha256) => [before, base64Of(sha256)]);
}

/** The text with each medium as the path it can be asked for at. What a data URI says of it is left out: its answer says that. */
export function linkMedia(text: string): string {
  return replaceMarkers(text, (before, sha256) => {
    const opening = before.lastIndexOf('"') + 1;
    return [before.startsWith("data:", opening) ? before.slice(0, opening) : before, link, sha256];
  });
}

/** `replace` gives what stands for the text between two markers and the marker behind it. */
function replaceMarkers(text: string, replace: (before: string, sha256: string) => string[]): string {
  const parts: string[] = [];
  let at = 0;
  for (let found = text.indexOf(marker); found !== -1; found = text.indexOf(marker, at)) {
    const hash = found + marker.length;
    parts.push(...replace(text.slice(at, found), text.slice(hash, hash + hashChars)));
    at = hash + hashChars;
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)].join("");
}

/** What stands between two quotes, where it is a data URI or under a key for base64. */
function mediaRun(text: string, start: number, end: number): MediaRun | null {
  // A quote behind a backslash opens no string: it stands in one.
  if (text.startsWith("data:", start) && text[start - 1] === '"' && text[start - 2] !== "\\") {
    const head = text.slice(start, start + prefixChars);
    const mark = head.indexOf(";base64,");
    if (mark === -1) return null;
    const contentType = /^data:([\w.+-]+\/[\w.+-]+)/.exec(head)?.[1]?.toLowerCase() ?? unknownType;
    return { start: start + mark + ";base64,".length, end, contentType };
  }
  if (!heldByKey.test(text.slice(Math.max(0, start - 16), start))) return null;
  return { start, end, contentType: typeBeside(text, start, end) ?? typeOfBeginning(text.slice(start, start + 16)) };
}

const unknownType = "application/octet-stream";

/** What the same object's other keys say: `media_type`, `mimeType`, or OpenAI's `format`. */
function typeBeside(text: string, start: number, end: number): string | null {
  const before = /[^{}]*$/.exec(text.slice(Math.max(0, start - prefixChars), start))?.[0] ?? "";
  const after = /^[^{}]*/.exec(text.slice(end, end + prefixChars))?.[0] ?? "";
  const beside = `${before} ${after}`;
  const type = /"(?:mime|media|content)_?type":"([\w.+-]+\/[\w.+-]+)"/i.exec(beside)?.[1];
  if (type !== undefined) return type.toLowerCase();
  const format = /"format":"(\w+)"/.exec(beside)?.[1] ?? "";
  if (/^(?:png|jpeg|gif|webp)$/.test(format)) return `image/${format}`;
  if (format === "mp3") return "audio/mpeg";
  return /^(?:wav|flac|ogg|opus|aac)$/.test(format) ? `audio/${format}` : null;
}

/** What the first bytes say, in base64. A RIFF says behind its length what it is. */
function typeOfBeginning(base64: string): string {
  if (base64.startsWith("iVBORw0KGgo")) return "image/png";
  if (base64.startsWith("/9j/")) return "image/jpeg";
  if (base64.startsWith("R0lGOD")) return "image/gif";
  if (base64.startsWith("JVBERi0")) return "application/pdf";
  if (!base64.startsWith("UklGR")) return unknownType;
  return { RUJQ: "image/webp", QVZF: "audio/wav" }[base64.slice(12)] ?? unknownType;
}
