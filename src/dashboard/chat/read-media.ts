import { isJsonObject, type JsonObject } from "../../model/json";
import { mediaType } from "./media-type";
import { openObject, type Opened } from "./opened";
import type { Part } from "./part";

/** Keys of parts that hold a medium: an object that says more, or its address or bytes. */
const holders = [
  "image_url",
  "source",
  "inlineData",
  "inline_data",
  "fileData",
  "file_data",
  "input_audio",
  "audio_url",
  "file",
  "image",
  "document",
  "video",
  "audio",
  "media_reference",
];
const sources = ["url", "data", "bytes", "fileUri", "file_uri", "uri", "file_data", "b64_json", "base64Data", "s3Location"];
const types = ["media_type", "mediaType", "mimeType", "mime_type", "content_type", "contentType", "format"];
const names = ["filename", "file_name", "name", "title"];
/** Words for what a part is that say no more than the medium does. */
const kinds =
  /^(?:(?:input_|output_)?(?:image|audio|video|file)|(?:image|audio|video|document)_url|(?:image|file)-(?:data|url)|document|media|base64|url|(?:web_)?search_result|image_generation_call)$/;

/** Whether a text is bytes, and no words that happen to begin so. */
export function isDataUri(text: string): boolean {
  return /^data:[\w.+-]+\/[\w.+-]+[;,]/.test(text);
}

/**
 * The medium of a part, in any provider's shape, or the words of a document; and behind it what else the part says. Nothing where it has
 * none.
 */
export function readMedia(part: JsonObject): Part[] {
  const outer = openObject(part);
  // An image that was made as an answer is the call's result.
  const keys = part["type"] === "image_generation_call" ? ["result"] : [...holders, "url", "data", "b64_json"];
  const found = findSource(outer, keys, 0);
  if (found === null) return [];
  const { source, holder, opened } = found;
  const isText = opened.some((one) => one.get("type") === "text");
  const rest = () => opened.flatMap((one) => (one.rest() === null ? [] : [{ kind: "other", value: one.rest() ?? {} } as const]));
  if (isText || (!isAddress(source) && !isBytes(source))) {
    for (const one of opened) {
      one.takeWord("type", /^(?:text|document|file)$/);
      one.takeWord("media_type", /^text\/plain$/);
    }
    return [{ kind: "text", text: source }, ...rest()];
  }
  const kind = opened.map((one) => one.takeWord("type", kinds)).findLast((word) => word !== null) ?? null;
  const type = takeFirst(opened, types);
  const name = takeFirst(opened, names);
  for (const one of opened) {
    // What a search found has its text for the provider alone; Freeplay says whether it was uploaded.
    one.takeText("encrypted_content");
    one.takeWord("kind", /^(?:uploaded_file|url)$/);
  }
  return [{ kind: "media", source, type: mediaType(type, `${kind ?? ""} ${holder}`), name }, ...rest()];
}

/** The first of these texts that is in any of the objects, from the inside out. */
function takeFirst(opened: Opened[], keys: string[]): string | null {
  for (const one of opened) {
    const text = one.takeText(...keys);
    if (text !== null) return text;
  }
  return null;
}

interface Source {
  source: string;
  /** The outermost key that it stands under. */
  holder: string;
  /** The objects that it is in, from the inside out, with what else they say. */
  opened: Opened[];
}

/** An address or bytes, at most three objects deep: Bedrock has an image's bytes in its source. */
function findSource(opened: Opened, keys: string[], depth: number): Source | null {
  for (const key of keys) {
    const value = opened.get(key);
    const inner = isJsonObject(value) && depth < 3 ? findSource(openObject(value), [...sources, "source"], depth + 1) : null;
    const source = typeof value === "string" && value !== "" ? value : inner?.source;
    if (source === undefined) continue;
    opened.take(key);
    return { source, holder: key, opened: [...(inner?.opened ?? []), opened] };
  }
  return null;
}

function isAddress(source: string): boolean {
  return source.startsWith("/v1/media/") || isDataUri(source) || /^[a-z][a-z0-9+.-]*:[^\s{}]+$/i.test(source);
}

/** Base64, in one line or many. */
function isBytes(source: string): boolean {
  return /^[A-Za-z0-9+/_-]+(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}\s*$/.test(source);
}
