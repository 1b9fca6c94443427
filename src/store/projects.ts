import { limits } from "../limits";
import type { Page } from "../model/recording";
import { integer, selectRows, text, transact } from "./transact";

/** A project and when its first recording or key came. */
export interface Project {
  id: string;
  createdUs: number;
}

/** A page of the projects behind an id, in the order of their ids (none holds a `~`); of one alone where it is named. */
export async function listProjects(db: D1Database, projectId: string | null, limit: number, afterId: string): Promise<Page<Project>> {
  const statement = db.prepare(
    "SELECT id, created_us FROM projects WHERE id BETWEEN coalesce(?1, '') AND coalesce(?1, '~') AND id > ?2 ORDER BY id LIMIT ?3 + 1",
  );
  const rows = (await selectRows(db, statement.bind(projectId, afterId, limit))).map((row) => ({
    id: text(row, "id"),
    createdUs: integer(row, "created_us"),
  }));
  return pageById(rows, limit);
}

/** The statement that makes the projects of what is said of something in them. What was said before a project's deletion makes none. */
export function makeProjects(db: D1Database, said: { projectId: string; receivedUs: number }[]): D1PreparedStatement {
  const statement = db.prepare(`
    INSERT INTO projects (id, created_us) SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE NOT EXISTS (
      SELECT 1 FROM deletions AS d WHERE d.project_id = value ->> 0 AND d.kind = 'project' AND d.id = value ->> 0 AND d.deleted_us > value ->> 1)
    ON CONFLICT DO NOTHING`);
  return statement.bind(JSON.stringify(said.map(({ projectId, receivedUs }) => [projectId, receivedUs])));
}

/** The projects that hold a recording of an id, two of them at most, and whether all projects were looked through. */
export async function projectsHolding(db: D1Database, id: string): Promise<{ ids: string[]; isWhole: boolean }> {
  const [counted, found] = await transact(db, [
    db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM projects LIMIT ${limits.searchedProjectsMax} + 1)`),
    db
      .prepare(
        `SELECT p.id FROM (SELECT id FROM projects LIMIT ${limits.searchedProjectsMax}) AS p
        CROSS JOIN recordings AS r ON r.project_id = p.id AND r.id = ?1 LIMIT 2`,
      )
      .bind(id),
  ]);
  const [count] = counted?.results ?? [];
  const isWhole = count !== undefined && integer(count, "n") <= limits.searchedProjectsMax;
  return { ids: (found?.results ?? []).map((row) => text(row, "id")), isWhole };
}

/** A page of rows that were asked for with one more: where there is one more, the last id begins the next. */
export function pageById<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
