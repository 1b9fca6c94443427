import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { limits } from "../limits";

/** The cookie that holds the key of whoever signed in to the dashboard. With TLS the browser itself keeps it to this host. */
const name = (c: Pick<Context, "req">) => (isSecure(c) ? "__Host-aircheck" : "aircheck");

/**
 * The key of the dashboard's visitor: for what only reads, or comes from the collector's own pages. The browser sends it from no other
 * site, but from other ports and hosts of the same one it does.
 */
export function cookieKey(c: Pick<Context, "req">): string | undefined {
  const { method, url } = c.req;
  const isOwn = method === "GET" || method === "HEAD" || c.req.header("Origin") === new URL(url).origin;
  return isOwn ? readCookie(c) : undefined;
}

/** Signs in. No script can read the cookie, and no other site's page brings it along. */
export function setKeyCookie(c: Context, keyText: string): void {
  setCookie(c, name(c), keyText, { path: "/", httpOnly: true, sameSite: "Strict", secure: isSecure(c), maxAge: limits.signedInSeconds });
}

/** Signs out. */
export function clearKeyCookie(c: Context): void {
  deleteCookie(c, name(c), { path: "/", secure: isSecure(c) });
}

function readCookie(c: Pick<Context, "req">): string | undefined {
  // Hono's own reader takes a whole context, and reads this alone.
  const keyText = getCookie(c as Context, name(c));
  return keyText === "" ? undefined : keyText;
}

function isSecure(c: Pick<Context, "req">): boolean {
  return new URL(c.req.url).protocol === "https:";
}
