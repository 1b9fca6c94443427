import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { flushRefusals } from "../keep/refusals";
import { listSpooledNames } from "../keep/spooled";
import { within } from "../keep/within";
import { limits } from "../limits";
import { batchId } from "../model/batch";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import type { ExportStatus, KnownStatus } from "../model/recording-status";
import { toIso } from "../model/time";
import { exportStatuses, findStatus } from "../store/recording-status";

/** `GET /v1/recordings/{id}/status`: where a recording is, for whoever sent it. */
export const recordingStatus = new Hono<Http>();

recordingStatus.get("/v1/recordings/:id/status", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "read", "admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const id = readId(c.req.param("id"), "id");
  const answer = await findWhereabouts(projectId, id, deps);
  if (answer !== null) return c.json(answer);
  // What was accepted a moment ago may still be on its way through the queue.
  const { retryAfterSeconds } = limits;
  throw new CollectorError("not_found", "Nothing is known of such a recording in this project.", { retryAfterSeconds });
});

/**
 * What D1 and the bucket say; null where neither knows the id. On a bad day the one that answers is enough, where it knows it.
 * @throws CollectorError `unavailable` where what did not answer might have known it.
 */
export async function findWhereabouts(projectId: string, id: string, deps: Deps): Promise<JsonObject | null> {
  // One after the other: what comes into D1 in between is found there.
  const [listed] = await Promise.allSettled([listSpooledNames({ projectId, id }, deps)]);
  const [asked] = await Promise.allSettled([within(findKnown(projectId, id, deps), limits.readTimeoutMs, "The database")]);
  const spooled = listed.status === "fulfilled" ? listed.value.names : null;
  if (asked.status === "rejected") {
    const first = spooled?.[0];
    if (first === undefined || !toCollectorError(asked.reason).retryable) throw asked.reason;
    const received = { received_at: toIso(first.receivedUs), seq: null, version: null };
    return {
      id,
      project_id: projectId,
      status: "spooled",
      ...received,
      exports: null,
      spooled: spooled?.length ?? 0,
      duplicates: null,
      rejections: null,
    };
  }
  const { known, exports } = asked.value;
  // What the store has taken is still listed until its object is removed.
  const waiting = spooled?.filter(({ receipt }) => receipt !== known.stored?.receipt) ?? null;
  const status = statusOf(known, waiting?.length ?? 0);
  if (known.stored === null && listed.status === "rejected") throw listed.reason;
  if (status === null) return null;
  return {
    id,
    project_id: projectId,
    status,
    received_at: toIso(known.stored?.receivedUs ?? waiting?.[0]?.receivedUs ?? null),
    seq: known.stored?.seq ?? null,
    version: known.stored?.version ?? null,
    deleted_at: toIso(known.deletedUs),
    exports: exports.map(exportAnswer),
    spooled: waiting?.length ?? null,
    duplicates: { count: known.duplicates.count, differing: known.duplicates.differing, last_at: toIso(known.duplicates.lastUs) },
    rejections: known.rejections.map(({ atUs, requestId, code, paths }) => ({ at: toIso(atUs), request_id: requestId, code, paths })),
  };
}

async function findKnown(projectId: string, id: string, deps: Deps): Promise<{ known: KnownStatus; exports: ExportStatus[] }> {
  await flushRefusals(deps);
  const known = await findStatus(deps.db, projectId, id);
  return { known, exports: known.stored === null ? [] : await exportStatuses(deps.db, projectId, known.stored.seq) };
}

function statusOf({ stored, deletedUs, rejections }: KnownStatus, spooled: number): string | null {
  if (stored !== null) return "stored";
  if (spooled > 0) return "spooled";
  if (deletedUs !== null) return "deleted";
  return rejections.length > 0 ? "rejected" : null;
}

function exportAnswer({ destination, state, batch }: ExportStatus): JsonObject {
  return { destination, state, batch: batch === null ? null : batchId(batch) };
}
