import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import type { ChainedRecording } from "./insert-recordings";
import { textsOf, writtenColumns } from "./insert-rows";
import { headSeq } from "./log";
import { broughtMetadata } from "./merge-sessions";
import { parameterUnits } from "./parameter-units";
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
  const rows = recordings.map((recording) => ({ row: rowOf(recording), session: sessionOf(recording) }));
  const sizeOf = ({ row }: { row: Row }) => Object.values(row).reduce<number>((sum, value) => sum + 1.2 * String(value).length, 0);
  return chunksWithin(rows, sizeOf, parameterUnits).flatMap((chunk) => [
    fromRows(
      db,
      chunk.map(({ row }) => row),
      insertWhereFresh,
    ),
    fromRows(
      db,
      chunk.map(({ session }) => session),
      makeSessions,
    ),
  ]);
}

/** The places that those statements gave. A receipt is one delivery's alone. */
export function freshPlaces(rows: Row[]): (recording: ChainedRecording) => number | undefined {
  const places = new Map(rows.map((row) => [text(row, "receipt"), integer(row, "seq")]));
  return ({ receipt }) => places.get(receipt);
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

function rowOf(recording: ChainedRecording): Row {
  const { messages, rest } = textsOf(recording);
  const { from, hashes } = recording.chain;
  return { ...writtenColumns(recording), chain_from: from, chain: hashes.join(""), messages, content: rest };
}

function sessionOf(recording: ChainedRecording): Row {
  const { projectId, id, sessionId, receipt, receivedUs } = recording;
  return {
    project_id: projectId,
    id: sessionId,
    metadata: JSON.stringify(broughtMetadata(recording)),
    created_us: receivedUs,
    made_by: id,
    receipt,
  };
}

/** Where a statement finds rows: the column of each as SQL, and which of them it is, counted from 1. */
interface Source {
  names: string[];
  cell: (name: string) => string;
  place: string;
  given: string;
  from: string;
}

/** A statement over rows of the same columns. One row's are parameters, which D1 takes in far less time than JSON; those of many are one. */
function fromRows(db: D1Database, rows: Row[], sqlOf: (source: Source) => string): D1PreparedStatement {
  const [first = {}] = rows;
  const names = Object.keys(first);
  if (rows.length === 1) {
    const cell = (name: string) => `?${names.indexOf(name) + 1}`;
    return db.prepare(sqlOf({ names, cell, place: "1", given: "", from: "" })).bind(...Object.values(first));
  }
  const cell = (name: string) => `cells ->> ${names.indexOf(name)}`;
  const given = "WITH given AS MATERIALIZED (SELECT key + 1 AS place, value AS cells FROM json_each(?1))";
  return db.prepare(sqlOf({ names, cell, place: "place", given, from: "FROM given" })).bind(JSON.stringify(rows.map(Object.values)));
}

/** The INSERT of rows in projects that are there and sessions that are not, of which nothing was said. */
function insertWhereFresh({ names, cell, place, given, from }: Source): string {
  const [project, id, session] = [cell("project_id"), cell("id"), cell("session_id")];
  return `
    ${given} INSERT INTO recordings (seq, ${names.join(", ")})
    SELECT ${headSeq} + ${place}, ${names.map(cell).join(", ")} ${from} WHERE EXISTS (SELECT 1 FROM projects WHERE id = ${project})
      AND NOT EXISTS (SELECT 1 FROM amendments WHERE project_id = ${project} AND recording_id = ${id})
      AND NOT EXISTS (SELECT 1 FROM sessions WHERE project_id = ${project} AND id = ${session})
    ON CONFLICT (project_id, id) DO NOTHING RETURNING seq, receipt`;
}

/** Makes the sessions of rows that these deliveries made. */
function makeSessions({ cell, given, from }: Source): string {
  return `
    ${given} INSERT INTO sessions (project_id, id, metadata, created_us)
    SELECT ${["project_id", "id", "metadata", "created_us"].map(cell).join(", ")} ${from} WHERE EXISTS (SELECT 1 FROM recordings AS r
      WHERE r.project_id = ${cell("project_id")} AND r.id = ${cell("made_by")} AND r.receipt = ${cell("receipt")})
    ON CONFLICT DO NOTHING`;
}

/** What tells a recording from all others, as one text: ids hold no space. */
export function idKey({ projectId, id }: Pick<ChainedRecording, "projectId" | "id">): string {
  return `${projectId} ${id}`;
}

function sessionKey({ projectId, sessionId }: Pick<ChainedRecording, "projectId" | "sessionId">): string {
  return `${projectId} ${sessionId}`;
}
