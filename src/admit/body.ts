import type { Context } from "hono";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { joinBytes } from "../model/bytes";
import { isJsonObject, isWithinDepth, type Json, parseJson, type JsonObject } from "../model/json";
import { unpack } from "./unpack";

type Request = Pick<Context<Http>, "req" | "var">;

/** The media types that carry one JSON text, and those that carry one a line. */
const jsonTypes = /^application\/(json|[\w.-]+\+json)$/;
const lineTypes = /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)$/;

/** What a body claims to be. A body without a Content-Type is taken for JSON. */
export type BodyForm = "json" | "lines";

/**
 * The form that the headers claim.
 * @throws CollectorError `unsupported_media_type` for any that is not read here.
 */
export function bodyForm(c: Request): BodyForm {
  const type = mediaType(c);
  if (jsonTypes.test(type)) return "json";
  if (lineTypes.test(type)) return "lines";
  throw new CollectorError(
    "unsupported_media_type",
    "Send Content-Type: application/json, or application/x-ndjson for one recording a line.",
  );
}

/** The media type that the headers claim. @throws CollectorError `unsupported_media_type` where they say that it is not UTF-8. */
function mediaType(c: Request): string {
  const [type = "", ...parameters] = (c.req.header("Content-Type") ?? "application/json").toLowerCase().split(";");
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith("charset="));
  if (charset !== undefined && !/^charset="?(utf-?8|us-ascii)"?$/.test(charset))
    throw new CollectorError("unsupported_media_type", "The body must be UTF-8.");
  return type.trim();
}

/**
 * The body's bytes, unpacked where its headers say that it is gzip, or, with `byMagic`, its first bytes do.
 * @throws CollectorError `too_large` once it is over `bytesMax`, or what its key may send, packed or unpacked; `bad_request` for broken gzip.
 */
export async function readBytes(c: Request, bytesMax: number = limits.bodyBytesMax, byMagic = false): Promise<Uint8Array> {
  const encoding = (c.req.header("Content-Encoding") ?? "identity").trim().toLowerCase();
  if (encoding !== "gzip" && encoding !== "x-gzip" && encoding !== "identity") {
    throw new CollectorError("unsupported_media_type", "The body may be plain or gzip: Content-Encoding: gzip.");
  }
  const max = Math.min(bytesMax, c.var.bodyBytesMax ?? bytesMax);
  if (Number(c.req.header("Content-Length") ?? 0) > max) throw tooLarge(max);
  const body = c.req.raw.body;
  if (body === null) return new Uint8Array();
  if (encoding !== "identity") return await collect(unpack(body), max, notGzip);
  // Where its length was told, HTTP lets no more through.
  const isTold = c.req.header("Content-Length") !== undefined;
  const bytes = await (isTold ? readWhole(c, max) : collect(body, max, brokenOff));
  return byMagic && isGzip(bytes) ? await collect(unpack(inOne(bytes)), max, notGzip) : bytes;
}

/** As `collect`, in one step. */
async function readWhole(c: Request, bytesMax: number): Promise<Uint8Array> {
  const bytes = await c.req.raw.arrayBuffer().catch((cause: unknown) => {
    throw new CollectorError("bad_request", brokenOff, { cause });
  });
  if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax);
  return new Uint8Array(bytes);
}

const brokenOff = "The body broke off.";
const notGzip = "The body is not one whole gzip stream.";

/** JSON never begins so. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function* inOne(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/**
 * One JSON text from UTF-8 bytes.
 * @throws CollectorError `bad_request` where it is not UTF-8, not JSON, or nested too deep; `too_large` where it
 * holds more values than memory should.
 */
export function readJson(bytes: Uint8Array): Json {
  checkValues([bytes]);
  let value: Json;
  try {
    value = parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch (cause) {
    if (cause instanceof RangeError) throw tooDeep(cause);
    const isText = cause instanceof SyntaxError;
    throw new CollectorError("bad_request", isText ? "The body, or this line of it, is not JSON." : "The body is not UTF-8.", { cause });
  }
  if (!isWithinDepth(value, limits.jsonDepthMax)) throw tooDeep(undefined);
  return value;
}

/**
 * The lines of a body that hold more than white space: at most one more than a post may have items.
 * @throws CollectorError `too_large` where they hold more values than memory should.
 */
export function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (lines.length <= limits.itemsMax) {
    while (isBlank(bytes[start])) start += 1;
    if (start >= bytes.length) break;
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  checkValues(lines);
  return lines;
}

/** White space between lines, line ends included. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0a;
}

/** The JSON object that is the body of a small command. An absent body is an empty one. */
export async function readCommand(c: Request, bytesMax: number = limits.commandBytesMax): Promise<JsonObject> {
  checkJson(c);
  const bytes = await readBytes(c, bytesMax);
  const value = bytes.length === 0 ? {} : readJson(bytes);
  if (!isJsonObject(value)) throw new CollectorError("bad_request", "The body must be a JSON object.");
  return value;
}

/** @throws CollectorError `unsupported_media_type` where the headers claim anything but one JSON text. */
export function checkJson(c: Request): void {
  if (bodyForm(c) === "lines") throw new CollectorError("unsupported_media_type", "Send Content-Type: application/json.");
}

/**
 * @throws CollectorError `unsupported_media_type` where the headers claim anything but one JSON text, or plain text, which may be
 * one, and is what a browser sends to another origin without asking before.
 */
export function checkPlain(c: Request): void {
  const type = mediaType(c);
  if (type === "text/plain" || jsonTypes.test(type)) return;
  throw new CollectorError("unsupported_media_type", "Send Content-Type: text/plain or application/json.");
}

/** What is parsed takes many times its bytes of memory, so it is counted before. Fewer bytes cannot be too many values. */
function checkValues(texts: Uint8Array[]): void {
  const bytes = texts.reduce((sum, text) => sum + text.length, 0);
  if (bytes <= limits.jsonValuesMax) return;
  const values = texts.reduce((sum, text) => sum + countValues(text), 0);
  if (values > limits.jsonValuesMax) throw new CollectorError("too_large", `The body holds more than ${limits.jsonValuesMax} values.`);
}

/** About how many values a JSON text holds: its commas and opening brackets, those in strings aside. */
function countValues(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at);
    else if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
  }
  return count;
}

/** Where the string that begins at a quote ends. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let quote = bytes.indexOf(0x22, start + 1); quote !== -1; quote = bytes.indexOf(0x22, quote + 1)) {
    let slashes = 0;
    while (bytes[quote - 1 - slashes] === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return quote;
  }
  return bytes.length;
}

/** All of a stream. @throws CollectorError `bad_request` with `broken` where it breaks off; `too_large`. */
async function collect(stream: AsyncIterable<Uint8Array>, bytesMax: number, broken: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > bytesMax) throw tooLarge(bytesMax);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof CollectorError ? cause : new CollectorError("bad_request", broken, { cause });
  }
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  return joinBytes(chunks);
}

function tooLarge(bytesMax: number): CollectorError {
  return new CollectorError(
    "too_large",
    `The body is larger than ${bytesMax} bytes, the most that is taken in one post (counted unpacked).`,
  );
}

function tooDeep(cause: unknown): CollectorError {
  return new CollectorError("bad_request", `The body is nested deeper than ${limits.jsonDepthMax} levels.`, { cause });
}
