import { Id } from "../model/id";

/** What the keys of all spooled recordings begin with. */
export const spoolPrefix = "spool/";

/** A spooled delivery as its key alone tells it: its project, id, receipt and when it was received. */
export interface SpooledName {
  projectId: string;
  id: string;
  receipt: string;
  receivedUs: number;
}

/**
 * The key of a spooled recording: `spool/<project>/<id>/<received_us>-<receipt>`. No id holds a slash, and sixteen digits hold every
 * time until the year 2286, so that keys sort by it.
 */
export function spoolKey({ projectId, id, receivedUs, receipt }: SpooledName): string {
  return `${spoolPrefix}${projectId}/${id}/${String(receivedUs).padStart(16, "0")}-${receipt}`;
}

/** What such a key tells; null where it is none. */
export function parseSpoolKey(key: string): SpooledName | null {
  const parts = /^spool\/([^/]+)\/([^/]+)\/(\d{1,17})-([0-9a-z]{1,32})$/.exec(key);
  const [, projectId, id, receivedUs, receipt] = parts ?? [];
  if (!Id.safeParse(projectId).success || !Id.safeParse(id).success || receipt === undefined) return null;
  return { projectId: projectId ?? "", id: id ?? "", receivedUs: Number(receivedUs), receipt };
}
