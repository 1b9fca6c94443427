import type { Amendment } from "../model/amendment";
import { chunksWithin } from "../model/chunks";
import { isDeletedSince } from "./ordered-deletions";
import { parameterUnits } from "./parameter-units";
import { makeProjects } from "./projects";
import { mergedMap, type StampedMap, stampedMap } from "./stamped-map";

/** What is said of a session: by itself, or by a trace, which makes it. */
export interface SaidOfSession {
  projectId: string;
  sessionId: string;
  traceId: string | null;
  receivedUs: number;
  metadata: StampedMap;
}

/** The statements that amend sessions, and make those that are not there. */
export function amendSessions(db: D1Database, amendments: Amendment[]): D1PreparedStatement[] {
  if (amendments.length === 0) return [];
  const said = amendments.map(({ projectId, id, rank, receivedUs, maps }) => {
    return { projectId, sessionId: id, traceId: null, receivedUs, metadata: stampedMap(maps.metadata ?? [], rank, receivedUs) };
  });
  return [makeProjects(db, amendments), ...keepSaid(db, said)];
}

/** The statements that keep what is said of sessions. What was ordered to be deleted after it was said is not kept. */
export function keepSaid(db: D1Database, said: SaidOfSession[]): D1PreparedStatement[] {
  const given = `SELECT value ->> 0 AS project, value ->> 1 AS named, value ->> 2 AS trace, value ->> 3 AS said_us, value ->> 4 AS metadata
    FROM json_each(?1)`;
  const statement = db.prepare(`
    INSERT INTO sessions (project_id, id, metadata, created_us)
    SELECT project, named, metadata, said_us FROM (${given})
    WHERE NOT ${isDeletedSince("said_us", { projectId: "project", sessionId: "named", traceId: "trace" })}
    ON CONFLICT DO UPDATE SET metadata = ${mergedMap("metadata", "excluded.metadata")}, created_us = min(created_us, excluded.created_us)
    WHERE excluded.metadata <> '{}' OR excluded.created_us < created_us`);
  const rows = said.map(({ projectId, sessionId, traceId, receivedUs, metadata }) =>
    JSON.stringify([projectId, sessionId, traceId, receivedUs, metadata]),
  );
  return chunksWithin(rows, ({ length }) => length, parameterUnits).map((texts) => statement.bind(`[${texts.join(",")}]`));
}
