import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./bytes";

/** The SHA-256 of a text's UTF-8 or of bytes, in lower-case hex. */
export async function sha256Hex(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", typeof data === "string" ? new TextEncoder().encode(data) : data);
  return toHex(new Uint8Array(digest));
}

/** The same of a short text, such as a key, at once: what the platform's own takes to begin is many times what this takes in all. */
export function sha256HexOfShort(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text)));
}
