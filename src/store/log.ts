import type { StoredContent } from "../model/recording";
import { headColumns, toStoredContent } from "./recording-row";
import { integer, type Row, selectRows, text } from "./transact";

/**
 * The highest place that the log has given, as SQL. Two look-ups at the ends of two primary keys; D1 has one
 * writer, so head + 1 inside an INSERT is the next place and the order of places is the order of commits.
 */
export const headSeq = "max(coalesce((SELECT max(seq) FROM recordings), 0), coalesce((SELECT max(seq) FROM changes), 0))";

/** What happened to a recording after it was made: removed, counted late, or priced anew. */
export type ChangeKind = "deleted" | "counted" | "repriced";

/** A change of a recording after it was made. */
export interface Change {
  seq: number;
  projectId: string;
  recordingId: string;
  kind: ChangeKind;
  changedUs: number;
}

/** The deletions in a range of the log, in its order. */
export async function deletionsInRange(db: D1Database, fromSeq: number, toSeq: number): Promise<Change[]> {
  const statement = db.prepare(
    "SELECT seq, project_id, recording_id, kind, changed_us FROM changes WHERE seq > ?1 AND seq <= ?2 AND kind = 'deleted' ORDER BY seq",
  );
  return (await selectRows(db, statement.bind(fromSeq, toSeq))).map(toChange);
}

/**
 * The recordings that were changed in a range of the log and made before it, each once, at its last change there. What was
 * made in the range too is in it already, as it is now.
 */
export async function updatedInRange(db: D1Database, fromSeq: number, toSeq: number): Promise<{ at: number; recording: StoredContent }[]> {
  const statement = db.prepare(`
    SELECT last AS changed_seq, ${headColumns}, content FROM
      (SELECT max(seq) AS last, project_id AS of_project, recording_id AS of_id FROM changes
       WHERE seq > ?1 AND seq <= ?2 AND kind <> 'deleted' GROUP BY project_id, recording_id)
    CROSS JOIN recordings ON project_id = of_project AND id = of_id WHERE seq <= ?1 ORDER BY last`);
  const rows = await selectRows(db, statement.bind(fromSeq, toSeq));
  return rows.map((row) => ({ at: integer(row, "changed_seq"), recording: toStoredContent(row) }));
}

function toChange(row: Row): Change {
  return {
    seq: integer(row, "seq"),
    projectId: text(row, "project_id"),
    recordingId: text(row, "recording_id"),
    kind: text(row, "kind") as ChangeKind,
    changedUs: integer(row, "changed_us"),
  };
}
