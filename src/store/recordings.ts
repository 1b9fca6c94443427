import { limits } from "../limits";
import type { KeptContent, Page } from "../model/recording";
import { decodeCursor, encodeCursor } from "./cursor";
import { contentColumns, toKept } from "./kept-contents";
import { headColumns } from "./recording-row";
import { integer, type Row, selectRows } from "./transact";

/** One recording of a project, or null. */
export async function findRecording(db: D1Database, projectId: string, id: string): Promise<KeptContent | null> {
  const statement = db.prepare(`SELECT ${headColumns}, ${contentColumns} FROM recordings WHERE project_id = ?1 AND id = ?2`);
  const [kept] = await toKept(db, await selectRows(db, statement.bind(projectId, id)));
  return kept ?? null;
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
): Promise<Page<KeptContent>> {
  const { sessionId, limit, cursor } = query;
  const before = cursor === null ? Number.MAX_SAFE_INTEGER : decodeCursor(cursor);
  // Named, since the planner would rather sort: without the index a page reads every row of the project.
  const index = sessionId === null ? "recordings_by_project" : "recordings_by_session";
  const inSession = sessionId === null ? "" : "AND session_id = ?4";
  // One row more than the page tells whether there is a next. Large contents are fetched once it is known that they fit.
  const statement = db.prepare(`
    SELECT ${headColumns}, content_bytes, base_seq, base_count, chain_from, chain, blobs, payload,
      iif(content_bytes <= ${smallBytes}, messages, NULL) AS messages, iif(content_bytes <= ${smallBytes}, content, NULL) AS content
    FROM recordings INDEXED BY ${index} WHERE project_id = ?1 AND seq < ?2 ${inSession} ORDER BY seq DESC LIMIT ?3 + 1`);
  const rows = await selectRows(db, statement.bind(projectId, before, limit, ...(sessionId === null ? [] : [sessionId])));
  const page = fittingRows(rows, limit);
  const last = page.at(-1);
  const nextCursor = last === undefined || page.length === rows.length ? null : encodeCursor(integer(last, "seq"));
  return { rows: await toKept(db, page, "pass"), nextCursor };
}

/** Recordings by their places in the log, in its order; those that are gone are left out. @throws CollectorError `internal` where one's row is corrupt. */
export async function recordingsAt(db: D1Database, seqs: number[]): Promise<KeptContent[]> {
  return await toKept(db, await selectRows(db, selectAt(db, seqs)));
}

/** As `recordingsAt`, without those whose rows are corrupt: for a reader that may do without one. */
export async function soundRecordingsAt(db: D1Database, seqs: number[]): Promise<KeptContent[]> {
  return await toKept(db, await selectRows(db, selectAt(db, seqs)), "pass");
}

function selectAt(db: D1Database, seqs: number[]): D1PreparedStatement {
  return db
    .prepare(`SELECT ${headColumns}, ${contentColumns} FROM recordings WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq`)
    .bind(JSON.stringify(seqs));
}

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
