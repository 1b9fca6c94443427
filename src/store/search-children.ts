import { limits } from "../limits";
import type { StoredRecording } from "../model/recording";
import { headColumns, toStored, unlessCorrupt } from "./recording-row";
import { newestOf } from "./recording-sums";
import { toTraceHead, type TraceHead, traceHeadColumns } from "./search-traces";
import { text, transact } from "./transact";

/** What belongs to a row of a search: the newest of each, without contents. */
export interface Children {
  recordings: StoredRecording[];
  traces: TraceHead[];
}

/**
 * The children of sessions, by their ids: their recordings and traces; or of recordings and traces: what names them as its parent,
 * recordings anywhere, and traces among the newest of the same session.
 */
export async function readChildren(
  db: D1Database,
  projectId: string,
  of: "session" | "parent",
  parents: { id: string; sessionId: string | null }[],
): Promise<Map<string, Children>> {
  const ids = [...new Set(parents.map(({ id }) => id))];
  const sessionIds = [...new Set(parents.map(({ sessionId }) => sessionId))];
  const recordings = db.prepare(`
    SELECT g.owner, ${headColumns} FROM (SELECT value AS owner FROM json_each(?2)) AS g
    CROSS JOIN recordings ON seq IN ${newestOf(of, "g.owner", limits.childrenMax)} ORDER BY seq DESC`);
  const traces = db.prepare(`
    SELECT ${traceHeadColumns} FROM (SELECT value AS owner FROM json_each(?2)) AS g
    CROSS JOIN traces AS t ON t.seq IN (SELECT o.seq FROM traces AS o INDEXED BY traces_by_session
      WHERE o.project_id = ?1 AND o.session_id = g.owner ORDER BY o.seq DESC LIMIT ${limits.childTracesMax}) ORDER BY t.seq DESC`);
  const [recordingRows, traceRows] = await transact(db, [
    recordings.bind(projectId, JSON.stringify(ids)),
    traces.bind(projectId, JSON.stringify(sessionIds)),
  ]);
  const children = new Map(ids.map((id): [string, Children] => [id, { recordings: [], traces: [] }]));
  for (const row of recordingRows?.results ?? []) children.get(text(row, "owner"))?.recordings.push(...unlessCorrupt(row, toStored));
  for (const row of traceRows?.results ?? []) {
    const trace = toTraceHead(row);
    const list = children.get((of === "session" ? trace.sessionId : trace.parentId) ?? "")?.traces;
    if (list !== undefined && list.length < limits.childrenMax) list.push(trace);
  }
  return children;
}
