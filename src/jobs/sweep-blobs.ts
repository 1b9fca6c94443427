import type { Deps } from "../env";
import { listBlobs } from "../keep/blobs";
import { removeDoomedBlobs } from "../keep/doomed";
import { limits } from "../limits";
import { logEvent } from "../log";
import { doomBlobs, forgetRemoved } from "../store/blobs";
import { saveSweepPosition, sweepPosition } from "../store/sweeps";

/** Removes the objects that no row needs: those whose last row was deleted, and those whose row never came. */
export async function sweepBlobs(deps: Deps): Promise<void> {
  await doomOrphans(deps);
  await removeDoomedBlobs(deps, null);
  await forgetRemoved(deps.db, (deps.now() - limits.doomedSeconds * 1000) * 1000);
}

/**
 * Walks over the bucket, a page a minute, and dooms what was put long ago and has no use. An object that is needed a moment later is
 * doomed or used first, and the other is refused: both know by then.
 */
async function doomOrphans(deps: Deps): Promise<void> {
  const position = await sweepPosition(deps.db, "blobs");
  const { blobs, lastKey } = await listBlobs(position, deps.now() - limits.orphanSeconds * 1000, deps);
  const doomed = await doomBlobs(deps.db, blobs, deps.now() * 1000);
  if (doomed > 0) logEvent("blobs_orphaned", { blobs: doomed });
  const nextPosition = lastKey ?? "";
  if (nextPosition !== position) await saveSweepPosition(deps.db, "blobs", nextPosition);
}
