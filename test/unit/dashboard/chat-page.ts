import { Conversation } from "../../../src/dashboard/chat/conversation";
import type { JsonObject } from "../../../src/model/json";

/** A page of HTML in its pieces. */
export interface ChatPage {
  /** All text between tags, unescaped. */
  text: string;
  elements: Set<string>;
  attributes: { element: string; name: string; value: string }[];
}

const piece = /<\/?([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*) ?\/?>|([^<>]+)/y;

/**
 * The chat of messages, taken to pieces.
 * @throws Error where it is no well-formed HTML.
 */
export function chatOf(messages: JsonObject[]): ChatPage {
  const html = Conversation({ messages, addressOf: (path) => `${path}?project_id=p` });
  if (html instanceof Promise) throw new Error("A chat waits for nothing.");
  return readPage(html.toString());
}

function readPage(html: string): ChatPage {
  const page: ChatPage = { text: "", elements: new Set(), attributes: [] };
  piece.lastIndex = 0;
  while (piece.lastIndex < html.length) {
    const at = piece.lastIndex;
    const found = piece.exec(html);
    if (found === null) throw new Error(`No HTML: ${html.slice(at, at + 200)}`);
    const [, element, attributes = "", text] = found;
    if (text !== undefined) page.text += unescaped(text);
    if (element === undefined) continue;
    page.elements.add(element);
    for (const [, name = "", value = ""] of attributes.matchAll(/ ([a-z-]+)(?:="([^"]*)")?/g))
      page.attributes.push({ element, name, value: unescaped(value) });
  }
  return page;
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}
