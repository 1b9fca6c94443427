import { CollectorError } from "../errors";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../model/json";
import { extraPrefix } from "../model/trace";
import { type TraceHead, toTraceHead, traceHeadColumns } from "./search-traces";
import { plainMap } from "./stamped-map";
import { integer, type Row, text, transact } from "./transact";

/** A trace as it is known by now, and the first recordings in it. Of one that nothing but feedback came of yet, all else is null. */
export interface Trace extends TraceHead {
  input: Json;
  output: Json;
  /** What was posted beside all that is known here. */
  extra: JsonObject;
  metadata: JsonObject;
  feedback: JsonObject;
  evaluations: JsonObject;
  updatedUs: number;
  recordingIds: string[];
}

/** One trace of a project with up to `limit` + 1 of its recordings; null where there is none. */
export async function findTrace(db: D1Database, projectId: string, id: string, limit: number): Promise<Trace | null> {
  const maps = ["metadata", "feedback", "evaluations", "fields"].map((map) => `${plainMap(`t.${map}`)} AS ${map}`);
  const trace = db.prepare(`
    SELECT ${traceHeadColumns}, t.updated_us, ${maps.join(", ")} FROM traces AS t WHERE t.project_id = ?1 AND t.id = ?2`);
  const inside = db.prepare(`
    SELECT id FROM recordings INDEXED BY recordings_by_parent WHERE project_id = ?1 AND parent_id = ?2 ORDER BY seq LIMIT ?3 + 1`);
  const [found, recordings] = await transact(db, [trace.bind(projectId, id), inside.bind(projectId, id, limit)]);
  const [row] = found?.results ?? [];
  return row === undefined ? null : { ...toTrace(row), recordingIds: (recordings?.results ?? []).map((one) => text(one, "id")) };
}

function toTrace(row: Row): Omit<Trace, "recordingIds"> {
  const fields = objectOf(row, "fields");
  const extra = Object.entries(fields).filter(([key]) => key.startsWith(extraPrefix));
  return {
    ...toTraceHead(row),
    input: fields["input"] ?? null,
    output: fields["output"] ?? null,
    extra: Object.fromEntries(extra.map(([key, value]) => [key.slice(extraPrefix.length), value])),
    metadata: objectOf(row, "metadata"),
    feedback: objectOf(row, "feedback"),
    evaluations: objectOf(row, "evaluations"),
    updatedUs: integer(row, "updated_us"),
  };
}

function objectOf(row: Row, column: string): JsonObject {
  const value: Json = parseJson(text(row, column));
  if (!isJsonObject(value))
    throw new CollectorError("internal", "A row of the collector's is corrupt.", { cause: `${column} is no object` });
  return value;
}
