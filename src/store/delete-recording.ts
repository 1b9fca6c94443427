import { limits } from "../limits";
import { headSeq } from "./log";
import { transact } from "./transact";

/**
 * Deletes one recording, and its session with the last of it; a tombstone takes a place in the log. What others of its session
 * continue of it goes on in one of them. Late deliveries of it are not stored. Answers whether there was such a recording.
 */
export async function deleteRecording(db: D1Database, projectId: string, id: string, nowUs: number): Promise<boolean> {
  const one = "(SELECT json_group_array(seq) FROM recordings WHERE project_id = ?1 AND id = ?2)";
  const fence = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done) VALUES (?1, 'recording', ?2, ?3, ${headSeq}, 1)
    ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us), up_to_seq = excluded.up_to_seq`);
  const forgetSession = db.prepare(`
    DELETE FROM sessions WHERE project_id = ?1 AND id = (SELECT session_id FROM recordings WHERE project_id = ?1 AND id = ?2)
    AND 1 = (SELECT count(*) FROM (SELECT 1 FROM recordings AS r WHERE r.project_id = ?1 AND r.session_id = sessions.id LIMIT 2))`);
  const results = await transact(db, [
    fence.bind(projectId, id, nowUs),
    ...bequeath(db).map((statement) => statement.bind(projectId, id)),
    forgetSession.bind(projectId, id),
    ...removal(db, one).map(({ statement, isTimed }) => (isTimed ? statement.bind(projectId, id, nowUs) : statement.bind(projectId, id))),
  ]);
  return (results.at(-1)?.results.length ?? 0) > 0;
}

/** The statements that delete rows of which none that stays begins with another: a session's, or a project's. */
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
    { isTimed: false, sql: `DELETE FROM recordings WHERE seq IN ${listed} RETURNING seq` },
  ].map(({ sql, isTimed }) => ({ statement: db.prepare(sql), isTimed }));
}

/**
 * Hands on what others continue of recording ?2 of project ?1. Its heir is the one that has most in common with it: the heir gets
 * the messages that both have, and its place in the conversation; the others continue the heir, which has all that they share.
 */
function bequeath(db: D1Database): D1PreparedStatement[] {
  const gone = "(SELECT * FROM recordings WHERE project_id = ?1 AND id = ?2)";
  const heir = `(SELECT c.seq FROM recordings AS c INDEXED BY recordings_by_session WHERE c.project_id = gone.project_id
    AND c.session_id = gone.session_id AND c.base_seq = gone.seq ORDER BY c.base_count DESC, c.seq LIMIT 1)`;
  const shared = "recordings.base_count";
  // The bytes behind the last message that both have, the comma before each with them.
  const behind = `(SELECT coalesce(sum(value ->> 1) + count(*), 0) FROM json_each(gone.chain) WHERE gone.chain_from + key > ${shared})`;
  const inherited = `CAST(substr(CAST(gone.messages AS BLOB), 1, octet_length(gone.messages) - ${behind}) AS TEXT)`;
  // One that is whole is nobody's heir any more: of its links only those stay that a new row, or one that continues it, looks at.
  const continued = `(SELECT min(k.base_count) FROM recordings AS k INDEXED BY recordings_by_session
    WHERE k.project_id = h.project_id AND k.session_id = h.session_id AND k.base_seq = h.seq)`;
  const behindLinks = "h.chain_from + json_array_length(h.chain)";
  const newest = `${behindLinks} - ${limits.chainedMessagesMax}`;
  const linkedFrom = `iif(gone.base_seq IS NULL, max(gone.chain_from, min(${newest}, coalesce(${continued} + 1, ${newest}))), gone.chain_from)`;
  return [
    `UPDATE recordings SET base_seq = h.heir FROM (SELECT gone.seq AS seq, gone.session_id AS session_id, ${heir} AS heir FROM ${gone} AS gone) AS h
     WHERE recordings.project_id = ?1 AND recordings.session_id = h.session_id AND recordings.base_seq = h.seq AND recordings.seq <> h.heir`,
    `INSERT INTO blob_uses (project_id, sha256, seq) SELECT gone.project_id, b.value, recordings.seq FROM ${gone} AS gone
     CROSS JOIN recordings ON recordings.seq = ${heir} CROSS JOIN json_each(gone.blobs) AS b
     WHERE instr(${inherited}, b.value) > 0 ON CONFLICT DO NOTHING`,
    `WITH gone AS MATERIALIZED (
       SELECT gone.*, h.seq AS heir, ${linkedFrom} AS linked_from FROM ${gone} AS gone CROSS JOIN recordings AS h ON h.seq = ${heir})
     UPDATE recordings SET base_seq = gone.base_seq, base_count = gone.base_count, depth = gone.depth, chain_from = gone.linked_from,
       chain = (SELECT json_group_array(json(value)) FROM (
         SELECT value FROM json_each(gone.chain) WHERE gone.chain_from + key BETWEEN gone.linked_from AND ${shared}
         UNION ALL SELECT value FROM json_each(recordings.chain) WHERE recordings.chain_from + key >= gone.linked_from)),
       messages = ${inherited} || iif(recordings.messages = '', '', ',' || recordings.messages),
       blobs = (SELECT nullif(json_group_array(value), '[]') FROM (
         SELECT value FROM json_each(gone.blobs) WHERE instr(${inherited}, value) > 0 UNION SELECT value FROM json_each(recordings.blobs)))
     FROM gone WHERE recordings.seq = gone.heir`,
  ].map((sql) => db.prepare(sql));
}

/** A tombstone's line, about. */
export const tombstoneBytes = 250;
