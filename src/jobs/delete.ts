import type { Deps } from "../env";
import { removeDoomedBlobs } from "../keep/doomed";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Deletion } from "../model/deletion";
import { deletePage, openDeletions } from "../store/deletions";
import { forgetDeletions } from "../store/old-deletions";

/**
 * Goes on with a deletion, some parts of it. Answers whether all of it is gone; what is left the cron goes on with. Two at once
 * delete nothing twice.
 */
export async function runDeletion(deletion: Deletion, deps: Deps): Promise<boolean> {
  for (let page = 0; page < limits.deletedPagesPerRequest; page += 1) {
    if (!(await deletePage(deps.db, deletion, deps.now() * 1000))) continue;
    await removeDoomedBlobs(deps, deletion.projectId);
    logEvent("deletion_done", { kind: deletion.kind });
    return true;
  }
  return false;
}

/** Goes on with the deletions that are not done, and forgets those of long ago. One that fails keeps none of the others from it. */
export async function resumeDeletions(deps: Deps): Promise<void> {
  for (const deletion of await openDeletions(deps.db)) {
    await runDeletion(deletion, deps).catch((thrown: unknown) => logEvent("deletion_failed", { cause: causeText(thrown) }));
  }
  await forgetDeletions(deps.db, (deps.now() - limits.deletionDaysKept * 86_400_000) * 1000);
}
