import { limits } from "../limits";
import type { StoredRecording } from "../model/recording";
import { growTree } from "../model/session-tree";
import { columnSql } from "./filter-fields";
import { headColumns, toStored, unlessCorrupt } from "./recording-row";
import { newestOf } from "./recording-sums";
import { toTraceHead, type TraceHead, traceHeadColumns } from "./search-traces";
import { selectRows, textOrNull } from "./transact";

/** What belongs to a trace, at any depth. */
export interface BelowTrace {
  traces: TraceHead[];
  recordings: (StoredRecording & { parentId: string | null; hasError: boolean | null })[];
  /** Whether there may be more than were looked for. */
  isPartial: boolean;
}

/** The traces below one, among the first of its session, and the newest recordings of it and of each of them. */
export async function readBelow(
  db: D1Database,
  projectId: string,
  { id, sessionId }: Pick<TraceHead, "id" | "sessionId">,
): Promise<BelowTrace> {
  const ofSession = db.prepare(`
    SELECT ${traceHeadColumns} FROM traces AS t INDEXED BY traces_by_session WHERE t.project_id = ?1 AND t.session_id = ?2
    ORDER BY t.seq LIMIT ${limits.sessionTracesMax}`);
  const heads = sessionId === null ? [] : (await selectRows(db, ofSession.bind(projectId, sessionId))).map(toTraceHead);
  const below = tracesBelow(id, heads);
  const traces = below.slice(0, limits.treeTracesMax);
  const statement = db.prepare(`
    SELECT r.parent_id, ${columnSql("recording.has_error")} AS has_error, ${headColumns
      .split(",")
      .map((column) => `r.${column.trim()}`)
      .join(", ")}
    FROM (SELECT value AS owner FROM json_each(?2)) AS g
    CROSS JOIN recordings AS r ON r.seq IN ${newestOf("parent", "g.owner", limits.treeRecordingsMax)} ORDER BY r.seq`);
  const owners = JSON.stringify([id, ...traces.map((trace) => trace.id)]);
  const rows = await selectRows(db, statement.bind(projectId, owners));
  const counts = new Map<string | null, number>();
  for (const row of rows) counts.set(textOrNull(row, "parent_id"), (counts.get(textOrNull(row, "parent_id")) ?? 0) + 1);
  return {
    traces,
    recordings: rows.flatMap((row) =>
      unlessCorrupt(row, () => ({
        ...toStored(row),
        parentId: textOrNull(row, "parent_id"),
        hasError: row["has_error"] === null ? null : row["has_error"] === 1,
      })),
    ),
    isPartial:
      heads.length === limits.sessionTracesMax ||
      below.length > traces.length ||
      [...counts.values()].some((count) => count >= limits.treeRecordingsMax),
  };
}

/** Those that are at any depth below one, from the top down. */
function tracesBelow(id: string, heads: TraceHead[]): TraceHead[] {
  const items = heads.map((head) => ({
    type: "trace" as const,
    id: head.id,
    parentId: head.id === id ? null : head.parentId,
    atUs: head.startedUs ?? head.createdUs,
    head,
  }));
  const top = growTree(items).find(({ item }) => item.id === id);
  const below: TraceHead[] = [];
  let level = top?.children ?? [];
  while (level.length > 0) {
    below.push(...level.map(({ item }) => item.head));
    level = level.flatMap(({ children }) => children);
  }
  return below;
}
