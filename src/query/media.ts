import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { getBlob } from "../keep/blobs";
import { limits } from "../limits";
import { isBlobUsed } from "../store/blobs";

/** `GET /v1/media/{sha256}`: the bytes of a medium that a recording of the project holds. */
export const media = new Hono<Http>();

media.get("/v1/media/:sha256", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const sha256 = c.req.param("sha256");
  // Asked first: what was deleted is gone at once, and what no recording ever held was never there.
  if (!/^[0-9a-f]{64}$/.test(sha256) || !(await isBlobUsed(deps.db, projectId, sha256))) throw notFound();
  const etag = `"${sha256}"`;
  const headers = {
    ETag: etag,
    "Cache-Control": `private, max-age=${limits.mediaCacheSeconds}, immutable`,
    // Whoever posts decides what the bytes are: as a page of this origin they may do nothing.
    "Content-Security-Policy": "sandbox; default-src 'none'",
  };
  // In a list of them, or as a weak one, as a proxy makes of it that packs the answer.
  if (c.req.header("If-None-Match")?.includes(etag) === true) return c.body(null, 304, headers);
  const { body, httpMetadata } = await getBlob({ projectId, sha256 }, deps);
  return c.body(body, 200, { ...headers, "Content-Type": answeredType(httpMetadata?.contentType) });
});

/** The type that was noted, where a browser only shows or plays it. SVG is an image that runs scripts. */
function answeredType(noted: string | undefined): string {
  const isShown = noted !== undefined && /^(?:(?:image|audio|video)\/[\w.+-]+|application\/pdf)$/.test(noted) && !noted.includes("svg");
  return isShown ? noted : "application/octet-stream";
}

function notFound(): CollectorError {
  return new CollectorError("not_found", "There is no such medium in this project.");
}
