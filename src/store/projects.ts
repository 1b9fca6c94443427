import { limits } from "../limits";
import { integer, selectRows, text } from "./transact";

/** A project and when its first recording or key came. */
export interface Project {
  id: string;
  createdUs: number;
}

/** The projects in the order of their ids, or the one that is named. */
export async function listProjects(db: D1Database, projectId: string | null): Promise<Project[]> {
  const statement = db.prepare(
    `SELECT id, created_us FROM projects WHERE ?1 IS NULL OR id = ?1 ORDER BY id LIMIT ${limits.projectsListedMax}`,
  );
  return (await selectRows(db, statement.bind(projectId))).map((row) => ({ id: text(row, "id"), createdUs: integer(row, "created_us") }));
}
