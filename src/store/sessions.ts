import { isJsonObject, type JsonObject, parseJson } from "../model/json";
import { plainMap } from "./stamped-map";
import { integer, text, transact } from "./transact";

/** A session, and the first recordings and traces in it. */
export interface Session {
  id: string;
  projectId: string;
  createdUs: number;
  metadata: JsonObject;
  recordingIds: string[];
  traceIds: string[];
}

/** One session of a project, with up to `limit` + 1 of its recordings and of its traces; null where there is none. */
export async function findSession(db: D1Database, projectId: string, id: string, limit: number): Promise<Session | null> {
  const idsIn = (table: string) => `
    SELECT id FROM ${table} INDEXED BY ${table}_by_session WHERE project_id = ?1 AND session_id = ?2 ORDER BY seq LIMIT ?3 + 1`;
  const [found, recordings, traces] = await transact(db, [
    db.prepare(`SELECT created_us, ${plainMap("metadata")} AS plain FROM sessions WHERE project_id = ?1 AND id = ?2`).bind(projectId, id),
    db.prepare(idsIn("recordings")).bind(projectId, id, limit),
    db.prepare(idsIn("traces")).bind(projectId, id, limit),
  ]);
  const [row] = found?.results ?? [];
  if (row === undefined) return null;
  const metadata = parseJson(text(row, "plain"));
  const idsOf = (result: typeof traces) => (result?.results ?? []).map((one) => text(one, "id"));
  return {
    id,
    projectId,
    createdUs: integer(row, "created_us"),
    metadata: isJsonObject(metadata) ? metadata : {},
    recordingIds: idsOf(recordings),
    traceIds: idsOf(traces),
  };
}
