import { sha256 } from "@noble/hashes/sha2.js";
import { limits } from "../limits";
import { toBase64Url } from "./bytes";
import type { ContentText } from "./content-text";

/** What tells how far two conversations begin alike, and whether two contents are the same. */
export interface MessageChain {
  /** The place of the message, counted from 1, that the first link is of. */
  from: number;
  /** Of each message from there on: the hash of all messages up to it, and its own bytes of UTF-8. */
  links: [hash: string, bytes: number][];
  /** Of the whole content. */
  contentHash: string;
}

/**
 * The chain of a content: SHA-256 over the messages' texts, each closed by a newline, which no JSON text holds. Hashes are cut
 * to 128 bits. Only the last messages have a link of their own: what continues a conversation shares nearly all of it.
 */
export function chainOf({ messages, rest }: ContentText): MessageChain {
  const encoder = new TextEncoder();
  const from = Math.max(messages.length - limits.chainedMessagesMax, 0) + 1;
  const links: MessageChain["links"] = [];
  const soFar = sha256.create();
  for (const [index, message] of messages.entries()) {
    const bytes = encoder.encode(message);
    soFar.update(bytes).update(newline);
    if (index + 1 >= from) links.push([hashOf(soFar.clone()), bytes.length]);
  }
  return { from, links, contentHash: hashOf(soFar.update(encoder.encode(rest))) };
}

const newline = new Uint8Array([0x0a]);

function hashOf(hash: ReturnType<typeof sha256.create>): string {
  return toBase64Url(hash.digest().subarray(0, 16));
}
