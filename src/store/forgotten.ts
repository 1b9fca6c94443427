import { limits } from "../limits";
import type { Deletion } from "../model/deletion";
import { transact } from "./transact";

/** Removes the next traces that a deletion takes, which are those of before it. Answers whether there may be more. */
export async function forgetTraces(db: D1Database, { projectId, kind, id, deletedUs, upToSeq }: Deletion): Promise<boolean> {
  const isSession = kind === "session";
  const page = `SELECT seq FROM traces INDEXED BY ${isSession ? "traces_by_session" : "traces_by_project"}
    WHERE project_id = ?1 AND updated_us <= ?2 ${isSession ? "AND session_id = ?3" : ""} ORDER BY seq LIMIT ${limits.deletedPerPage}`;
  const bound = [projectId, deletedUs, ...(isSession ? [id] : [])];
  // What waits and names no session is known by the trace: feedback.
  const tombstones = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
    SELECT project_id, 'trace', id, ?2, ?4, 1 FROM traces WHERE seq IN (${page})
    ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us)`);
  const results = await transact(db, [
    ...(isSession ? [tombstones.bind(...bound, upToSeq)] : []),
    db.prepare(`DELETE FROM traces WHERE seq IN (${page})`).bind(...bound),
  ]);
  return results.at(-1)?.meta.changes === limits.deletedPerPage;
}

/** The statement that removes a session that is of before its deletion, where nothing is left in it. */
export function forgetSession(db: D1Database, { projectId, id, deletedUs }: Deletion): D1PreparedStatement {
  return db
    .prepare(`DELETE FROM sessions WHERE project_id = ?1 AND id = ?2 AND created_us <= ?3 AND ${isSessionEmpty("?3")}`)
    .bind(projectId, id, deletedUs);
}

/** Removes the next of all else that is a project's own, of before its deletion. Answers whether there may be more. */
export async function forgetRows(db: D1Database, { projectId, deletedUs }: Deletion): Promise<boolean> {
  const limit = `LIMIT ${limits.deletedPerPage}`;
  const withoutDataset = "NOT EXISTS (SELECT 1 FROM datasets AS d WHERE d.project_id = t.project_id AND d.id = t.dataset_id)";
  const withoutAmendment =
    "NOT EXISTS (SELECT 1 FROM amendments AS a WHERE a.project_id = t.project_id AND a.recording_id = t.recording_id)";
  const statements = [
    `DELETE FROM sessions WHERE project_id = ?1 AND id IN
      (SELECT id FROM sessions WHERE project_id = ?1 AND created_us <= ?2 AND ${isSessionEmpty("?2")} ${limit})`,
    `DELETE FROM amendments WHERE project_id = ?1 AND recording_id IN
      (SELECT recording_id FROM amendments WHERE project_id = ?1 AND updated_us <= ?2 ${limit})`,
    `DELETE FROM appended_messages WHERE rowid IN
      (SELECT rowid FROM appended_messages AS t WHERE project_id = ?1 AND ?2 IS NOT NULL AND ${withoutAmendment} ${limit})`,
    `DELETE FROM datasets WHERE project_id = ?1 AND id IN (SELECT id FROM datasets WHERE project_id = ?1 AND created_us <= ?2 ${limit})`,
    `DELETE FROM test_cases WHERE seq IN
      (SELECT seq FROM test_cases AS t WHERE project_id = ?1 AND ?2 IS NOT NULL AND ${withoutDataset} ${limit})`,
    `DELETE FROM test_runs WHERE project_id = ?1 AND id IN (SELECT id FROM test_runs WHERE project_id = ?1 AND created_us <= ?2 ${limit})`,
  ];
  const results = await transact(
    db,
    statements.map((sql) => db.prepare(sql).bind(projectId, deletedUs)),
  );
  return results.some(({ meta }) => meta.changes === limits.deletedPerPage);
}

/** The statements that remove a project and what it has few of. Its ledger stays: it says how many there were, and nothing of what. */
export function forgetProject(db: D1Database, { projectId, deletedUs }: Deletion): D1PreparedStatement[] {
  const isWithoutRecordings = "NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = ?1)";
  const isEmpty = ["traces", "sessions", "datasets"].map((table) => `NOT EXISTS (SELECT 1 FROM ${table} AS t WHERE t.project_id = ?1)`);
  // A session that goes on with what came since keeps that alone.
  const rest = `SELECT json_group_object(key, json(value)) FROM json_each(sessions.metadata) WHERE value ->> 2 > ?2`;
  const session = `UPDATE sessions SET metadata = (${rest}), created_us = ?2 + 1 WHERE project_id = ?1 AND created_us <= ?2`;
  const ofProject = ["project_prices", "calibrations", "reprices", "refusals", "metrics", "project_runs"].map(
    (table) => `DELETE FROM ${table} WHERE project_id = ?1 AND ${isWithoutRecordings}`,
  );
  return [
    db.prepare(session).bind(projectId, deletedUs),
    ...[...ofProject, `DELETE FROM projects WHERE id = ?1 AND ${[isWithoutRecordings, ...isEmpty].join(" AND ")}`].map((sql) =>
      db.prepare(sql).bind(projectId),
    ),
  ];
}

/** Whether nothing is left in a session, nor was said of it since its deletion. */
function isSessionEmpty(deletedUs: string): string {
  const isIn = (table: string) =>
    `EXISTS (SELECT 1 FROM ${table} AS t WHERE t.project_id = sessions.project_id AND t.session_id = sessions.id)`;
  return `NOT (${isIn("recordings")} OR ${isIn("traces")} OR EXISTS (SELECT 1 FROM json_each(metadata) WHERE value ->> 2 > ${deletedUs}))`;
}
