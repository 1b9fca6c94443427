import type { Deps } from "../env";
import { limits } from "../limits";
import { parseSpoolKey, type SpooledName } from "./spool-keys";
import { spoolPages } from "./spool-pages";

/** Spooled deliveries, and whether there may be more of them. */
export interface SpooledNames {
  names: SpooledName[];
  hasMore: boolean;
}

/**
 * What waits in the bucket to be stored: of a project, or of one id of it, where they are named. Keys alone are listed, up to
 * `countMax` of them.
 * @throws CollectorError `unavailable` where R2 did not answer.
 */
export async function listSpooledNames(
  of: { projectId: string | null; id?: string },
  deps: Pick<Deps, "archive">,
  countMax: number = limits.spooledCountedMax,
): Promise<SpooledNames> {
  const names: SpooledName[] = [];
  let chars = 0;
  for await (const { objects, truncated } of spoolPages({ projectId: of.projectId, id: of.id ?? null }, deps)) {
    for (const { key } of objects) {
      if (names.length >= countMax || chars + key.length > limits.spooledCharsMax) return { names, hasMore: true };
      const name = parseSpoolKey(key);
      if (name === null) continue;
      chars += key.length;
      names.push(name);
    }
    if (truncated && names.length >= countMax) return { names, hasMore: true };
  }
  return { names, hasMore: false };
}
