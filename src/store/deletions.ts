import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Deletion } from "../model/deletion";
import type { EnrichedRecording } from "../model/recording";
import { removeStale } from "./amend-recordings";
import { headSeq } from "./log";
import { integer, type Row, selectRows, text, transact } from "./transact";
import { forgetProject, forgetRows, forgetSession, forgetTraces } from "./forgotten";
import { deleteRecording, removeRows, tombstoneBytes } from "./delete-recording";

const columns = "project_id, kind, id, deleted_us, up_to_seq";

/**
 * Orders that a session or a project is deleted: what is stored by now, and what was received by now and comes to the store later.
 * The keys of a project that goes are revoked. Says also whether there is one.
 */
export async function orderDeletion(
  db: D1Database,
  target: Pick<Deletion, "projectId" | "kind" | "id">,
  nowUs: number,
): Promise<{ deletion: Deletion; wasThere: boolean }> {
  const { projectId, kind, id } = target;
  const isIn = (table: string) => `EXISTS (SELECT 1 FROM ${table} WHERE project_id = ?1 AND session_id = ?2)`;
  const isThere = {
    // One whose deletion goes on has no row of its own.
    session: `EXISTS (SELECT 1 FROM sessions WHERE project_id = ?1 AND id = ?2) OR ${isIn("recordings")} OR ${isIn("traces")}`,
    project: "EXISTS (SELECT 1 FROM projects WHERE id = ?1 AND id = ?2)",
  };
  const order = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done) VALUES (?1, ?2, ?3, ?4, ${headSeq}, 0)
    ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us), up_to_seq = excluded.up_to_seq, is_done = 0
    RETURNING ${columns}`);
  const revoke = db.prepare("UPDATE keys SET revoked_us = ?3 WHERE ?2 = 'project' AND project_id = ?1 AND revoked_us IS NULL");
  // With its metadata, at once: what is set from here on is new.
  const forget = db.prepare("DELETE FROM sessions WHERE ?2 = 'session' AND project_id = ?1 AND id = ?3");
  const [found, ordered] = await transact(db, [
    db.prepare(`SELECT 1 WHERE ${isThere[kind]}`).bind(projectId, id),
    order.bind(projectId, kind, id, nowUs),
    revoke.bind(projectId, kind, nowUs),
    forget.bind(projectId, kind, id),
  ]);
  const [row] = ordered?.results ?? [];
  if (row === undefined) throw new CollectorError("internal", "An order to delete was not noted.");
  return { deletion: toDeletion(row), wasThere: found?.results.length === 1 };
}

/** Deletions that are not done, the oldest first. */
export async function openDeletions(db: D1Database): Promise<Deletion[]> {
  const statement = db.prepare(`SELECT ${columns} FROM deletions WHERE is_done = 0 ORDER BY deleted_us LIMIT ${limits.deletionsPerMinute}`);
  return (await selectRows(db, statement)).map(toDeletion);
}

/** Deletes the next part of it. Answers whether all of it is gone. */
export async function deletePage(db: D1Database, deletion: Deletion, nowUs: number): Promise<boolean> {
  const { projectId, kind, id, upToSeq } = deletion;
  const isSession = kind === "session";
  const page = db.prepare(`
    SELECT seq FROM recordings INDEXED BY ${isSession ? "recordings_by_session" : "recordings_by_time"}
    WHERE project_id = ?1 AND seq <= ?2 ${isSession ? "AND session_id = ?3 ORDER BY seq DESC" : ""} LIMIT ${limits.deletedPerPage}`);
  const found = await selectRows(db, page.bind(projectId, upToSeq, ...(isSession ? [id] : [])));
  const seqs = found.map((row) => integer(row, "seq"));
  if (seqs.length > 0) await transact(db, [...(isSession ? [fenceRows(db, deletion, seqs)] : []), ...removeRows(db, seqs, nowUs)]);
  if (seqs.length === limits.deletedPerPage) return false;
  if ((await forgetTraces(db, deletion)) || (!isSession && (await forgetRows(db, deletion)))) return false;
  await transact(db, [...(isSession ? [forgetSession(db, deletion)] : forgetProject(db, deletion)), markDone(db, deletion)]);
  return true;
}

/** What waits and is said of a recording names no session: it is known by the recording. */
function fenceRows(db: D1Database, { deletedUs, upToSeq }: Deletion, seqs: number[]): D1PreparedStatement {
  const statement = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
    SELECT project_id, 'recording', id, ?2, ?3, 1 FROM recordings WHERE seq IN (SELECT value FROM json_each(?1))
    ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us), up_to_seq = max(up_to_seq, excluded.up_to_seq)`);
  return statement.bind(JSON.stringify(seqs), deletedUs, upToSeq);
}

/** What a delivery that comes late is known by. */
type Delivery = Pick<EnrichedRecording, "projectId" | "id" | "sessionId" | "receipt" | "receivedUs" | "environment">;

/** Given deliveries as SQL, by their places, and whether the deletion of one was ordered after it was received. */
const deliveries = `SELECT key AS place, value ->> 0 AS project, value ->> 1 AS named, value ->> 2 AS session, value ->> 3 AS sent,
  value ->> 4 AS came_us, value ->> 5 AS environment FROM json_each(?1)`;
const isLate = `EXISTS (SELECT 1 FROM deletions AS d WHERE d.project_id = project AND d.deleted_us > came_us
  AND (d.kind, d.id) IN (VALUES ('recording', named), ('session', session), ('project', project)))`;

/** The places, among deliveries from the spool or the queue, of those that come too late: deleted since, and no recording of their id is there. */
export async function findLate(db: D1Database, given: Delivery[]): Promise<Set<number>> {
  const statement = db.prepare(`SELECT place FROM (${deliveries}) WHERE ${isLate}
    AND NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = project AND r.id = named)`);
  return new Set((await selectRows(db, statement.bind(deliveryTexts(given)))).map((row) => integer(row, "place")));
}

/**
 * Takes deliveries that come too late for stored and deleted at once: each leaves a tombstone, by which the ledger counts it, and
 * never a row, which one that is posted now would be held against. What was counted before, by its receipt, changes nothing.
 */
export async function buryLate(db: D1Database, given: Delivery[], nowUs: number): Promise<void> {
  const isNew = `NOT EXISTS (SELECT 1 FROM duplicates AS d WHERE d.project_id = project AND d.recording_id = named AND d.receipt = sent)`;
  const others = `EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = project AND r.id = named)`;
  const tombstones = db.prepare(`
    INSERT INTO changes (seq, project_id, recording_id, kind, environment, line_bytes, changed_us, made_seq, received_us)
    SELECT seq, project, named, 'deleted', environment, ${tombstoneBytes}, ?2, seq, came_us FROM (
      SELECT *, ${headSeq} + row_number() OVER (ORDER BY place) AS seq FROM (${deliveries}) WHERE ${isNew} AND NOT ${others})`);
  // One whose id was posted anew just now is a repetition of that, if it is not the same delivery.
  const notes = db.prepare(`
    INSERT INTO duplicates (project_id, recording_id, receipt, received_us, differs)
    SELECT project, named, sent, came_us, iif(${others}, 0, NULL) FROM (${deliveries})
    WHERE NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = project AND r.id = named AND r.receipt = sent)
    ON CONFLICT DO NOTHING`);
  // As in `fenceRows`.
  const fences = db.prepare(`
    INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
    SELECT project, 'recording', named, max(d.deleted_us), max(d.up_to_seq), 1 FROM (${deliveries})
    CROSS JOIN deletions AS d ON d.project_id = project AND d.kind = 'session' AND d.id = session WHERE d.deleted_us > came_us
    GROUP BY project, named ON CONFLICT DO UPDATE SET deleted_us = max(deleted_us, excluded.deleted_us)`);
  const texts = deliveryTexts(given);
  const names = JSON.stringify(given.map(({ projectId, id }) => [projectId, id]));
  await transact(db, [tombstones.bind(texts, nowUs), notes.bind(texts), fences.bind(texts), ...removeStale(db, names)]);
}

/** Deletes of deliveries that were just stored those whose deletion was ordered meanwhile. Answers of how many. */
export async function deleteLate(db: D1Database, given: Delivery[], nowUs: number): Promise<number> {
  const statement = db.prepare(`SELECT project AS project_id, named AS id FROM (${deliveries}) WHERE ${isLate}
    AND EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = project AND r.id = named AND r.receipt = sent)`);
  const late = await selectRows(db, statement.bind(deliveryTexts(given)));
  for (const row of late) await deleteRecording(db, text(row, "project_id"), text(row, "id"), nowUs);
  const projects = JSON.stringify([...new Set(late.map((row) => text(row, "project_id")))]);
  if (late.length > 0) await transact(db, [forgetRemade(db).bind(projects)]);
  return late.length;
}

function deliveryTexts(given: Delivery[]): string {
  return JSON.stringify(
    given.map(({ projectId, id, sessionId, receipt, receivedUs, environment }) => [
      projectId,
      id,
      sessionId,
      receipt,
      receivedUs,
      environment,
    ]),
  );
}

/** A project that was deleted was made anew by what came too late: its row says that it is of before. */
function forgetRemade(db: D1Database): D1PreparedStatement {
  return db.prepare(`
    DELETE FROM projects WHERE id IN (SELECT value FROM json_each(?1))
    AND created_us < (SELECT deleted_us FROM deletions AS d WHERE d.project_id = projects.id AND d.kind = 'project' AND d.id = projects.id)
    AND NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = projects.id)`);
}

/** Unless it was ordered anew since, maybe within the same millisecond: then there may be more of it. */
function markDone(db: D1Database, { projectId, kind, id, deletedUs, upToSeq }: Deletion): D1PreparedStatement {
  return db
    .prepare("UPDATE deletions SET is_done = 1 WHERE project_id = ?1 AND kind = ?2 AND id = ?3 AND deleted_us = ?4 AND up_to_seq = ?5")
    .bind(projectId, kind, id, deletedUs, upToSeq);
}

function toDeletion(row: Row): Deletion {
  return {
    projectId: text(row, "project_id"),
    kind: text(row, "kind") as Deletion["kind"],
    id: text(row, "id"),
    deletedUs: integer(row, "deleted_us"),
    upToSeq: integer(row, "up_to_seq"),
  };
}
