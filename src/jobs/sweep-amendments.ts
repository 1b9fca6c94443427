import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { dropOrphans } from "../store/orphaned-amendments";

/** Drops what was said of recordings that never came, a page of `amendments` a minute. */
export async function sweepAmendments(deps: Pick<Deps, "db" | "now">): Promise<void> {
  const dropped = await dropOrphans(deps.db, (deps.now() - limits.amendmentDaysKept * 86_400_000) * 1000);
  if (dropped > 0) logEvent("amendments_dropped", { recordings: dropped, after_days: limits.amendmentDaysKept });
}
