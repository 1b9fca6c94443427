import { limits } from "../limits";
import type { EnrichedRecording, KeptContent, StoredRecording } from "../model/recording";
import { type ChangeKind, headSeq } from "./log";
import { contentColumns, toKept } from "./kept-contents";
import { changeMeasures } from "./metrics-changes";
import { changingColumns } from "./metrics-sql";
import { enrichmentColumns, headColumns } from "./recording-row";
import { integer, type Row, selectRows, transact } from "./transact";

const isDeferred = "(prompt_source = 'deferred' OR completion_source = 'deferred')";

/** Recordings that were received before a time and are still to be counted, oldest first. */
export async function deferredRecordings(db: D1Database, receivedBeforeUs: number): Promise<{ seq: number; contentBytes: number }[]> {
  const statement = db.prepare(
    `SELECT seq, content_bytes FROM recordings INDEXED BY recordings_deferred WHERE ${isDeferred} AND received_us <= ?1
     ORDER BY received_us LIMIT ${limits.deferredPerMinute}`,
  );
  const rows = await selectRows(db, statement.bind(receivedBeforeUs));
  return rows.map((row) => ({ seq: integer(row, "seq"), contentBytes: integer(row, "content_bytes") }));
}

/** A recording that is still to be counted, or null where it was counted or deleted meanwhile. */
export async function findDeferred(db: D1Database, seq: number): Promise<KeptContent | null> {
  const statement = db.prepare(`SELECT ${headColumns}, ${contentColumns()} FROM recordings WHERE seq = ?1 AND ${isDeferred}`);
  const [kept] = await toKept(db, await selectRows(db, statement.bind(seq)));
  return kept ?? null;
}

/** Usage and cost for a version of a recording. */
export type Enrichment = Pick<StoredRecording, "seq" | "version"> & Pick<EnrichedRecording, "usage" | "cost">;

/** The prices that a cost was found by: a project's newest version, or 0 where it has none. */
export interface PricedBy {
  projectId: string;
  pricesVersion: number;
}

/**
 * Writes what was counted late. A recording that has changed since it was read stays as it is, and so does one whose
 * project's prices have. Answers whether it was written.
 */
export async function updateCounted(db: D1Database, enrichment: Enrichment, pricedBy: PricedBy, nowUs: number): Promise<boolean> {
  const update = { key: enrichment, columns: enrichmentColumns(enrichment) };
  const results = await transact(db, updateStatements(db, [update], pricedBy, "counted", nowUs));
  return results.at(-1)?.results.length === 1;
}

/** New columns for one version of a recording. */
interface Update {
  key: Pick<StoredRecording, "seq" | "version">;
  columns: Row;
}

/** Each update takes a place in the log and makes a new version; for one transaction. All have the same columns. */
export function updateStatements(
  db: D1Database,
  updates: Update[],
  pricedBy: PricedBy,
  kind: ChangeKind,
  nowUs: number,
): D1PreparedStatement[] {
  const [first] = updates;
  if (first === undefined) return [];
  const names = Object.keys(first.columns);
  const rows = JSON.stringify(updates.map(({ key, columns }) => [key.seq, key.version, ...names.map((name) => columns[name] ?? null)]));
  const valueOf = (name: string) => `u.value ->> ${names.indexOf(name) + 2}`;
  const changed = changingColumns.filter((name) => names.includes(name)).map((name) => [name, valueOf(name)]);
  const isVersion = `FROM json_each(?1) AS u CROSS JOIN recordings AS r ON r.seq = u.value ->> 0 AND r.version = u.value ->> 1 WHERE ${arePricesOf}`;
  const measures = db.prepare(changeMeasures(isVersion, Object.fromEntries(changed)));
  const insert = db.prepare(`
    INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us)
    SELECT ${headSeq} + row_number() OVER (ORDER BY r.seq), r.project_id, r.id, ?4, r.environment, r.content_bytes, ?5
    ${isVersion}`);
  const update = db.prepare(`
    UPDATE recordings SET version = version + 1, ${names.map((name) => `${name} = ${valueOf(name)}`).join(", ")}
    FROM json_each(?1) AS u WHERE recordings.seq = u.value ->> 0 AND recordings.version = u.value ->> 1 AND ${arePricesOf} RETURNING seq`);
  const { projectId, pricesVersion } = pricedBy;
  return [
    measures.bind(rows, projectId, pricesVersion),
    insert.bind(rows, projectId, pricesVersion, kind, nowUs),
    update.bind(rows, projectId, pricesVersion),
  ];
}

/** Whether version ?3 is the newest of project ?2's prices, as SQL: what was priced by older ones is not written over what newer ones gave. */
export const arePricesOf = "?3 = (SELECT coalesce(max(p.version), 0) FROM project_prices AS p WHERE p.project_id = ?2)";
