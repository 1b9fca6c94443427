import { limits } from "../limits";
import type { Page, StoredContent } from "../model/recording";
import { decodeCursor, encodeCursor } from "./cursor";
import { headSeq } from "./log";
import { headColumns, toStoredContent } from "./recording-row";
import { integer, type Row, selectRows, text, transact } from "./transact";

/** One recording of a project, or null. */
export async function findRecording(db: D1Database, projectId: string, id: string): Promise<StoredContent | null> {
  const statement = db.prepare(`SELECT ${headColumns}, content FROM recordings WHERE project_id = ?1 AND id = ?2`);
  const [row] = await selectRows(db, statement.bind(projectId, id));
  return row === undefined ? null : toStoredContent(row);
}

/**
 * A page of a project's recordings, newest commit first, of one session where it is named. A page ends early
 * where it would hold over `limits.pageBytesMax`.
 * @throws CollectorError `bad_request` for a cursor that is not ours.
 */
export async function listRecordings(
  db: D1Database,
  projectId: string,
  query: { sessionId: string | null; limit: number; cursor: string | null },
): Promise<Page<StoredContent>> {
  const { sessionId, limit, cursor } = query;
  const before = cursor === null ? Number.MAX_SAFE_INTEGER : decodeCursor(cursor);
  // Named, since the planner would rather sort: without the index a page reads every row of the project.
  const index = sessionId === null ? "recordings_by_project" : "recordings_by_session";
  const inSession = sessionId === null ? "" : "AND session_id = ?4";
  // One row more than the page tells whether there is a next. Large contents are fetched once it is known that they fit.
  const statement = db.prepare(`
    SELECT ${headColumns}, content_bytes, CASE WHEN content_bytes <= ${smallBytes} THEN content END AS content
    FROM recordings INDEXED BY ${index} WHERE project_id = ?1 AND seq < ?2 ${inSession} ORDER BY seq DESC LIMIT ?3 + 1`);
  const rows = await selectRows(db, statement.bind(projectId, before, limit, ...(sessionId === null ? [] : [sessionId])));
  const page = fittingRows(rows, limit);
  const last = page.at(-1);
  const nextCursor = last === undefined || page.length === rows.length ? null : encodeCursor(integer(last, "seq"));
  return { rows: await withLargeContents(db, page), nextCursor };
}

/**
 * Deletes one recording, and its session with the last of it; a tombstone takes a place in the log.
 * Answers whether there was such a recording.
 */
export async function deleteRecording(db: D1Database, projectId: string, id: string, changedUs: number): Promise<boolean> {
  const results = await transact(db, [
    db
      .prepare(
        `INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us)
         SELECT ${headSeq} + 1, project_id, id, 'deleted', environment, ${tombstoneBytes}, ?3 FROM recordings WHERE project_id = ?1 AND id = ?2`,
      )
      .bind(projectId, id, changedUs),
    db
      .prepare(
        `DELETE FROM sessions WHERE project_id = ?1 AND id = (SELECT session_id FROM recordings WHERE project_id = ?1 AND id = ?2)
         AND 1 = (SELECT count(*) FROM (SELECT 1 FROM recordings AS r WHERE r.project_id = ?1 AND r.session_id = sessions.id LIMIT 2))`,
      )
      .bind(projectId, id),
    db.prepare("DELETE FROM recordings WHERE project_id = ?1 AND id = ?2 RETURNING seq").bind(projectId, id),
  ]);
  return (results.at(-1)?.results.length ?? 0) > 0;
}

/** Recordings by their places in the log, in its order; those that are gone are left out. */
export async function recordingsAt(db: D1Database, seqs: number[]): Promise<StoredContent[]> {
  const statement = db.prepare(
    `SELECT ${headColumns}, content FROM recordings WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq`,
  );
  return (await selectRows(db, statement.bind(JSON.stringify(seqs)))).map(toStoredContent);
}

/** A tombstone's line, about. */
const tombstoneBytes = 250;

/** A page of the most rows, all of this size, is no larger than a page may be. */
const smallBytes = Math.floor(limits.pageBytesMax / limits.pageRowsMax);

function fittingRows(rows: Row[], limit: number): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, place) => {
    bytes += integer(row, "content_bytes");
    return place === limit || (place > 0 && bytes > limits.pageBytesMax);
  });
  return end === -1 ? rows : rows.slice(0, end);
}

async function withLargeContents(db: D1Database, rows: Row[]): Promise<StoredContent[]> {
  const large = rows.filter((row) => row["content"] === null).map((row) => integer(row, "seq"));
  if (large.length === 0) return rows.map(toStoredContent);
  const statement = db.prepare("SELECT seq, content FROM recordings WHERE seq IN (SELECT value FROM json_each(?1))");
  const found = await selectRows(db, statement.bind(JSON.stringify(large)));
  const contents = new Map(found.map((row) => [integer(row, "seq"), text(row, "content")]));
  const whole = rows.map((row) => ({ ...row, content: row["content"] ?? contents.get(integer(row, "seq")) ?? null }));
  // One without content was deleted between the two queries.
  return whole.filter((row) => row.content !== null).map(toStoredContent);
}
