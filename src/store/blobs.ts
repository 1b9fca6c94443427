import { type Row, selectRows, text, transact } from "./transact";

/** An object of the bucket that rows of a project need. */
interface BlobName {
  projectId: string;
  sha256: string;
}

/** Whether a stored row of the project needs an object: another project's, and one whose row never came, is nobody's. */
export async function isBlobUsed(db: D1Database, projectId: string, sha256: string): Promise<boolean> {
  const statement = db.prepare("SELECT 1 FROM blob_uses WHERE project_id = ?1 AND sha256 = ?2 LIMIT 1");
  return (await selectRows(db, statement.bind(projectId, sha256))).length > 0;
}

/**
 * Dooms those of some blobs that no row uses: a commit that needs one is refused from here on, so a use either is seen here or does not
 * come to be. Answers how many were doomed.
 */
export async function doomBlobs(db: D1Database, blobs: BlobName[], nowUs: number): Promise<number> {
  if (blobs.length === 0) return 0;
  const statement = db.prepare(`
    INSERT INTO doomed_blobs (project_id, sha256, doomed_us) SELECT value ->> 0, value ->> 1, ?2 FROM json_each(?1)
    WHERE NOT EXISTS (SELECT 1 FROM blob_uses AS u WHERE u.project_id = value ->> 0 AND u.sha256 = value ->> 1)
    ON CONFLICT DO NOTHING RETURNING sha256`);
  return (await selectRows(db, statement.bind(toParameter(blobs), nowUs))).length;
}

/** Doomed blobs, of one project or of all, whose objects may still be there. */
export async function doomedBlobs(db: D1Database, projectId: string | null, limit: number): Promise<BlobName[]> {
  // Said so rather than `?1 IS NULL OR …`, which no index serves.
  const isOf = projectId === null ? "?1 IS NULL" : "project_id = ?1";
  const statement = db.prepare(`SELECT project_id, sha256 FROM doomed_blobs WHERE removed_us IS NULL AND ${isOf} LIMIT ?2`);
  return (await selectRows(db, statement.bind(projectId, limit))).map(toBlobName);
}

/** Notes that the objects of doomed blobs are gone. */
export async function noteRemoved(db: D1Database, blobs: BlobName[], nowUs: number): Promise<void> {
  const statement = db.prepare(`
    UPDATE doomed_blobs SET removed_us = ?2 FROM json_each(?1)
    WHERE doomed_blobs.project_id = value ->> 0 AND doomed_blobs.sha256 = value ->> 1 AND removed_us IS NULL`);
  await transact(db, [statement.bind(toParameter(blobs), nowUs)]);
}

/** Forgets the blobs whose objects are gone since before a time. */
export async function forgetRemoved(db: D1Database, removedBeforeUs: number): Promise<void> {
  await transact(db, [db.prepare("DELETE FROM doomed_blobs WHERE removed_us <= ?1").bind(removedBeforeUs)]);
}

function toParameter(blobs: BlobName[]): string {
  return JSON.stringify(blobs.map(({ projectId, sha256 }) => [projectId, sha256]));
}

function toBlobName(row: Row): BlobName {
  return { projectId: text(row, "project_id"), sha256: text(row, "sha256") };
}
