import type { Page } from "../model/recording";
import { integer, selectRows, text } from "./transact";

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

/** A page of rows that were asked for with one more: where there is one more, the last id begins the next. */
export function pageById<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}
