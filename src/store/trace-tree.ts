import { limits } from "../limits";
import type { StoredRecording } from "../model/recording";
import { columnSql } from "./filter-fields";
import { headColumns, toStored, unlessCorrupt } from "./recording-row";
import { newestOf } from "./recording-sums";
import { toTraceHead, type TraceHead, traceHeadColumns } from "./search-traces";
import { type Row, selectRows, text, textOrNull } from "./transact";

/** What belongs to a trace, at any depth. */
export interface BelowTrace {
  traces: TraceHead[];
  recordings: (StoredRecording & { parentId: string | null; hasError: boolean | null })[];
  /** Whether there may be more than were looked for. */
  isPartial: boolean;
}

/**
 * What is below a trace: traces, among the first of its session, and the newest recordings of each that is met, which may have traces and
 * recordings below them too.
 */
export async function readBelow(
  db: D1Database,
  projectId: string,
  { id, sessionId }: Pick<TraceHead, "id" | "sessionId">,
): Promise<BelowTrace> {
  const heads = sessionId === null ? [] : await readHeads(db, projectId, sessionId);
  const below: BelowTrace = { traces: [], recordings: [], isPartial: heads.length === limits.sessionTracesMax };
  const met = new Set([id]);
  let owners = [id, ...addTracesBelow([id], heads, met, below)];
  // Those that were met and not looked below yet; traces are all known before, so each round goes one recording deeper.
  for (let looked = 0, level = 0; owners.length > 0; level += 1) {
    const isLast = level === limits.treeLevelsMax || looked === limits.treeOwnersMax;
    if (isLast || looked + owners.length > limits.treeOwnersMax) below.isPartial = true;
    if (isLast) break;
    owners = owners.slice(0, limits.treeOwnersMax - looked);
    looked += owners.length;
    const rows = await readRecordings(db, projectId, owners);
    below.recordings.push(...rows.flatMap((row) => unlessCorrupt(row, toPlaced)));
    const counts = Map.groupBy(rows, (row) => textOrNull(row, "parent_id"));
    if ([...counts.values()].some(({ length }) => length === limits.treeRecordingsMax)) below.isPartial = true;
    const found = rows.map((row) => text(row, "id")).filter((one) => !met.has(one));
    for (const one of found) met.add(one);
    owners = [...found, ...addTracesBelow(found, heads, met, below)];
  }
  return below;
}

async function readHeads(db: D1Database, projectId: string, sessionId: string): Promise<TraceHead[]> {
  const statement = db.prepare(`
    SELECT ${traceHeadColumns} FROM traces AS t INDEXED BY traces_by_session WHERE t.project_id = ?1 AND t.session_id = ?2
    ORDER BY t.seq LIMIT ${limits.sessionTracesMax}`);
  return (await selectRows(db, statement.bind(projectId, sessionId))).map(toTraceHead);
}

/** The traces that are below some ids by traces alone, from the top down; they are met then, and are below. */
function addTracesBelow(ids: string[], heads: TraceHead[], met: Set<string>, below: BelowTrace): string[] {
  const byParent = Map.groupBy(heads, ({ parentId }) => parentId);
  const all: string[] = [];
  let level = ids;
  while (level.length > 0) {
    const traces = level.flatMap((id) => byParent.get(id) ?? []).filter((trace) => !met.has(trace.id));
    for (const trace of traces) met.add(trace.id);
    below.traces.push(...traces);
    level = traces.map((trace) => trace.id);
    all.push(...level);
  }
  return all;
}

async function readRecordings(db: D1Database, projectId: string, owners: string[]): Promise<Row[]> {
  const columns = headColumns.split(",").map((column) => `r.${column.trim()}`);
  const statement = db.prepare(`
    SELECT r.parent_id, ${columnSql("recording.has_error")} AS has_error, ${columns.join(", ")}
    FROM (SELECT value AS owner FROM json_each(?2)) AS g
    CROSS JOIN recordings AS r ON r.seq IN ${newestOf("parent", "g.owner", limits.treeRecordingsMax)} ORDER BY r.seq`);
  return await selectRows(db, statement.bind(projectId, JSON.stringify(owners)));
}

function toPlaced(row: Row): BelowTrace["recordings"][number] {
  return { ...toStored(row), parentId: textOrNull(row, "parent_id"), hasError: row["has_error"] === null ? null : row["has_error"] === 1 };
}
