import type { Amendment } from "../model/amendment";
import { chunksWithin } from "../model/chunks";
import { keepSaid } from "./amend-sessions";
import { isDeletedSince, isTraceDoomed } from "./ordered-deletions";
import { parameterUnits } from "./parameter-units";
import { makeProjects } from "./projects";
import { mergedMap, stampedMap } from "./stamped-map";

/**
 * The statements that amend traces, and make those that are not there, with their sessions. Of two sessions that are named for one
 * trace the later counts. A row that a deletion is about to take is taken first, so that nothing of before goes on in what is new.
 */
export function amendTraces(db: D1Database, amendments: Amendment[]): D1PreparedStatement[] {
  if (amendments.length === 0) return [];
  const inSessions = amendments.flatMap(({ projectId, id, sessionId, receivedUs }) =>
    sessionId === null ? [] : [{ projectId, sessionId, traceId: id, receivedUs, metadata: {} }],
  );
  const names = JSON.stringify(amendments.map(({ projectId, id }) => [projectId, id]));
  const rows = amendments.map((amendment) => JSON.stringify(rowOf(amendment)));
  const keep = keepTraces(db);
  return [
    makeProjects(db, amendments),
    ...keepSaid(db, inSessions),
    markDeleted(db).bind(JSON.stringify(amendments.map((one) => [one.projectId, one.id, one.sessionId, one.receivedUs]))),
    removeDoomed(db).bind(names),
    ...chunksWithin(rows, ({ length }) => length, parameterUnits).map((texts) => keep.bind(`[${texts.join(",")}]`)),
  ];
}

function keepTraces(db: D1Database): D1PreparedStatement {
  const given = `SELECT value ->> 0 AS project, value ->> 1 AS named, value ->> 2 AS session, value ->> 3 AS said_us, value AS said
    FROM json_each(?1)`;
  // Most posts say nothing of most maps, and input and output are large.
  const merged = (map: string) => `${map} = iif(excluded.${map} = '{}', ${map}, ${mergedMap(map, `excluded.${map}`)})`;
  const isNamedLater = "(excluded.session_us, excluded.session_id) > (session_us, session_id)";
  return db.prepare(`
    INSERT INTO traces (project_id, id, session_id, session_us, created_us, updated_us, metadata, feedback, evaluations, fields)
    SELECT project, named, session, iif(session IS NULL, 0, said_us), said_us, said_us, said ->> 4, said ->> 5, said ->> 6, said ->> 7
    FROM (${given}) WHERE NOT ${isDeletedSince("said_us", { projectId: "project", sessionId: "session", traceId: "named" })}
    ON CONFLICT (project_id, id) DO UPDATE SET session_id = iif(${isNamedLater}, excluded.session_id, session_id),
      session_us = max(session_us, excluded.session_us), created_us = min(created_us, excluded.created_us),
      updated_us = max(updated_us, excluded.updated_us), ${["metadata", "feedback", "evaluations", "fields"].map(merged).join(", ")}`);
}

/**
 * Marks traces whose session was deleted after they were posted, or whose rows go here with it: what waits, and names no session, is
 * known by the trace. One that is in another session by now is not meant.
 */
function markDeleted(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
    SELECT d.project_id, 'trace', named, max(d.deleted_us), max(d.up_to_seq), 1 FROM (
      SELECT g.value ->> 0 AS project, g.value ->> 1 AS named, coalesce(t.session_id, g.value ->> 2) AS session,
        coalesce(t.updated_us, g.value ->> 3) AS known_us
      FROM json_each(?1) AS g LEFT JOIN traces AS t ON t.project_id = g.value ->> 0 AND t.id = g.value ->> 1)
    CROSS JOIN deletions AS d ON d.project_id = project AND d.kind = 'session' AND d.id = session WHERE d.deleted_us > known_us
    GROUP BY d.project_id, named ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us)`);
}

function removeDoomed(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    DELETE FROM traces WHERE seq IN (SELECT t.seq FROM json_each(?1) AS g
      CROSS JOIN traces AS t ON t.project_id = g.value ->> 0 AND t.id = g.value ->> 1 WHERE ${isTraceDoomed("t")})`);
}

function rowOf({ projectId, id, sessionId, rank, receivedUs, maps }: Amendment): unknown[] {
  const stamped = (values: Amendment["maps"]["fields"]) => stampedMap(values ?? [], rank, receivedUs);
  const { metadata, feedback, evaluations, fields } = maps;
  return [projectId, id, sessionId, receivedUs, stamped(metadata), stamped(feedback), stamped(evaluations), stamped(fields)];
}
