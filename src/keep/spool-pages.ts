import type { Deps } from "../env";
import { askBucket } from "./ask-bucket";
import { spoolPrefix } from "./spool-keys";

/** What waits in the spool of all projects, of one, or of one recording of it: its objects, page by page, in the order of their keys. */
export async function* spoolPages(
  of: { projectId: string | null; id: string | null },
  deps: Pick<Deps, "archive">,
  options: Pick<R2ListOptions, "include"> = {},
): AsyncGenerator<R2Objects> {
  const prefix = spoolPrefix + [of.projectId, of.id].flatMap((part) => (part === null ? [] : `${part}/`)).join("");
  let cursor: string | undefined;
  do {
    const page = await askBucket(deps.archive.list({ ...options, prefix, ...(cursor === undefined ? {} : { cursor }) }), 0);
    yield page;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
