import { sha256 } from "@noble/hashes/sha2.js";
import { limits } from "../limits";
import { toBase64Url, utf8Bytes } from "./bytes";
import type { ContentText } from "./content-text";

/** What tells how far two conversations begin alike, and whether two contents are the same. */
export interface MessageChain {
  /** How many messages there are. */
  count: number;
  /** The place of the message, counted from 1, that the first hash is of. */
  from: number;
  /** Of each message from there on: the hash of all messages up to it, of `hashChars` characters. */
  hashes: string[];
  /** For each of them how many bytes all messages up to it take in UTF-8, joined by commas. */
  ends: number[];
  /** Bytes of the last message. */
  lastBytes: number;
  /** Of the whole content. */
  contentHash: string;
}

/** Characters of one hash: of many in one text each is found by its place. */
export const hashChars = 22;

/**
 * The chain of a content: SHA-256 over the messages' texts, each closed by a newline, which no JSON text holds. Hashes are cut
 * to 128 bits. Only the last messages have one of their own: what continues a conversation shares nearly all of it.
 */
export function chainOf({ messages, rest }: ContentText): MessageChain {
  const encoder = new TextEncoder();
  const from = Math.max(messages.length - limits.chainedMessagesMax, 0) + 1;
  const hashes: string[] = [];
  const ends: number[] = [];
  const soFar = sha256.create();
  let end = -1;
  for (const [index, message] of messages.entries()) {
    const bytes = encoder.encode(message);
    soFar.update(bytes).update(newline);
    end += 1 + bytes.length;
    if (index + 1 < from) continue;
    hashes.push(hashOf(soFar.clone()));
    ends.push(end);
  }
  const lastBytes = utf8Bytes(messages.at(-1) ?? "");
  const contentHash = hashOf(soFar.update(encoder.encode(rest)));
  return { count: messages.length, from, hashes, ends, lastBytes, contentHash };
}

const newline = new Uint8Array([0x0a]);

function hashOf(hash: ReturnType<typeof sha256.create>): string {
  return toBase64Url(hash.digest().subarray(0, 16));
}
