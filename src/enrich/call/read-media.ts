import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { imageSize } from "./image-size";
import { jsonText } from "./json-text";
import type { Part } from "./message";

/** Keys whose value is media, or says where they are, and what a part with one is by itself. */
const mediaKeys = {
  image_url: "image",
  image: "image",
  input_audio: "audio",
  audio: "audio",
  audio_url: "audio",
  video: "video",
  video_url: "video",
  document: "file",
  document_url: "file",
  file: "file",
  file_data: "file",
  file_url: "file",
  file_id: "file",
  inlineData: "file",
  inline_data: "file",
  fileData: "file",
  media_reference: "file",
  source: "file",
} as const;

const types: [RegExp, string][] = [
  [/image/, "image"],
  [/audio/, "audio"],
  [/video/, "video"],
  [/document|file|pdf|container_upload/, "file"],
];

/**
 * The media of a part, whoever's shape it has: an image with its size where its bytes are there, anything else as
 * unknown; empty where the part holds none. Base64 is looked into for a size and otherwise left alone.
 */
export function readMedia(part: JsonObject): Part[] {
  const type = typeof part["type"] === "string" ? part["type"] : "";
  const key = (Object.keys(mediaKeys) as (keyof typeof mediaKeys)[]).find((name) => isHeld(name, part[name]));
  const isTyped = /image|audio|video|document|file|container_upload|^media/.test(type) && !/_call|_result|_use/.test(type);
  if (key === undefined && !isTyped) return [];
  const holder = key === undefined ? part : part[key];
  const media = describe(holder ?? null, part);
  const what = whatIs(media.mime) ?? whatIs(type) ?? (key === undefined ? "file" : mediaKeys[key]);
  if (what === "text") return [{ kind: "unknown", what: "file" }];
  if (what !== "image") return [{ kind: "unknown", what }];
  const detail = [part["detail"], media.detail].find((value) => typeof value === "string");
  return [
    { kind: "image", size: media.base64 === null ? null : imageSize(media.base64), detail: typeof detail === "string" ? detail : null },
  ];
}

/** Whether there is something under a key. A source is media where it is an object: beside a quotation it is an address. */
function isHeld(key: string, value: Json | undefined): boolean {
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return key !== "source" && (value ?? "") !== "";
}

/** A document that is text: Anthropic's and Bedrock's sources of text or of blocks, Cohere's data. Undefined where it is none. */
export function documentContent(part: JsonObject): Json | undefined {
  const holder = part["document"] ?? part["source"];
  const source = isJsonObject(holder) && isJsonObject(holder["source"]) ? holder["source"] : holder;
  if (!isJsonObject(source)) return undefined;
  if (source["type"] === "content") return source["content"];
  if (typeof source["text"] === "string") return source["text"];
  const { data } = source;
  if (source["type"] === "text") return data;
  const isBare = part["type"] === "document" && source["type"] === undefined && source["media_type"] === undefined;
  return isBare && data !== undefined ? jsonText(data) : undefined;
}

/** What a type's name, or a MIME type, says it is; null where it says nothing. */
function whatIs(type: string): string | null {
  if (type.startsWith("text/")) return "text";
  return types.find(([pattern]) => pattern.test(type))?.[1] ?? null;
}

interface Media {
  base64: string | null;
  mime: string;
  detail: Json | undefined;
}

/** Finds the base64 and the MIME type in a medium's object, or in the objects in it that hold them: `source`, `url`, `media_reference`. */
function describe(holder: Json, part: JsonObject): Media {
  if (typeof holder === "string") return { ...fromText(holder), detail: part["detail"] };
  const media: Media = { base64: null, mime: "", detail: undefined };
  const objects = isJsonObject(holder) ? [holder] : [];
  for (let at = 0; at < objects.length && at < 8; at += 1) {
    for (const [key, value] of Object.entries(objects[at] ?? {})) {
      if (isJsonObject(value)) objects.push(value);
      if (typeof value !== "string") continue;
      if (/^(?:mime_?type|media_?type|content_?type|format)$/i.test(key)) media.mime ||= value.includes("/") ? value : mimeOfFormat(value);
      else if (key === "detail") media.detail = value;
      else if (/^(?:data|bytes|base64|base64Data|base64_data|url|image_url|file_data)$/.test(key)) {
        const found = fromText(value);
        media.base64 ??= found.base64;
        media.mime ||= found.mime;
      }
    }
  }
  return media;
}

/** Bedrock names a format alone: `png`, `pdf`, `mp4`. */
function mimeOfFormat(format: string): string {
  if (/^(?:png|jpe?g|gif|webp)$/.test(format)) return `image/${format}`;
  if (/^(?:wav|mp3|flac|ogg|opus|pcm16)$/.test(format)) return `audio/${format}`;
  return /^(?:mp4|mov|mkv|webm|flv|mpe?g|wmv|three_gp)$/.test(format) ? `video/${format}` : "";
}

function fromText(text: string): { base64: string | null; mime: string } {
  if (!text.startsWith("data:")) return { base64: /^[a-z]+:\/\//i.test(text) ? null : text, mime: "" };
  return { base64: text, mime: /^data:([\w.+-]+\/[\w.+-]+)/.exec(text)?.[1] ?? "" };
}
