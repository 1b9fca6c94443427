/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** Bytes of a JPEG that are searched for its frame: a preview and profiles stand before it, 64 KB each at most. */
const jpegBytesMax = 256 * 1024;
/** Bytes that hold the size in every other format. */
const headBytes = 64;

/**
 * The size of a PNG, JPEG, GIF or WebP out of the beginning of its base64, bare or in a data URI; null where it is none
 * of these, or no size is found within a bound. Only what is needed is decoded.
 */
export function imageSize(base64: string): ImageSize | null {
  const start = base64.startsWith("data:") ? base64.indexOf(",", 0) + 1 : 0;
  if (start > 256) return null;
  const head = decodeBase64(base64, start, headBytes);
  const size = pngSize(head) ?? gifSize(head) ?? webpSize(head);
  if (size !== null) return isPlausible(size) ? size : null;
  if (head[0] !== 0xff || head[1] !== 0xd8) return null;
  // Most JPEGs have their frame in the first kilobytes.
  const found = jpegSize(decodeBase64(base64, start, 4096)) ?? jpegSize(decodeBase64(base64, start, jpegBytesMax));
  return found !== null && isPlausible(found) ? found : null;
}

function isPlausible({ width, height }: ImageSize): boolean {
  return width > 0 && height > 0 && width <= 100_000 && height <= 100_000;
}

/** At most so many bytes, from a place in the text. Both alphabets, blanks passed over, ended by what is neither. */
function decodeBase64(text: string, from: number, bytesMax: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(bytesMax, Math.ceil((text.length - from) * 0.75)));
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = from; at < text.length && length < bytes.length; at += 1) {
    const digit = sixBits(text.charCodeAt(at));
    if (digit === blank) continue;
    if (digit < 0) break;
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return bytes.subarray(0, length);
}

const blank = 64;

function sixBits(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code === 0x2b || code === 0x2d) return 62;
  if (code === 0x2f || code === 0x5f) return 63;
  return code === 0x0a || code === 0x0d || code === 0x20 ? blank : -1;
}

/** The first chunk of a PNG is its header. */
function pngSize(bytes: Uint8Array): ImageSize | null {
  if (!isAscii(bytes, 1, "PNG") || !isAscii(bytes, 12, "IHDR") || bytes.length < 24) return null;
  return { width: big32(bytes, 16), height: big32(bytes, 20) };
}

function gifSize(bytes: Uint8Array): ImageSize | null {
  if (!isAscii(bytes, 0, "GIF8") || bytes.length < 10) return null;
  return { width: little(bytes, 6, 2), height: little(bytes, 8, 2) };
}

/** A WebP's first chunk: VP8X has the canvas, VP8L 14 bits each behind a mark, VP8 the same behind a frame's start code. */
function webpSize(bytes: Uint8Array): ImageSize | null {
  if (!isAscii(bytes, 0, "RIFF") || !isAscii(bytes, 8, "WEBP") || bytes.length < 30) return null;
  if (isAscii(bytes, 12, "VP8X")) return { width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1 };
  if (isAscii(bytes, 12, "VP8L")) {
    const packed = little(bytes, 21, 4);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  if (isAscii(bytes, 12, "VP8 ")) return { width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff };
  return null;
}

/** Segments follow each other by their lengths until a frame's header, SOF0 to SOF15 without the three that are none. */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // a fill byte
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // these stand alone
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: big16(bytes, at + 5), width: big16(bytes, at + 7) };
    } else if (marker === 0xd9 || marker === 0xda) {
      return null;
    } else {
      at += 2 + Math.max(2, big16(bytes, at + 2));
    }
  }
  return null;
}

function isAscii(bytes: Uint8Array, from: number, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text.charCodeAt(at)) return false;
  return true;
}

function big16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function big32(bytes: Uint8Array, at: number): number {
  return big16(bytes, at) * 65_536 + big16(bytes, at + 2);
}

function little(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
