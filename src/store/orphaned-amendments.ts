import { limits } from "../limits";
import { notePosition, sweepPosition } from "./sweeps";
import { integer, selectRows, text, transact } from "./transact";

/**
 * Removes what was said of recordings before a time and waits for them still, among the next of `amendments` in the order of their
 * key: where they end it begins anew. Answers of how many recordings.
 */
export async function dropOrphans(db: D1Database, beforeUs: number): Promise<number> {
  const position = await sweepPosition(db, "amendments");
  // Ids hold no space.
  const [projectId = "", recordingId = ""] = position.split(" ");
  const page = db.prepare(`
    SELECT project_id, recording_id, updated_us FROM amendments WHERE (project_id, recording_id) > (?1, ?2)
    ORDER BY project_id, recording_id LIMIT ${limits.amendmentsSwept}`);
  const rows = await selectRows(db, page.bind(projectId, recordingId));
  const last = rows.length < limits.amendmentsSwept ? undefined : rows.at(-1);
  const next = last === undefined ? "" : `${text(last, "project_id")} ${text(last, "recording_id")}`;
  const old = rows
    .filter((row) => integer(row, "updated_us") < beforeUs)
    .map((row) => [text(row, "project_id"), text(row, "recording_id")]);
  if (next === position && old.length === 0) return 0;
  const removeFrom = (table: string) => `
    DELETE FROM ${table} WHERE (project_id, recording_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?1)
      WHERE NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = value ->> 0 AND r.id = value ->> 1)
      AND EXISTS (SELECT 1 FROM amendments AS a WHERE a.project_id = value ->> 0 AND a.recording_id = value ->> 1 AND a.updated_us < ?2))`;
  const [, removed] = await transact(db, [
    db.prepare(removeFrom("appended_messages")).bind(JSON.stringify(old), beforeUs),
    db.prepare(removeFrom("amendments")).bind(JSON.stringify(old), beforeUs),
    notePosition(db, "amendments", next),
  ]);
  return removed?.meta.changes ?? 0;
}
