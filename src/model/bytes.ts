/** Bytes one behind the other, as one. */
export function joinBytes(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Bytes in lower-case hex. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += hexOfByte[byte];
  return hex;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes as so many characters of `0-9a-z` without i, l, o and u, five bits of each. */
export function toShortId(bytes: Uint8Array): string {
  return [...bytes].map((byte) => "0123456789abcdefghjkmnpqrstvwxyz"[byte % 32]).join("");
}

/** Bytes in base64 of the alphabet for URLs, without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (character) => urlCharacters[character] ?? "");
}

const urlCharacters: Record<string, string> = { "+": "-", "/": "_" };

/** UTF-8 bytes of a text without half surrogate pairs. A long one is not encoded as a whole: it would be a second copy. */
export function utf8Bytes(text: string): number {
  const encoder = new TextEncoder();
  const unitsMax = 16_384;
  if (text.length <= unitsMax) return encoder.encode(text).length;
  const buffer = new Uint8Array(3 * unitsMax);
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const { read, written } = encoder.encodeInto(text.slice(at, at + unitsMax), buffer);
    // A pair that is parted here would count as two characters that are none.
    const isParted = at + read < text.length && isFirstOfPair(text.charCodeAt(at + read - 1));
    at += isParted ? read - 1 : read;
    bytes += isParted ? written - 3 : written;
  }
  return bytes;
}

function isFirstOfPair(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
