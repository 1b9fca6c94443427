import { Hono } from "hono";
import client from "../../dist/served/client.txt";
import recordCall from "../../dist/served/record-call.txt";
import type { Http } from "../env";
import { limits } from "../limits";
import { sha256Hex } from "../model/sha256";

/** `GET /client.js`, `GET /record-call.js`: what pages load to record, from any origin. */
export const clientModules = new Hono<Http>();

for (const [path, text] of [
  ["/client.js", client],
  ["/record-call.js", recordCall],
] as const) {
  clientModules.get(path, async (c) => {
    const etag = `"${(await sha256Hex(text)).slice(0, 16)}"`;
    c.header("ETag", etag);
    c.header("Cache-Control", `public, max-age=${limits.clientCacheSeconds}`);
    c.header("Access-Control-Allow-Origin", "*");
    // A page that is isolated from other origins may load it too.
    c.header("Cross-Origin-Resource-Policy", "cross-origin");
    if (c.req.header("If-None-Match") === etag) return c.body(null, 304);
    c.header("Content-Type", "text/javascript; charset=utf-8");
    return c.body(text);
  });
}
