import { Hono } from "hono";
import charts from "../../dist/served/asset-charts.js.txt";
import live from "../../dist/served/asset-live.js.txt";
import page from "../../dist/served/asset-page.js.txt";
import style from "../../dist/served/asset-style.css.txt";
import type { Http } from "../env";
import { sha256Hex } from "../model/sha256";

/** `/assets/…`: what the dashboard's pages load. A browser asks again by the tag, so a deploy shows at once. */
export const assets = new Hono<Http>();

const javascript = "text/javascript; charset=utf-8";

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="12" fill="#c2321f"/><path d="M4 12h3l2-5 3 10 3-8 2 3h3" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

for (const [name, type, text] of [
  ["style.css", "text/css; charset=utf-8", style],
  ["page.js", javascript, page],
  ["charts.js", javascript, charts],
  ["live.js", javascript, live],
  ["icon.svg", "image/svg+xml", icon],
] as const) {
  assets.get(`/assets/${name}`, async (c) => {
    const etag = `"${(await sha256Hex(text)).slice(0, 16)}"`;
    c.header("ETag", etag);
    c.header("Cache-Control", "public, no-cache");
    if (c.req.header("If-None-Match")?.includes(etag) === true) return c.body(null, 304);
    c.header("Content-Type", type);
    return c.body(text);
  });
}
