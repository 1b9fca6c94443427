import { integer, type Row, selectRows, text } from "./transact";

/**
 * The highest place that the log has given, as SQL. Two look-ups at the ends of two primary keys; D1 has one
 * writer, so head + 1 inside an INSERT is the next place and the order of places is the order of commits.
 */
export const headSeq = "max(coalesce((SELECT max(seq) FROM recordings), 0), coalesce((SELECT max(seq) FROM changes), 0))";

/** A change of a recording after it was made. */
export interface Change {
  seq: number;
  projectId: string;
  recordingId: string;
  kind: "deleted";
  changedUs: number;
}

/** The changes in a range of the log, in its order. */
export async function changesInRange(db: D1Database, fromSeq: number, toSeq: number): Promise<Change[]> {
  const statement = db.prepare("SELECT seq, project_id, recording_id, changed_us FROM changes WHERE seq > ?1 AND seq <= ?2 ORDER BY seq");
  return (await selectRows(db, statement.bind(fromSeq, toSeq))).map(toChange);
}

function toChange(row: Row): Change {
  return {
    seq: integer(row, "seq"),
    projectId: text(row, "project_id"),
    recordingId: text(row, "recording_id"),
    kind: "deleted",
    changedUs: integer(row, "changed_us"),
  };
}
