import { limits } from "../limits";
import type { KeptContent, Page } from "../model/recording";
import { decodeCursor, encodeCursor } from "./cursor";
import { columnSql } from "./filter-fields";
import { toKept } from "./kept-contents";
import { noSums, type RecordingSums, sumsStatement, toSums } from "./recording-sums";
import { rowsAt } from "./search-recordings";
import { toTraceHead, type TraceHead, traceHeadColumns } from "./search-traces";
import { integer, type Row, textOrNull, transact } from "./transact";

/** A recording with what it belongs to, and whether its call failed; null where that is not known. */
interface PlacedRecording extends KeptContent {
  parentId: string | null;
  hasError: boolean | null;
}

/** A part of a session: its recordings in the order in which they were stored, and its traces. */
export interface SessionPage extends Page<PlacedRecording> {
  /** The recording before the page, which the first of it may go on from. */
  before: KeptContent[];
  traces: TraceHead[];
  hasMoreTraces: boolean;
  sums: RecordingSums;
}

/**
 * The next recordings of a session, with their contents, of `limits.pageBytesMax` bytes at most; all of its traces up to
 * `limits.sessionTracesMax`; and what its newest recordings come to.
 * @throws CollectorError `bad_request` for a cursor that is not ours.
 */
export async function readSessionPage(
  db: D1Database,
  projectId: string,
  id: string,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<SessionPage> {
  const afterSeq = cursor === null ? 0 : decodeCursor(cursor);
  const [places, previous, traces, summed] = await transact(db, [
    db
      .prepare(
        `SELECT r.seq, r.content_bytes, r.parent_id, ${columnSql("recording.has_error")} AS has_error FROM recordings AS r INDEXED BY recordings_by_session
         WHERE r.project_id = ?1 AND r.session_id = ?2 AND r.seq > ?3 ORDER BY r.seq LIMIT ?4 + 1`,
      )
      .bind(projectId, id, afterSeq, limit),
    db
      .prepare(
        `SELECT seq, content_bytes FROM recordings INDEXED BY recordings_by_session
         WHERE project_id = ?1 AND session_id = ?2 AND seq <= ?3 ORDER BY seq DESC LIMIT 1`,
      )
      .bind(projectId, id, afterSeq),
    db
      .prepare(
        `SELECT ${traceHeadColumns} FROM traces AS t INDEXED BY traces_by_session WHERE t.project_id = ?1 AND t.session_id = ?2
         ORDER BY t.seq LIMIT ${limits.sessionTracesMax} + 1`,
      )
      .bind(projectId, id),
    sumsStatement(db, projectId, "session", [id]),
  ]);
  const found = places?.results ?? [];
  const page = withinBytes(found.slice(0, limit));
  const isMore = page.length < found.length;
  const last = page.at(-1);
  const before = (previous?.results ?? []).map((row) => integer(row, "seq"));
  const rows = await rowsAt(db, [...before, ...page.map((row) => integer(row, "seq"))]);
  const kept = await toKept(db, rows, "pass");
  const placed = new Map(page.map((row) => [integer(row, "seq"), row]));
  const heads = (traces?.results ?? []).map(toTraceHead);
  return {
    rows: kept.flatMap((recording) => {
      const row = placed.get(recording.seq);
      return row === undefined ? [] : [{ ...recording, parentId: textOrNull(row, "parent_id"), hasError: errorOf(row) }];
    }),
    before: kept.filter(({ seq }) => before.includes(seq)),
    nextCursor: isMore && last !== undefined ? encodeCursor(integer(last, "seq")) : null,
    traces: heads.slice(0, limits.sessionTracesMax),
    hasMoreTraces: heads.length > limits.sessionTracesMax,
    sums: toSums(summed?.results ?? []).get(id) ?? noSums,
  };
}

function errorOf(row: Row): boolean | null {
  return row["has_error"] === null ? null : row["has_error"] === 1;
}

/** The first of them that a page has room for, and one at least. */
function withinBytes(rows: Row[]): Row[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => (bytes += integer(row, "content_bytes")) > limits.pageBytesMax && index > 0);
  return end === -1 ? rows : rows.slice(0, end);
}
