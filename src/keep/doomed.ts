import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { doomedBlobs, noteRemoved } from "../store/blobs";
import { deleteBlobs } from "./blobs";

/**
 * Removes the objects that are doomed, of one project or of all, some thousands at a time. Answers whether there are more.
 *
 * None of them can be needed again. It was doomed in a transaction in which no row had a use of it, and while it stands in
 * `doomed_blobs` no row is committed that would. It stands there until `limits.doomedSeconds` after the object is gone
 * (`forgetRemoved`), and whoever found the object there before has committed, or been refused, by then: what a put found is believed
 * for `limits.blobCacheSeconds`, all puts of an event take `limits.blobPutsSeconds` and two calls, and its commit is three tries of
 * D1's 30 s at most; together half of it. So a page is removed at once when it was read, too: not a list that was read long ago.
 * @throws CollectorError `unavailable` where R2 or D1 did not answer; the cron goes on with the same.
 */
export async function removeDoomedBlobs(deps: Pick<Deps, "archive" | "db" | "now">, projectId: string | null): Promise<boolean> {
  let removed = 0;
  let hasMore = true;
  for (let page = 0; page < limits.doomedPages && hasMore; page += 1) {
    const blobs = await doomedBlobs(deps.db, projectId, limits.blobsPerPage);
    hasMore = blobs.length === limits.blobsPerPage;
    if (blobs.length === 0) break;
    await deleteBlobs(blobs, deps);
    await noteRemoved(deps.db, blobs, deps.now() * 1000);
    removed += blobs.length;
  }
  if (removed > 0) logEvent("blobs_removed", { blobs: removed });
  return hasMore;
}
