import type { KeptContent } from "../model/recording";
import { contentColumns, toKept } from "./kept-contents";
import { headColumns } from "./recording-row";
import { selectRows } from "./transact";

/** One recording of a project, or null. */
export async function findRecording(db: D1Database, projectId: string, id: string): Promise<KeptContent | null> {
  const statement = db.prepare(`SELECT ${headColumns}, ${contentColumns()} FROM recordings WHERE project_id = ?1 AND id = ?2`);
  const [kept] = await toKept(db, await selectRows(db, statement.bind(projectId, id)));
  return kept ?? null;
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
    .prepare(`SELECT ${headColumns}, ${contentColumns()} FROM recordings WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq`)
    .bind(JSON.stringify(seqs));
}
