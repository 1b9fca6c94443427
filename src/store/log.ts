import { integer, integerOrNull, selectRows, text, textOrNull } from "./transact";

/**
 * The highest place that the log has given, as SQL. Two look-ups at the ends of two primary keys; D1 has one
 * writer, so head + 1 inside an INSERT is the next place and the order of places is the order of commits.
 */
export const headSeq = "max(coalesce((SELECT max(seq) FROM recordings), 0), coalesce((SELECT max(seq) FROM changes), 0))";

/** What happened to a recording after it was made: removed, counted late, priced anew, or amended. */
export type ChangeKind = "deleted" | "counted" | "repriced" | "amended";

/** A place in the log, before it is known what stands there now: what batches are cut by. */
export interface LogEntry {
  seq: number;
  projectId: string;
  environment: string | null;
  /** What its line in an export takes, about. */
  bytes: number;
  committedUs: number;
}

/** The log behind a place, in its order, up to `limit` places. */
export async function logAfter(db: D1Database, afterSeq: number, limit: number): Promise<LogEntry[]> {
  const statement = db.prepare(`
    SELECT * FROM (SELECT seq, project_id, environment, content_bytes AS bytes, received_us AS at FROM recordings WHERE seq > ?1 ORDER BY seq LIMIT ?2)
    UNION ALL
    SELECT * FROM (SELECT seq, project_id, environment, line_bytes, changed_us FROM changes WHERE seq > ?1 ORDER BY seq LIMIT ?2)
    ORDER BY seq LIMIT ?2`);
  return (await selectRows(db, statement.bind(afterSeq, limit))).map((row) => ({
    seq: integer(row, "seq"),
    projectId: text(row, "project_id"),
    environment: textOrNull(row, "environment"),
    bytes: integer(row, "bytes"),
    committedUs: integer(row, "at"),
  }));
}

/** What an export says of one place in the log: a recording that is there, or one that was deleted. */
export interface LoggedLine {
  /** Where it stands in the log. */
  place: number;
  projectId: string;
  committedUs: number;
  /** Of the recording's content; 0 for a deletion. */
  bytes: number;
  subject: { recordingSeq: number } | { deletedId: string };
}

/**
 * What a range of the log `(fromSeq, toSeq]` says now, in its order: the recordings made in it, those made before and changed in
 * it (each once, at its last change there), and what was deleted in it. Of a project and an environment where they are named.
 */
export async function linesInRange(
  db: D1Database,
  range: { fromSeq: number; toSeq: number },
  selection: { projectId: string | null; environment: string | null },
): Promise<LoggedLine[]> {
  const isWanted = "(?3 IS NULL OR project_id = ?3) AND (?4 IS NULL OR environment = ?4)";
  // As one text: D1 takes several times as long to hand over thousands of rows.
  const statement = db.prepare(`
    SELECT json_group_array(json_array(place, project_id, at, bytes, recording_seq, deleted_id)) AS lines FROM (
      SELECT seq AS place, project_id, received_us AS at, content_bytes AS bytes, seq AS recording_seq, NULL AS deleted_id
      FROM recordings WHERE seq > ?1 AND seq <= ?2 AND ${isWanted}
      UNION ALL
      SELECT last, project_id, at, content_bytes, seq, NULL FROM
        (SELECT max(seq) AS last, changed_us AS at, project_id AS of_project, recording_id AS of_id FROM changes
         WHERE seq > ?1 AND seq <= ?2 AND kind <> 'deleted' GROUP BY project_id, recording_id)
      CROSS JOIN recordings ON project_id = of_project AND id = of_id WHERE seq <= ?1 AND ${isWanted}
      UNION ALL
      SELECT seq, project_id, changed_us, 0, NULL, recording_id
      FROM changes WHERE seq > ?1 AND seq <= ?2 AND kind = 'deleted' AND ${isWanted})`);
  const [row] = await selectRows(db, statement.bind(range.fromSeq, range.toSeq, selection.projectId, selection.environment));
  const lines = JSON.parse(row === undefined ? "[]" : text(row, "lines")) as LineColumns[];
  return lines
    .toSorted(([one], [other]) => one - other)
    .map(([place, projectId, committedUs, bytes, recordingSeq, deletedId]) => {
      return { place, projectId, committedUs, bytes, subject: deletedId === null ? { recordingSeq } : { deletedId } };
    });
}

/** What stands in its place has a recording's place where it has no deleted id. */
type LineColumns = [place: number, projectId: string, committedUs: number, bytes: number, recordingSeq: number, deletedId: string | null];

/** The highest place that the log has given. */
export async function findHead(db: D1Database): Promise<number> {
  const [row] = await selectRows(db, db.prepare(`SELECT ${headSeq} AS head`));
  return row === undefined ? 0 : integer(row, "head");
}

/** The first place in a range of the log `(fromSeq, toSeq]` that was received, or changed, from a time on; null where none was. */
export async function firstCommitSince(db: D1Database, range: { fromSeq: number; toSeq: number }, sinceUs: number): Promise<number | null> {
  const statement = db.prepare(`
    SELECT min(seq) AS first FROM (
      SELECT min(seq) AS seq FROM recordings WHERE seq > ?1 AND seq <= ?2 AND received_us >= ?3
      UNION ALL
      SELECT min(seq) FROM changes WHERE seq > ?1 AND seq <= ?2 AND changed_us >= ?3)`);
  const [row] = await selectRows(db, statement.bind(range.fromSeq, range.toSeq, sinceUs));
  return row === undefined ? null : integerOrNull(row, "first");
}

/** The highest place that was cut into a batch before a time; 0 where there is none. */
export async function lastCutBefore(db: D1Database, timeUs: number): Promise<number> {
  const [row] = await selectRows(db, db.prepare("SELECT max(to_seq) AS last FROM batches WHERE cut_us < ?1").bind(timeUs));
  return (row === undefined ? null : integerOrNull(row, "last")) ?? 0;
}
