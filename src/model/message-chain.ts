import { sha256 } from "@noble/hashes/sha2.js";
import { limits } from "../limits";
import { joinBytes, toBase64Url } from "./bytes";
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
export async function chainOf({ messages, rest }: ContentText): Promise<MessageChain> {
  const encoder = new TextEncoder();
  const parts = messages.map((message) => encoder.encode(message));
  const bytes = joinBytes([...parts.flatMap((part) => [part, newline]), encoder.encode(rest)]);
  let end = -1;
  const allEnds = parts.map(({ length }) => (end += 1 + length));
  const ends = allEnds.slice(-limits.chainedMessagesMax);
  const beginnings = [...ends.map((each) => each + 1), bytes.length];
  const hashes = await hashBeginnings(bytes, beginnings);
  const contentHash = hashes.pop() ?? "";
  const from = messages.length - ends.length + 1;
  return { count: messages.length, from, hashes, ends, lastBytes: parts.at(-1)?.length ?? 0, contentHash };
}

const newline = new Uint8Array([0x0a]);

/**
 * The hash of each beginning of so many bytes, in rising order. The platform's own is some fifteen times as fast as one in JavaScript,
 * but takes a while to begin, and cannot go on from a beginning: where there are many, each byte would be hashed too often.
 */
async function hashBeginnings(bytes: Uint8Array<ArrayBuffer>, lengths: number[]): Promise<string[]> {
  const hashedBytes = lengths.reduce((sum, length) => sum + length, 0);
  const isShort = bytes.length <= limits.hashedInOneBytes;
  if (isShort || hashedBytes > limits.hashedAgainMax * bytes.length) return hashInOne(bytes, lengths);
  const digests = await Promise.all(lengths.map(async (length) => await crypto.subtle.digest("SHA-256", bytes.subarray(0, length))));
  return digests.map((digest) => hashText(new Uint8Array(digest)));
}

function hashInOne(bytes: Uint8Array, lengths: number[]): string[] {
  const soFar = sha256.create();
  let start = 0;
  return lengths.map((length) => {
    soFar.update(bytes.subarray(start, length));
    start = length;
    return hashText(soFar.clone().digest());
  });
}

function hashText(digest: Uint8Array): string {
  return toBase64Url(digest.subarray(0, 16));
}
