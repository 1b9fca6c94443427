import { limits } from "../limits";
import type { ChainedRecording } from "./insert-recordings";
import { fromRows, givenRow, rowChunks } from "./insert-rows";
import { headSeq } from "./log";
import { broughtMetadata } from "./merge-sessions";
import { integer, type Row, text } from "./transact";

// Most recordings are fresh: the first of their session, in a project that is there, and nothing was said of them before. Two short
// statements store such a one, as all the others would; of any other they change nothing, and it goes the whole way (insert-rows.ts).

/**
 * Those of a post that are probably fresh, as far as can be told without the database: a wrong guess costs one more round trip. None
 * whose id or session is there twice: what becomes of one must not depend on the other.
 */
export function probablyFresh(recordings: ChainedRecording[]): ChainedRecording[] {
  const [ids, sessions] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const recording of recordings) {
    count(ids, idKey(recording));
    count(sessions, sessionKey(recording));
  }
  return recordings.filter((recording) => {
    const isAlone = ids.get(idKey(recording)) === 1 && sessions.get(sessionKey(recording)) === 1;
    const isFirstTurn = recording.chain.count <= limits.firstTurnMessagesMax && !met.has(sessionKey(recording));
    return isAlone && isFirstTurn && recording.blobs.length === 0;
  });
}

/** The statements that insert recordings where they are fresh. Each returns the places of those that were: `freshPlaces` reads them. */
export function insertFresh(db: D1Database, recordings: ChainedRecording[]): D1PreparedStatement[] {
  return rowChunks(recordings.map(givenRow)).flatMap((chunk) => [
    fromRows(db, chunk, insertWhereFresh),
    makeSessions(
      db,
      chunk.map(({ recording }) => recording),
    ),
  ]);
}

/** The places that those statements gave, by project and id. */
export function freshPlaces(rows: Row[]): (recording: ChainedRecording) => number | undefined {
  const places = new Map(rows.map((row) => [idKey({ projectId: text(row, "project_id"), id: text(row, "id") }), integer(row, "seq")]));
  return (recording) => places.get(idKey(recording));
}

// A cache alone, for guesses.
const met = new Set<string>();

/** Remembers that there are recordings of these sessions. */
export function noteSessions(recordings: Pick<ChainedRecording, "projectId" | "sessionId">[]): void {
  for (const recording of recordings) {
    const key = sessionKey(recording);
    met.delete(key);
    met.add(key);
    const [oldest] = met;
    if (met.size > limits.metSessionsMax && oldest !== undefined) met.delete(oldest);
  }
}

/** The INSERT of rows in projects that are there and sessions that are not, of which nothing was said. */
function insertWhereFresh(source: string, names: string[]): string {
  const [project, id, session] = ["project_id", "id", "session_id"].map((name) => `head ->> '$.${name}'`);
  return `
    WITH given AS MATERIALIZED (${source})
    INSERT INTO recordings (seq, ${names.join(", ")}, chain_from, chain, messages, content)
    SELECT ${headSeq} + place, ${names.map((name) => `head ->> '$.${name}'`).join(", ")}, head ->> '$.from', head ->> '$.hashes', posted, rest
    FROM given WHERE EXISTS (SELECT 1 FROM projects WHERE id = ${project})
      AND NOT EXISTS (SELECT 1 FROM amendments WHERE project_id = ${project} AND recording_id = ${id})
      AND NOT EXISTS (SELECT 1 FROM sessions WHERE project_id = ${project} AND id = ${session})
    ON CONFLICT (project_id, id) DO NOTHING RETURNING seq, project_id, id`;
}

/** Makes the sessions of rows that these deliveries made. */
function makeSessions(db: D1Database, recordings: ChainedRecording[]): D1PreparedStatement {
  const given = recordings.map((one) => [one.projectId, one.sessionId, broughtMetadata(one), one.receivedUs, one.id, one.receipt]);
  return db
    .prepare(`
      INSERT INTO sessions (project_id, id, metadata, created_us)
      SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1) WHERE EXISTS
        (SELECT 1 FROM recordings AS r WHERE r.project_id = value ->> 0 AND r.id = value ->> 4 AND r.receipt = value ->> 5)
      ON CONFLICT DO NOTHING`)
    .bind(JSON.stringify(given));
}

// Ids hold no space.
function idKey({ projectId, id }: Pick<ChainedRecording, "projectId" | "id">): string {
  return `${projectId} ${id}`;
}

function sessionKey({ projectId, sessionId }: Pick<ChainedRecording, "projectId" | "sessionId">): string {
  return `${projectId} ${sessionId}`;
}
