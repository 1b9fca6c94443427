import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import { hashChars } from "../model/message-chain";
import type { ChainedRecording } from "./insert-recordings";
import { headSeq } from "./log";
import { parameterUnits } from "./parameter-units";
import { enrichmentColumns } from "./recording-row";
import type { Row } from "./transact";
import { behind, bestTranscript, bytesUpTo, givenFrom, growTranscripts, leaveMessages } from "./transcripts";

/**
 * The statements that insert rows. A recording that begins like another of its session keeps but the messages behind what both have,
 * which stands in a transcript; so those of one session go one after another, for a statement does not see its own rows.
 */
export function insertRows(db: D1Database, recordings: ChainedRecording[]): D1PreparedStatement[] {
  const names = recordings.slice(0, 1).flatMap((recording) => Object.keys(writtenColumns(recording)));
  const [insertOne, insertMany] = [insertFrom(oneRow, names), insertFrom(manyRows, names)];
  return inRounds(recordings).flatMap((round) => {
    const rows = round.map((recording) => ({ recording, head: headText(recording), ...textsOf(recording) }));
    const sizeOf = (row: GivenRow) => 1.2 * (row.head.length + row.messages.length + row.rest.length);
    return chunksWithin(rows, sizeOf, parameterUnits).flatMap((chunk) => {
      const [first] = chunk;
      const makeRoom = makeRoomFor(db, chunk);
      if (chunk.length === 1 && first !== undefined)
        return [...makeRoom, db.prepare(insertOne).bind(first.head, first.messages, first.rest)];
      return [...makeRoom, db.prepare(insertMany).bind(JSON.stringify(chunk.map(({ head, messages, rest }) => [head, messages, rest])))];
    });
  });
}

interface GivenRow {
  recording: ChainedRecording;
  head: string;
  messages: string;
  rest: string;
}

/** A row's three texts as three parameters, or those of many rows as one: printed once more, they are larger. */
const oneRow = "SELECT 1 AS place, ?1 AS head, ?2 AS posted, ?3 AS rest";
const manyRows = "SELECT key + 1 AS place, value ->> 0 AS head, value ->> 1 AS posted, value ->> 2 AS rest FROM json_each(?1)";

const [growOne, growMany] = [growTranscripts(oneRow), growTranscripts(manyRows)];

/** The statements that bring into transcripts what rows have in common with others: of those of one session, the first. */
function makeRoomFor(db: D1Database, rows: GivenRow[]): D1PreparedStatement[] {
  const bySession = new Map<string, GivenRow>();
  for (const row of rows) {
    const session = JSON.stringify([row.recording.projectId, row.recording.sessionId]);
    if (mayShare(row.recording) && !bySession.has(session)) bySession.set(session, row);
  }
  const firsts = [...bySession.values()];
  const [first] = firsts;
  if (first === undefined) return [];
  const grow =
    firsts.length === 1
      ? db.prepare(growOne).bind(first.head, first.messages, "")
      : db.prepare(growMany).bind(JSON.stringify(firsts.map(({ head, messages }) => [head, messages])));
  return [grow, db.prepare(leaveMessages).bind(`[${[...bySession.keys()].join(",")}]`)];
}

/** Whether a recording has so many bytes of messages that it is worth while to look for others that begin like it. */
function mayShare({ chain }: ChainedRecording): boolean {
  return (chain.ends.at(-1) ?? 0) >= limits.sharedBytesMin;
}

/** The INSERT of what a source gives: what the best of the session's transcripts has is left out, where it is worth while. */
function insertFrom(source: string, names: string[]): string {
  return `
    WITH given AS MATERIALIZED (${givenFrom(source)}),
    found AS MATERIALIZED (SELECT given.*, iif(latest = '[]', NULL, ${bestTranscript}) AS best FROM given),
    linked AS MATERIALIZED (
      SELECT found.*, iif(${bytesUpTo("(best ->> 1)")} >= ${limits.sharedBytesMin}, best ->> 0, NULL) AS transcript, best ->> 1 AS shared FROM found)
    INSERT INTO recordings (seq, ${names.join(", ")}, blobs, transcript_id, shared_count, shared_bytes, chain_from, chain, messages, content)
    SELECT highest + place, ${names.map((name) => `head ->> '$.${name}'`).join(", ")}, named, transcript,
      iif(transcript IS NULL, 0, shared), iif(transcript IS NULL, 0, ${bytesUpTo("shared")}), iif(transcript IS NULL, first, shared + 1),
      iif(transcript IS NULL, hashes, substr(hashes, (shared - first + 1) * ${hashChars} + 1)),
      iif(transcript IS NULL, posted, ${behind("shared")}), rest
    FROM linked CROSS JOIN (SELECT ${headSeq} AS highest) WHERE true
    ON CONFLICT (project_id, id) DO NOTHING`;
}

/**
 * Each round holds one recording of a session, but for the last, where the rest of very many goes. Of two with one id the first alone
 * has one: the second, in another session, might be in an earlier round.
 */
function inRounds(recordings: ChainedRecording[]): ChainedRecording[][] {
  const rounds: ChainedRecording[][] = [];
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  // Ids hold no space.
  const firsts = recordings.filter(({ projectId, id }) => seen.size < seen.add(`${projectId} ${id}`).size);
  for (const recording of firsts) {
    const session = `${recording.projectId} ${recording.sessionId}`;
    const round = Math.min(counts.get(session) ?? 0, limits.conversationRoundsMax - 1);
    counts.set(session, round + 1);
    (rounds[round] ??= []).push(recording);
  }
  return rounds;
}

/** Every column beside seq and the texts, and what a transcript is found by, the last message first. */
function headText(recording: ChainedRecording): string {
  const { count, from, hashes, ends } = recording.chain;
  const named = recording.blobs.length === 0 ? null : JSON.stringify(recording.blobs);
  const latest = mayShare(recording) ? hashes.toReversed() : [];
  return JSON.stringify({ ...writtenColumns(recording), named, count, from, hashes: hashes.join(""), latest, ends: ends.toReversed() });
}

/** The texts of a row: what a payload holds stands in none. */
export function textsOf({ payload, text }: ChainedRecording): { messages: string; rest: string } {
  return payload === null ? { messages: text.messages.join(","), rest: text.rest } : { messages: "", rest: "{}" };
}

/** Every column that is known before the transcript is. */
export function writtenColumns(recording: ChainedRecording): Row {
  return {
    project_id: recording.projectId,
    id: recording.id,
    session_id: recording.sessionId,
    parent_id: recording.parentId,
    test_run_id: recording.testRunId,
    receipt: recording.receipt,
    provider: recording.provider,
    model: recording.model,
    environment: recording.environment,
    api_style: recording.apiStyle,
    started_us: recording.startedUs,
    ended_us: recording.endedUs,
    received_us: recording.receivedUs,
    ...enrichmentColumns(recording),
    content_bytes: recording.contentBytes,
    content_hash: recording.chain.contentHash,
    last_bytes: recording.chain.lastBytes,
    payload: recording.payload,
  };
}
