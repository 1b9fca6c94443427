import { limits } from "../limits";
import type { PriceOverride, ProjectPrices } from "../model/price-override";
import { integer, type Row, selectRows, text, transact } from "./transact";

/** A version of a project's own prices, and when it was made. */
export interface PriceVersion extends ProjectPrices {
  createdUs: number;
}

/** A project's newest prices, or null where it has none. */
export async function findPrices(db: D1Database, projectId: string): Promise<PriceVersion | null> {
  const [row] = await selectRows(db, selectPrices(db, [projectId]));
  return row === undefined ? null : toPrices(row);
}

/** The statement of `findPrices`, for many projects. */
export function selectPrices(db: D1Database, projectIds: string[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT project_id, version, overrides, created_us FROM json_each(?1) AS p CROSS JOIN project_prices
       ON project_id = p.value AND version = (SELECT max(version) FROM project_prices AS newest WHERE newest.project_id = p.value)`,
    )
    .bind(JSON.stringify(projectIds));
}

/** A row of `selectPrices`. */
export function toPrices(row: Row): PriceVersion {
  return {
    version: integer(row, "version"),
    overrides: JSON.parse(text(row, "overrides")) as PriceOverride[],
    createdUs: integer(row, "created_us"),
  };
}

/**
 * Makes the next version of a project's prices, and the project if it is new. The same prices again are no new version; two
 * at once are two. Versions over `limits.priceVersionsKept` are forgotten, the oldest first.
 */
export async function insertPrices(db: D1Database, projectId: string, overrides: PriceOverride[], nowUs: number): Promise<PriceVersion> {
  const newest = "(SELECT max(version) FROM project_prices WHERE project_id = ?1)";
  const results = await transact(db, [
    db.prepare("INSERT INTO projects (id, created_us) VALUES (?1, ?2) ON CONFLICT DO NOTHING").bind(projectId, nowUs),
    db
      .prepare(
        `INSERT INTO project_prices (project_id, version, overrides, created_us) SELECT ?1, 1 + coalesce(${newest}, 0), ?2, ?3
         WHERE ?2 <> coalesce((SELECT overrides FROM project_prices WHERE project_id = ?1 AND version = ${newest}), '[]')`,
      )
      .bind(projectId, JSON.stringify(overrides), nowUs),
    db.prepare(`DELETE FROM project_prices WHERE project_id = ?1 AND version <= ${newest} - ${limits.priceVersionsKept}`).bind(projectId),
    selectPrices(db, [projectId]),
  ]);
  const [row] = results.at(-1)?.results ?? [];
  return row === undefined ? { version: 0, overrides, createdUs: nowUs } : toPrices(row);
}
