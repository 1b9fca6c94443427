import { packedFromBytes, postMs } from "./bounds";
import { bodyOf, type Item } from "./item";
import type { Fetch } from "./recorder";

/**
 * Posts items that share a key and an address. Nothing in it makes a browser ask before (a preflight): the type is plain text, a page's
 * key stands in the address, and the collector knows a packed body by its first bytes.
 * @throws as `fetch` does.
 */
export async function post(items: Item[], isLeaving: boolean, ask: Fetch): Promise<Response> {
  const text = bodyOf(items);
  // A page that is left has no time to pack anything.
  const isPacked = !isLeaving && text.length > packedFromBytes && typeof CompressionStream === "function";
  return await request(items[0]?.to ?? "", items[0]?.key ?? "", ask, {
    method: "POST",
    body: isPacked ? await pack(text) : text,
    ...(isLeaving && { keepalive: true }),
  });
}

/** One request with a key: a page's in the address, a secret one in a header. */
export async function request(to: string, key: string, ask: Fetch, init: RequestInit): Promise<Response> {
  const headers: Record<string, string> = { "Content-Type": "text/plain" };
  if (!isPublic(key)) headers["Authorization"] = `Bearer ${key}`;
  // Safari before 16 has none, and waits for as long as it likes.
  const timeout = (AbortSignal as Partial<typeof AbortSignal>).timeout?.(postMs);
  return await ask(addressOf(to, key), { ...init, headers, ...(timeout && { signal: timeout }) });
}

/** Posts items of a public key by the browser's other way, which tells nothing but whether it took them over. */
export function beacon(items: Item[]): boolean {
  const [first] = items;
  try {
    return first !== undefined && isPublic(first.key) && navigator.sendBeacon(addressOf(first.to, first.key), bodyOf(items));
  } catch {
    return false;
  }
}

function addressOf(to: string, key: string): string {
  return isPublic(key) ? `${to}?key=${key}` : to;
}

function isPublic(key: string): boolean {
  return key.startsWith("ac_browser_");
}

async function pack(text: string): Promise<ArrayBuffer> {
  return await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
}
