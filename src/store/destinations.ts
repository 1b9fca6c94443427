import { limits } from "../limits";
import type { Destination, DestinationTarget, ExportSelection } from "../model/destination";
import type { Page } from "../model/recording";
import { headSeq } from "./log";
import { pageById } from "./projects";
import { integer, type Row, selectRows, text, textOrNull, transact } from "./transact";

/** The columns of a destination, for `toDestination`. */
export const destinationColumns =
  "id, label, selection, target, generation, cursor_seq, paused, failures, held_until_us, created_us, updated_us";

/** Keeps a new destination, and its project with it where it is of one. Answers false, and keeps nothing, where there are too many. */
export async function insertDestination(db: D1Database, destination: Destination): Promise<boolean> {
  const { id, label, selection, target, generation, cursorSeq, isPaused, createdUs } = destination;
  const [inserted] = await transact(db, [
    db
      .prepare(
        `INSERT INTO destinations (id, label, selection, target, generation, cursor_seq, paused, created_us, updated_us)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8 WHERE (SELECT count(*) FROM destinations) < ${limits.destinationsMax} RETURNING id`,
      )
      .bind(id, label, JSON.stringify(selection), JSON.stringify(target), generation, cursorSeq, isPaused ? 1 : 0, createdUs),
    db
      .prepare(
        `INSERT INTO projects (id, created_us) SELECT ?1, ?2 WHERE ?1 IS NOT NULL AND EXISTS (SELECT 1 FROM destinations WHERE id = ?3)
         ON CONFLICT DO NOTHING`,
      )
      .bind(selection.projectId, createdUs, id),
  ]);
  return inserted?.results.length === 1;
}

/** One destination, of one project where it is named; or null. */
export async function findDestination(db: D1Database, projectId: string | null, id: string): Promise<Destination | null> {
  const statement = db.prepare(`SELECT ${destinationColumns} FROM destinations WHERE id = ?2 AND ${isOfProject}`);
  const [row] = await selectRows(db, statement.bind(projectId, id));
  return row === undefined ? null : toDestination(row);
}

/** A page of the destinations behind an id, in the order of their ids; of one project where it is named. */
export async function listDestinations(
  db: D1Database,
  projectId: string | null,
  limit: number,
  afterId: string,
): Promise<Page<Destination>> {
  const statement = db.prepare(`SELECT ${destinationColumns} FROM destinations WHERE ${isOfProject} AND id > ?2 ORDER BY id LIMIT ?3 + 1`);
  return pageById((await selectRows(db, statement.bind(projectId, afterId, limit))).map(toDestination), limit);
}

/** The destinations that are not paused, and how many batches of each still wait for their delivery. */
export async function activeDestinations(db: D1Database): Promise<(Destination & { openBatches: number })[]> {
  const statement = db.prepare(`
    SELECT ${destinationColumns}, (SELECT count(*) FROM batches WHERE destination = d.id AND state = 'cut') AS open_batches
    FROM destinations AS d WHERE paused = 0 ORDER BY id`);
  return (await selectRows(db, statement)).map((row) => ({ ...toDestination(row), openBatches: integer(row, "open_batches") }));
}

/**
 * Writes a destination's settings where they are still those of `before`. What waits is overdue from now on: a change is mostly the
 * mending of what failed. Answers false where another changed it meanwhile.
 */
export async function updateDestination(db: D1Database, before: Destination, after: Destination): Promise<boolean> {
  const { id, label, selection, target, isPaused, updatedUs } = after;
  const values = [id, label, JSON.stringify(selection), JSON.stringify(target), isPaused ? 1 : 0, updatedUs, before.updatedUs];
  const [, updated] = await transact(db, [
    // First, while it can be told whether the settings are still those of before.
    db
      .prepare(
        `UPDATE batches SET due_us = min(due_us, ?2) WHERE destination = ?1 AND state = 'cut'
         AND EXISTS (SELECT 1 FROM destinations WHERE id = ?1 AND updated_us = ?3)`,
      )
      .bind(id, updatedUs - limits.batchResendSeconds * 1e6, before.updatedUs),
    db
      .prepare(
        `UPDATE destinations SET label = ?2, selection = ?3, target = ?4, paused = ?5, updated_us = max(?6, updated_us + 1), failures = 0,
         held_until_us = 0 WHERE id = ?1 AND updated_us = ?7 RETURNING id`,
      )
      .bind(...values),
  ]);
  return updated?.results.length === 1;
}

/** Removes a destination with its batches; its objects stay. */
export async function deleteDestination(db: D1Database, id: string): Promise<void> {
  await transact(db, [
    db.prepare("DELETE FROM batches WHERE destination = ?1").bind(id),
    db.prepare("DELETE FROM destinations WHERE id = ?1").bind(id),
  ]);
}

/**
 * Begins a new generation behind a place in the log. What the older ones still have to deliver and the new one will cover is
 * superseded; what lies before it is delivered yet.
 */
export async function restartDestination(db: D1Database, id: string, generation: string, fromSeq: number, nowUs: number): Promise<void> {
  await transact(db, [
    db
      .prepare(
        `UPDATE destinations SET generation = ?2, cursor_seq = ?3, failures = 0, held_until_us = 0, updated_us = max(?4, updated_us + 1)
         WHERE id = ?1`,
      )
      .bind(id, generation, fromSeq, nowUs),
    db
      .prepare(
        "UPDATE batches SET state = 'superseded' WHERE destination = ?1 AND state IN ('cut', 'dead') AND from_seq >= ?2 AND generation <> ?3",
      )
      .bind(id, fromSeq, generation),
  ]);
}

/** How far a destination is behind the log, and what waits. */
export interface DestinationLag {
  headSeq: number;
  /** Places of the log that are not delivered: not cut yet, or cut and waiting. What is dead is apart. */
  changes: number;
  /** When the oldest of these was committed; null where there is none. */
  oldestUs: number | null;
  openBatches: number;
  deadBatches: number;
}

/** A destination's lag. */
export async function destinationLag(db: D1Database, id: string): Promise<DestinationLag | null> {
  const statement = db.prepare(`
    SELECT ${headSeq} AS head, cursor_seq, coalesce(open_changes, 0) AS open_changes, open_batches, oldest_open,
      (SELECT received_us FROM recordings WHERE seq > cursor_seq ORDER BY seq LIMIT 1) AS next_made,
      (SELECT changed_us FROM changes WHERE seq > cursor_seq ORDER BY seq LIMIT 1) AS next_changed,
      (SELECT count(*) FROM batches WHERE destination = ?1 AND state = 'dead') AS dead_batches
    FROM destinations, (SELECT sum(to_seq - from_seq) AS open_changes, count(*) AS open_batches, min(oldest_us) AS oldest_open
      FROM batches WHERE destination = ?1 AND state = 'cut') WHERE id = ?1`);
  const [row] = await selectRows(db, statement.bind(id));
  if (row === undefined) return null;
  const times = ["oldest_open", "next_made", "next_changed"].map((name) => row[name]).filter((value) => typeof value === "number");
  return {
    headSeq: integer(row, "head"),
    changes: integer(row, "head") - integer(row, "cursor_seq") + integer(row, "open_changes"),
    oldestUs: times.length === 0 ? null : Math.min(...times),
    openBatches: integer(row, "open_batches"),
    deadBatches: integer(row, "dead_batches"),
  };
}

const isOfProject = "(?1 IS NULL OR selection ->> '$.projectId' = ?1)";

/** A row of `destinationColumns`. */
export function toDestination(row: Row): Destination {
  return {
    id: text(row, "id"),
    label: textOrNull(row, "label"),
    selection: JSON.parse(text(row, "selection")) as ExportSelection,
    target: JSON.parse(text(row, "target")) as DestinationTarget,
    generation: text(row, "generation"),
    cursorSeq: integer(row, "cursor_seq"),
    isPaused: integer(row, "paused") === 1,
    failures: integer(row, "failures"),
    heldUntilUs: integer(row, "held_until_us"),
    createdUs: integer(row, "created_us"),
    updatedUs: integer(row, "updated_us"),
  };
}
