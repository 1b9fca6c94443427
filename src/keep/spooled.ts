import type { Deps } from "../env";
import { limits } from "../limits";
import { askBucket } from "./ask-bucket";
import { parseSpoolKey, type SpooledName, spoolPrefix } from "./spool-keys";

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
  const prefix = `${spoolPrefix}${of.projectId === null ? "" : `${of.projectId}/`}${of.id === undefined ? "" : `${of.id}/`}`;
  const names: SpooledName[] = [];
  let chars = 0;
  for (let cursor: string | undefined; ;) {
    const page = await askBucket(deps.archive.list({ prefix, ...(cursor === undefined ? {} : { cursor }) }), 0);
    for (const { key } of page.objects) {
      if (names.length >= countMax || chars + key.length > limits.spooledCharsMax) return { names, hasMore: true };
      const name = parseSpoolKey(key);
      if (name === null) continue;
      chars += key.length;
      names.push(name);
    }
    if (!page.truncated) return { names, hasMore: false };
    if (names.length >= countMax) return { names, hasMore: true };
    cursor = page.cursor;
  }
}
