import { limits } from "../limits";
import { headSeq } from "./log";
import { cursorPlace, cursorSeq } from "./log-cursor";
import { integer, transact } from "./transact";

// Which recordings are a project's, in the log's order. An index would be a row written for each recording; a run is one for as many
// as follow one another. Runs are made after the reply, and what is behind them is looked for in the log itself.

/** Up to which place of the log runs are made, as SQL. */
const runsEnd = cursorSeq("runs");

/**
 * A project's recordings up to a place, newest first, as SQL: at most so many, by `columns` of `recordings AS r`. `project`, `upTo`
 * and `limit` are SQL; a null place is the log's end.
 */
export function newestInRuns(
  columns: string,
  { project, upTo, limit }: Record<"project" | "limit", string> & { upTo: string | null },
): string {
  const last = upTo === null ? "p.last_seq" : `min(p.last_seq, ${upTo})`;
  const [begun, inTail] = upTo === null ? ["", ""] : [`AND first_seq <= ${upTo}`, `AND r.seq <= ${upTo}`];
  // The halves run one after the other, and end with the limit. What is selected may name a column without its table.
  return `SELECT * FROM (
      SELECT ${columns} FROM recordings AS r NOT INDEXED WHERE r.seq > ${runsEnd} ${inTail} AND r.project_id = ${project} ORDER BY r.seq DESC LIMIT ${limit})
    UNION ALL SELECT * FROM (
      SELECT ${columns} FROM (SELECT first_seq, last_seq FROM project_runs WHERE project_id = ${project} ${begun}) AS p
      CROSS JOIN recordings AS r NOT INDEXED ON r.seq BETWEEN p.first_seq AND ${last} AND r.project_id = ${project}
      ORDER BY p.first_seq DESC, r.seq DESC LIMIT ${limit})`;
}

/** The places of a project's recordings in a range of the log, both ends included, oldest first, as SQL: at most so many. */
export function oldestInRuns({ project, from, to, limit }: Record<"project" | "from" | "to" | "limit", string>): string {
  const firstRun = `coalesce((SELECT max(first_seq) FROM project_runs WHERE project_id = ${project} AND first_seq <= ${from}), 0)`;
  return `SELECT * FROM (
    SELECT * FROM (
      SELECT r.seq FROM project_runs AS p CROSS JOIN recordings AS r NOT INDEXED
        ON r.seq BETWEEN max(p.first_seq, ${from}) AND min(p.last_seq, ${to}) AND r.project_id = p.project_id
      WHERE p.project_id = ${project} AND p.first_seq >= ${firstRun} AND p.first_seq <= ${to} ORDER BY p.first_seq, r.seq LIMIT ${limit})
    UNION ALL SELECT * FROM (
      SELECT seq FROM recordings NOT INDEXED WHERE seq >= max(${from}, ${runsEnd} + 1) AND seq <= ${to} AND project_id = ${project} ORDER BY seq LIMIT ${limit})
    LIMIT ${limit})`;
}

/** How much of the log has runs, and where the log ends. */
export async function runsPlace(db: D1Database): Promise<{ seq: number; headSeq: number }> {
  return await cursorPlace(db, "runs");
}

/**
 * Makes runs of what the log has beyond them, up to `limits.runPlacesPerStep` places, in one transaction. A run goes on over the few
 * recordings of others that cost no more to read than another run would; so the last ones before are looked at too, whose runs may go
 * on. Answers how many places are left.
 */
export async function extendRuns(db: D1Database): Promise<number> {
  const to = `min(${headSeq}, ${runsEnd} + ${limits.runPlacesPerStep})`;
  const before = `(SELECT min(seq) FROM (SELECT seq FROM recordings WHERE seq <= end_seq ORDER BY seq DESC LIMIT ${limits.runGapMax + 1}))`;
  const goingOn = `(SELECT max(k.first_seq) FROM project_runs AS k WHERE k.project_id = numbered.project_id AND k.first_seq <= end_seq)`;
  const [, moved] = await transact(db, [
    db.prepare(`
      WITH bounds AS MATERIALIZED (SELECT end_seq, ${to} AS to_seq, coalesce(${before}, 0) AS before_seq FROM (SELECT ${runsEnd} AS end_seq)),
      placed AS (SELECT end_seq, r.seq, r.project_id, row_number() OVER (ORDER BY r.seq) AS place
        FROM bounds CROSS JOIN recordings AS r NOT INDEXED ON r.seq BETWEEN before_seq AND to_seq),
      stepped AS (SELECT *, place - lag(place, 1, -1000) OVER (PARTITION BY project_id ORDER BY seq) AS step FROM placed),
      numbered AS (SELECT *, sum(step > ${limits.runGapMax + 1}) OVER (PARTITION BY project_id ORDER BY seq) AS run FROM stepped)
      INSERT INTO project_runs (project_id, first_seq, last_seq)
      SELECT project_id, coalesce(iif(min(seq) <= end_seq, ${goingOn}, NULL), min(seq)), max(seq) FROM numbered WHERE true
      GROUP BY project_id, run HAVING max(seq) > end_seq ON CONFLICT DO UPDATE SET last_seq = excluded.last_seq`),
    db.prepare(`UPDATE cursors SET seq = ${to} WHERE name = 'runs' AND seq < ${headSeq} RETURNING ${headSeq} - seq AS behind`),
  ]);
  const [row] = moved?.results ?? [];
  return row === undefined ? 0 : integer(row, "behind");
}
