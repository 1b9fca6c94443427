import type { KeptContent, StoredRecording } from "../model/recording";
import { contentColumns, toKept } from "./kept-contents";
import { headColumns, toStored, unlessCorrupt } from "./recording-row";
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

/** What is known of recordings by their places in the log, in its order, without their contents; those whose rows are corrupt are left out. */
export async function headsAt(db: D1Database, seqs: number[]): Promise<StoredRecording[]> {
  if (seqs.length === 0) return [];
  const statement = db.prepare(`SELECT ${headColumns} FROM recordings WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq`);
  return (await selectRows(db, statement.bind(JSON.stringify(seqs)))).flatMap((row) => unlessCorrupt(row, toStored));
}

function selectAt(db: D1Database, seqs: number[]): D1PreparedStatement {
  return db
    .prepare(`SELECT ${headColumns}, ${contentColumns()} FROM recordings WHERE seq IN (SELECT value FROM json_each(?1)) ORDER BY seq`)
    .bind(JSON.stringify(seqs));
}
