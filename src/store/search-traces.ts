import type { Json, JsonObject } from "../model/json";
import { parseJson } from "../model/json";
import { objectOrNull } from "./recording-row";
import { noSums, type RecordingSums, sumsStatement, toSums } from "./recording-sums";
import { findPlaces, type Search, type SearchPage } from "./search-places";
import { plainMap } from "./stamped-map";
import { integer, integerOrNull, type Row, text, textOrNull, transact } from "./transact";

/** What is known of a trace beside its input, output and maps. */
export interface TraceHead {
  id: string;
  /** Null until a post names it: feedback names none. */
  sessionId: string | null;
  parentId: string | null;
  kind: string | null;
  name: string | null;
  agentName: string | null;
  testRunId: string | null;
  testCaseId: string | null;
  startedUs: number | null;
  endedUs: number | null;
  createdUs: number;
}

/** A trace that was found, and what its recordings come to. */
export interface FoundTrace extends TraceHead {
  input: Json;
  output: Json;
  metadata: JsonObject;
  feedback: JsonObject;
  evaluations: JsonObject;
  sums: RecordingSums;
}

/** The columns of a `TraceHead`. */
export const traceHeadColumns =
  "t.id, t.session_id, t.parent_id, t.kind, t.name, t.agent_name, t.test_run_id, t.test_case_id, t.started_us, t.ended_us, t.created_us";

/** A page of the project's traces that a filter finds, the last that was first heard of first. */
export async function searchTraces(db: D1Database, projectId: string, search: Search): Promise<SearchPage<FoundTrace>> {
  const page = await findPlaces(db, projectId, "trace", search);
  if (page.rows.length === 0) return { ...page, rows: [] };
  const maps = ["metadata", "feedback", "evaluations"].map((name) => `${plainMap(`t.${name}`)} AS ${name}`);
  const statement = db.prepare(`
    SELECT ${traceHeadColumns}, ${maps.join(", ")}, t.fields ->> '$.input[0]' AS input, t.fields ->> '$.output[0]' AS output
    FROM json_each(?2) AS g CROSS JOIN traces AS t ON t.seq = g.value AND t.project_id = ?1 ORDER BY g.key`);
  const [found] = await transact(db, [statement.bind(projectId, JSON.stringify(page.rows.map(({ key }) => key)))]);
  const rows = found?.results ?? [];
  const [summed] = await transact(db, [
    sumsStatement(
      db,
      projectId,
      "parent",
      rows.map((row) => text(row, "id")),
    ),
  ]);
  const sums = toSums(summed?.results ?? []);
  return { ...page, rows: rows.map((row) => ({ ...toTrace(row), sums: sums.get(text(row, "id")) ?? noSums })) };
}

/** A row of `traceHeadColumns`. */
export function toTraceHead(row: Row): TraceHead {
  return {
    id: text(row, "id"),
    sessionId: textOrNull(row, "session_id"),
    parentId: textOrNull(row, "parent_id"),
    kind: textOrNull(row, "kind"),
    name: textOrNull(row, "name"),
    agentName: textOrNull(row, "agent_name"),
    testRunId: textOrNull(row, "test_run_id"),
    testCaseId: textOrNull(row, "test_case_id"),
    startedUs: integerOrNull(row, "started_us"),
    endedUs: integerOrNull(row, "ended_us"),
    createdUs: integer(row, "created_us"),
  };
}

function toTrace(row: Row): Omit<FoundTrace, "sums"> {
  return {
    ...toTraceHead(row),
    input: jsonOf(row, "input"),
    output: jsonOf(row, "output"),
    metadata: objectOrNull(row, "metadata") ?? {},
    feedback: objectOrNull(row, "feedback") ?? {},
    evaluations: objectOrNull(row, "evaluations") ?? {},
  };
}

function jsonOf(row: Row, column: string): Json {
  const value = textOrNull(row, column);
  return value === null ? null : parseJson(value);
}
