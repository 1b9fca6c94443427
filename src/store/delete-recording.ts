import { limits } from "../limits";
import { headSeq } from "./log";
import { takeMeasures } from "./metrics-changes";
import { transact } from "./transact";
import { cutTranscripts } from "./transcripts";

/**
 * Deletes one recording, and its session with the last recording or trace of it; a tombstone takes a place in the log. Of its
 * messages those stay that another recording of the session has. Late deliveries of it are not stored. Answers whether it was there.
 */
export async function deleteRecording(db: D1Database, projectId: string, id: string, nowUs: number): Promise<boolean> {
  const one = "(SELECT json_group_array(seq) FROM recordings WHERE project_id = ?1 AND id = ?2)";
  const fence = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done) VALUES (?1, 'recording', ?2, ?3, ${headSeq}, 1)
    ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us), up_to_seq = excluded.up_to_seq`);
  const forgetSession = db.prepare(`
    DELETE FROM sessions WHERE project_id = ?1 AND id = (SELECT session_id FROM recordings WHERE project_id = ?1 AND id = ?2)
    AND 1 = (SELECT count(*) FROM (SELECT 1 FROM recordings AS r WHERE r.project_id = ?1 AND r.session_id = sessions.id LIMIT 2))
    AND NOT EXISTS (SELECT 1 FROM traces AS t WHERE t.project_id = ?1 AND t.session_id = sessions.id)`);
  const results = await transact(db, [
    fence.bind(projectId, id, nowUs),
    forgetSession.bind(projectId, id),
    // Where it never came they are no row's.
    ...["amendments", "appended_messages"].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE project_id = ?1 AND recording_id = ?2`).bind(projectId, id),
    ),
    ...removal(db, one).map(({ statement, isTimed }) => (isTimed ? statement.bind(projectId, id, nowUs) : statement.bind(projectId, id))),
  ]);
  return (results.at(-1)?.results.length ?? 0) > 0;
}

/** The statements that delete rows by their places. */
export function removeRows(db: D1Database, seqs: number[], nowUs: number): D1PreparedStatement[] {
  const rows = JSON.stringify(seqs);
  // Of the same numbers as the statements of one recording, whose names take two.
  return removal(db, "coalesce(?1, ?2)").map(({ statement, isTimed }) =>
    isTimed ? statement.bind(rows, null, nowUs) : statement.bind(rows, null),
  );
}

/** Removes the rows of a list of places, given as SQL: tombstones first, then the objects that nobody else needs are doomed. */
function removal(db: D1Database, rows: string): { statement: D1PreparedStatement; isTimed: boolean }[] {
  const listed = `(SELECT value FROM json_each(${rows}))`;
  return [
    { isTimed: false, sql: takeMeasures(`r.seq IN ${listed}`) },
    {
      isTimed: true,
      sql: `INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us, made_seq, received_us)
        SELECT ${headSeq} + row_number() OVER (ORDER BY seq), project_id, id, 'deleted', environment, ${tombstoneBytes}, ?3, seq, received_us
        FROM recordings WHERE seq IN ${listed}`,
    },
    {
      isTimed: true,
      // Where its delivery may still come again.
      sql: `INSERT INTO duplicates (project_id, recording_id, receipt, received_us, differs)
        SELECT project_id, id, receipt, received_us, NULL FROM recordings
        WHERE seq IN ${listed} AND received_us > ?3 - ${limits.duplicatesKeptHours * 3_600_000_000} ON CONFLICT DO NOTHING`,
    },
    {
      isTimed: true,
      sql: `INSERT INTO doomed_blobs (project_id, sha256, doomed_us)
        SELECT DISTINCT r.project_id, b.value, ?3 FROM recordings AS r CROSS JOIN json_each(r.blobs) AS b WHERE r.seq IN ${listed}
        AND NOT EXISTS (SELECT 1 FROM blob_uses AS u WHERE u.project_id = r.project_id AND u.sha256 = b.value AND u.seq NOT IN ${listed})
        ON CONFLICT DO UPDATE SET doomed_us = excluded.doomed_us, removed_us = NULL`,
    },
    {
      isTimed: false,
      sql: `DELETE FROM blob_uses WHERE (project_id, sha256, seq) IN
        (SELECT r.project_id, b.value, r.seq FROM recordings AS r CROSS JOIN json_each(r.blobs) AS b WHERE r.seq IN ${listed})`,
    },
    ...["amendments", "appended_messages"].map((table) => ({
      isTimed: false,
      sql: `DELETE FROM ${table} WHERE (project_id, recording_id) IN (SELECT project_id, id FROM recordings WHERE seq IN ${listed})`,
    })),
    ...cutTranscripts(listed).map((sql) => ({ isTimed: false, sql })),
    { isTimed: false, sql: `DELETE FROM recordings WHERE seq IN ${listed} RETURNING seq` },
  ].map(({ sql, isTimed }) => ({ statement: db.prepare(sql), isTimed }));
}

/** A tombstone's line, about. */
export const tombstoneBytes = 250;
