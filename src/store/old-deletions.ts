import { limits } from "../limits";
import { notePosition, sweepPosition } from "./sweeps";
import { integer, selectRows, text, transact } from "./transact";

/**
 * Forgets orders of long ago, among the next of `deletions` in the order of their key: nothing that was received before them is still
 * on its way. A tombstone stands there for each recording and trace that was deleted, too many to look through all of them.
 */
export async function forgetDeletions(db: D1Database, beforeUs: number): Promise<void> {
  const position = await sweepPosition(db, "deletions");
  // Ids hold no space.
  const [projectId = "", kind = "", id = ""] = position.split(" ");
  const page = db.prepare(`
    SELECT project_id, kind, id, is_done = 1 AND deleted_us < ?4 AS is_old FROM deletions WHERE (project_id, kind, id) > (?1, ?2, ?3)
    ORDER BY project_id, kind, id LIMIT ${limits.deletionsSwept}`);
  const rows = (await selectRows(db, page.bind(projectId, kind, id, beforeUs))).map((row) => ({
    key: [text(row, "project_id"), text(row, "kind"), text(row, "id")],
    isOld: integer(row, "is_old") === 1,
  }));
  const last = rows.length < limits.deletionsSwept ? undefined : rows.at(-1);
  const next = last === undefined ? "" : last.key.join(" ");
  const old = rows.filter(({ isOld }) => isOld).map(({ key }) => key);
  if (next === position && old.length === 0) return;
  const remove = db.prepare(`
    DELETE FROM deletions WHERE (project_id, kind, id) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1))
    AND is_done = 1 AND deleted_us < ?2`);
  await transact(db, [remove.bind(JSON.stringify(old), beforeUs), notePosition(db, "deletions", next)]);
}
