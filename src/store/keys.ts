import type { Key, RateTier, Scope } from "../model/key";
import type { Page } from "../model/recording";
import { pageById } from "./projects";
import { integer, integerOrNull, type Row, selectRows, text, textOrNull, transact } from "./transact";

const columns = "id, scope, project_id, origins, label, rate_tier, body_bytes_max, expires_us, created_us, revoked_us";

/** Keeps a new key, and its project with it: a project exists from its first key. */
export async function insertKey(db: D1Database, key: Key, secretSha256: string): Promise<void> {
  const { id, scope, projectId, origins, label, rateTier, bodyBytesMax, expiresUs, createdUs } = key;
  await transact(db, [
    db
      .prepare("INSERT INTO projects (id, created_us) SELECT ?1, ?2 WHERE ?1 IS NOT NULL ON CONFLICT DO NOTHING")
      .bind(projectId, createdUs),
    db
      .prepare(
        `INSERT INTO keys (id, secret_sha256, scope, project_id, origins, label, rate_tier, body_bytes_max, expires_us, created_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
      )
      .bind(id, secretSha256, scope, projectId, JSON.stringify(origins), label, rateTier, bodyBytesMax, expiresUs, createdUs),
  ]);
}

/** The key of an id and the SHA-256 of its text; null where there is none, or it was revoked. */
export async function findKey(db: D1Database, id: string): Promise<{ key: Key; secretSha256: string } | null> {
  const statement = db.prepare(`SELECT ${columns}, secret_sha256 FROM keys WHERE id = ?1 AND revoked_us IS NULL`);
  const [row] = await selectRows(db, statement.bind(id));
  return row === undefined ? null : { key: toKey(row), secretSha256: text(row, "secret_sha256") };
}

/** A page of the keys behind an id, revoked ones included, in the order of their ids; of one project where it is named. */
export async function listKeys(db: D1Database, projectId: string | null, limit: number, afterId: string): Promise<Page<Key>> {
  const statement = db.prepare(`SELECT ${columns} FROM keys WHERE (?1 IS NULL OR project_id = ?1) AND id > ?2 ORDER BY id LIMIT ?3 + 1`);
  return pageById((await selectRows(db, statement.bind(projectId, afterId, limit))).map(toKey), limit);
}

/** Revokes a key, of one project where it is named. Answers whether there is such a key; a second time changes nothing. */
export async function revokeKey(db: D1Database, projectId: string | null, id: string, nowUs: number): Promise<boolean> {
  const statement = db.prepare(
    "UPDATE keys SET revoked_us = coalesce(revoked_us, ?3) WHERE id = ?2 AND (?1 IS NULL OR project_id = ?1) RETURNING id",
  );
  return (await selectRows(db, statement.bind(projectId, id, nowUs))).length > 0;
}

function toKey(row: Row): Key {
  return {
    id: text(row, "id"),
    scope: text(row, "scope") as Scope,
    projectId: textOrNull(row, "project_id"),
    origins: JSON.parse(text(row, "origins")) as string[],
    label: textOrNull(row, "label"),
    rateTier: textOrNull(row, "rate_tier") as RateTier | null,
    bodyBytesMax: integerOrNull(row, "body_bytes_max"),
    expiresUs: integerOrNull(row, "expires_us"),
    createdUs: integer(row, "created_us"),
    revokedUs: integerOrNull(row, "revoked_us"),
  };
}
