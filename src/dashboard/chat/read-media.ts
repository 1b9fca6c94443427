import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { openObject } from "./opened";
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
];
const sources = ["url", "data", "bytes", "fileUri", "file_uri", "uri", "file_data", "b64_json", "s3Location"];
const types = ["media_type", "mediaType", "mimeType", "mime_type", "content_type", "format"];
const names = ["filename", "file_name", "name", "title"];

/**
 * The medium of a part, in any provider's shape, and what else the part says. Nothing where it is none, or where its text is a document
 * of words.
 */
export function readMedia(part: JsonObject): Part[] {
  const outer = openObject(part);
  const held = outer.take(...holders) ?? (outer.has("url") || outer.has("data") || outer.has("b64_json") ? outerSource(part) : undefined);
  const found = sourceOf(held, 0);
  if (found === null) return [];
  const type = found.type ?? outer.takeText(...types);
  const name = found.name ?? outer.takeText(...names);
  const said = openObject(Object.fromEntries(Object.entries(outer.rest() ?? {}).filter(([key]) => !sources.includes(key))));
  const kind = said.takeText("type");
  const isUsual = kind === null || /image|audio|video|file|document|media/.test(kind);
  const rest = { ...(isUsual ? {} : { type: kind }), ...said.rest(), ...found.rest };
  const medium: Part = { kind: "media", source: found.source, type: type ?? typeByKind(kind, held), name };
  return [medium, ...(Object.keys(rest).length === 0 ? [] : [{ kind: "other", value: rest } as const])];
}

function outerSource(part: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(part).filter(([key]) => sources.includes(key)));
}

interface Source {
  source: string;
  type: string | null;
  name: string | null;
  rest: JsonObject;
}

/** An address or bytes, at most three objects deep: Bedrock has an image's bytes in its source. */
function sourceOf(held: Json | undefined, depth: number): Source | null {
  if (typeof held === "string" && held !== "") return { source: held, type: null, name: null, rest: {} };
  if (!isJsonObject(held) || depth > 3) return null;
  const opened = openObject(held);
  const type = opened.takeText(...types);
  const name = opened.takeText(...names);
  const inner = sourceOf(opened.take(...sources, "source"), depth + 1);
  if (inner === null) return null;
  const kind = opened.takeText("type");
  const isUsual = kind === null || /^(?:base64|url|file|image|text)$/.test(kind);
  return {
    source: inner.source,
    type: type ?? inner.type,
    name: name ?? inner.name,
    rest: { ...(isUsual ? {} : { type: kind }), ...opened.rest(), ...inner.rest },
  };
}

/** What a part is by its own word, where it names no type. */
function typeByKind(kind: string | null, held: Json | undefined): string | null {
  const word = `${kind ?? ""} ${isJsonObject(held) && typeof held["format"] === "string" ? held["format"] : ""}`;
  if (/image|png|jpe?g|gif|webp/.test(word)) return "image/*";
  if (/audio|wav|mp3/.test(word)) return "audio/*";
  return /video/.test(word) ? "video/*" : null;
}
