import { limits } from "../limits";
import type { JsonObject } from "../model/json";
import type { KeptContent } from "../model/recording";
import { contentColumns, toKept } from "./kept-contents";
import { headColumns, objectOrNull } from "./recording-row";
import { newestOf, noSums, type RecordingSums, sumsStatement, toSums } from "./recording-sums";
import { findPlaces, type Search, type SearchPage } from "./search-places";
import { plainMap } from "./stamped-map";
import { integer, selectRows, text, transact } from "./transact";

/** A session that was found, and what its recordings come to. */
export interface FoundSession {
  id: string;
  createdUs: number;
  metadata: JsonObject;
  sums: RecordingSums;
}

/** A page of the project's sessions that a filter finds, newest first by when they were first heard of. */
export async function searchSessions(db: D1Database, projectId: string, search: Search): Promise<SearchPage<FoundSession>> {
  const page = await findPlaces(db, projectId, "session", search);
  const ids = page.rows.map(({ key }) => String(key));
  if (ids.length === 0) return { ...page, rows: [] };
  const statement = db.prepare(`
    SELECT s.id, s.created_us, ${plainMap("s.metadata")} AS metadata
    FROM json_each(?2) AS g CROSS JOIN sessions AS s ON s.project_id = ?1 AND s.id = g.value ORDER BY g.key`);
  const [sessions, summed] = await transact(db, [
    statement.bind(projectId, JSON.stringify(ids)),
    sumsStatement(db, projectId, "session", ids),
  ]);
  const sums = toSums(summed?.results ?? []);
  const rows = (sessions?.results ?? []).map((row): FoundSession => {
    const id = text(row, "id");
    return { id, createdUs: integer(row, "created_us"), metadata: objectOrNull(row, "metadata") ?? {}, sums: sums.get(id) ?? noSums };
  });
  return { ...page, rows };
}

/**
 * The recordings of sessions, the oldest first: of each so many of the newest, and of all no more than a page may hold; those of
 * the sessions that are named last are left out first.
 */
export async function recordingsOfSessions(db: D1Database, projectId: string, ids: string[]): Promise<KeptContent[]> {
  if (ids.length === 0) return [];
  const statement = db.prepare(`
    SELECT ${headColumns}, content_bytes, ${contentColumns(0)}
    FROM (SELECT key AS place, value AS owner FROM json_each(?2)) AS g
    CROSS JOIN recordings ON seq IN ${newestOf("session", "g.owner", limits.listedRecordingsMax)}
    ORDER BY g.place, seq DESC LIMIT ${limits.listedRecordingsPerPage}`);
  const rows = await selectRows(db, statement.bind(projectId, JSON.stringify(ids)));
  let bytes = 0;
  const fitting = rows.filter((row, index) => (bytes += integer(row, "content_bytes")) <= limits.pageBytesMax || index === 0);
  return await toKept(db, fitting.toReversed(), "pass");
}
