import type { BatchState } from "../model/batch";
import type { ExportSelection } from "../model/destination";
import type { ExportStatus, KnownStatus } from "../model/recording-status";
import { selectRefusals, toRefusal } from "./refusals";
import { integer, integerOrNull, type Row, selectRows, text, textOrNull, transact } from "./transact";

/** All that D1 knows of one id of a project, its exports aside. */
export async function findStatus(db: D1Database, projectId: string, id: string): Promise<KnownStatus> {
  const [stored, deleted, repeated, refused] = await transact(db, [
    db.prepare("SELECT seq, version, received_us, receipt FROM recordings WHERE project_id = ?1 AND id = ?2").bind(projectId, id),
    db.prepare("SELECT deleted_us FROM deletions WHERE project_id = ?1 AND kind = 'recording' AND id = ?2").bind(projectId, id),
    db
      .prepare(
        `SELECT count(*) AS count, coalesce(sum(differs), 0) AS differing, max(received_us) AS last_us FROM duplicates
         WHERE project_id = ?1 AND recording_id = ?2 AND differs IS NOT NULL`,
      )
      .bind(projectId, id),
    selectRefusals(db, projectId, id),
  ]);
  const [row] = stored?.results ?? [];
  const [deletion] = deleted?.results ?? [];
  const [repeats] = repeated?.results ?? [];
  return {
    stored: row === undefined ? null : toStored(row),
    deletedUs: deletion === undefined ? null : integer(deletion, "deleted_us"),
    duplicates: repeats === undefined ? { count: 0, differing: 0, lastUs: null } : toRepeats(repeats),
    rejections: (refused?.results ?? []).map((found) => toRefusal(found, projectId)),
  };
}

/** What each destination that may be sent a project's recordings has of one of them, by its place in the log. */
export async function exportStatuses(db: D1Database, projectId: string, seq: number): Promise<ExportStatus[]> {
  // Of the current generation one batch at most holds the place: the last that begins before it. It was cut by its own selection.
  const statement = db.prepare(`
    SELECT d.id, coalesce(b.selection, d.selection) AS selection, d.cursor_seq, (SELECT environment FROM recordings WHERE seq = ?2) AS environment, b.generation, b.from_seq, b.to_seq, b.state
    FROM destinations AS d LEFT JOIN batches AS b ON b.destination = d.id AND b.generation = d.generation AND b.to_seq >= ?2 AND b.from_seq =
      (SELECT max(from_seq) FROM batches WHERE destination = d.id AND generation = d.generation AND from_seq < ?2)
    WHERE d.selection ->> '$.projectId' IS NULL OR d.selection ->> '$.projectId' = ?1 ORDER BY d.id`);
  const statuses = (await selectRows(db, statement.bind(projectId, seq))).map((row) => toExportStatus(row, seq));
  const left = statuses.filter(({ state, isPassed }) => state === "not_wanted" && isPassed).map(({ destination }) => destination);
  const older = left.length === 0 ? new Map<string, ExportStatus>() : await exportedBefore(db, left, seq);
  return statuses.map(({ destination, state, batch }) => older.get(destination) ?? { destination, state, batch });
}

/** Batches of generations before the current one that were written and hold the place: a replay from later on leaves them as they are. */
async function exportedBefore(db: D1Database, destinations: string[], seq: number): Promise<Map<string, ExportStatus>> {
  const statement = db.prepare(`
    SELECT destination AS id, generation, from_seq, to_seq, max(written_us) FROM json_each(?1) AS wanted CROSS JOIN batches
    ON destination = wanted.value WHERE from_seq < ?2 AND to_seq >= ?2 AND state = 'written' GROUP BY destination`);
  const rows = await selectRows(db, statement.bind(JSON.stringify(destinations), seq));
  return new Map(rows.map((row) => [text(row, "id"), { destination: text(row, "id"), state: "exported" as const, batch: toName(row) }]));
}

/** `isPassed`: the destination wants such recordings, and yet its cursor is behind this one without a batch. */
function toExportStatus(row: Row, seq: number): ExportStatus & { isPassed: boolean } {
  const destination = text(row, "id");
  const selection = JSON.parse(text(row, "selection")) as ExportSelection;
  const isWanted = selection.environment === null || selection.environment === textOrNull(row, "environment");
  if (row["state"] === null) {
    const isPassed = isWanted && integer(row, "cursor_seq") >= seq;
    return { destination, state: isWanted && !isPassed ? "waiting" : "not_wanted", batch: null, isPassed };
  }
  if (!isWanted) return { destination, state: "not_wanted", batch: null, isPassed: false };
  const states = { cut: "waiting", written: "exported", dead: "dead", superseded: "waiting" } as const;
  return { destination, state: states[text(row, "state") as BatchState], batch: toName(row), isPassed: false };
}

function toName(row: Row) {
  return {
    destination: text(row, "id"),
    generation: text(row, "generation"),
    fromSeq: integer(row, "from_seq"),
    toSeq: integer(row, "to_seq"),
  };
}

function toStored(row: Row): NonNullable<KnownStatus["stored"]> {
  return {
    seq: integer(row, "seq"),
    version: integer(row, "version"),
    receivedUs: integer(row, "received_us"),
    receipt: text(row, "receipt"),
  };
}

function toRepeats(row: Row): KnownStatus["duplicates"] {
  return { count: integer(row, "count"), differing: integer(row, "differing"), lastUs: integerOrNull(row, "last_us") };
}
