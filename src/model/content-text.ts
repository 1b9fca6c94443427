import { utf8Bytes } from "./bytes";
import type { RecordingContent } from "./recording";

/** A recording's content as JSON text, in the parts that are stored apart. */
export interface ContentText {
  /** Each message. */
  messages: string[];
  /** An object of all the rest, which always holds something. */
  rest: string;
}

/** Prints a content, once: as it will be stored, exported and answered. */
export function printContent({ messages, ...rest }: RecordingContent): ContentText {
  return { messages: messages.map((message) => JSON.stringify(message)), rest: JSON.stringify(rest) };
}

/** The content as one text. */
export function joinContent({ messages, rest }: ContentText): string {
  return contentOfTexts(messages.join(","), rest);
}

/** The same of messages that are joined by commas already. */
export function contentOfTexts(messages: string, rest: string): string {
  return `{"messages":[${messages}],${rest.slice(1)}`;
}

/** UTF-8 bytes of the content as one text, which is not made for it: it may be some ten megabytes. */
export function contentBytesOf({ messages, rest }: ContentText): number {
  const joints = contentOfTexts("", "{").length + Math.max(0, messages.length - 1);
  return messages.reduce((sum, message) => sum + utf8Bytes(message), joints + utf8Bytes(rest) - 1);
}

/** The content as one text in UTF-8, without that text. */
export function encodeContent(content: ContentText): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(contentBytesOf(content));
  const [opening = "", closing = ""] = contentOfTexts("\n", "{").split("\n");
  let at = encoder.encodeInto(opening, bytes).written;
  for (const [index, message] of content.messages.entries()) {
    if (index > 0) at += encoder.encodeInto(",", bytes.subarray(at)).written;
    at += encoder.encodeInto(message, bytes.subarray(at)).written;
  }
  at += encoder.encodeInto(closing, bytes.subarray(at)).written;
  encoder.encodeInto(content.rest.slice(1), bytes.subarray(at));
  return bytes;
}
