import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import type { ChainedRecording } from "./insert-recordings";
import { headSeq } from "./log";
import { parameterUnits } from "./parameter-units";
import { enrichmentColumns } from "./recording-row";
import type { Row } from "./transact";

/**
 * The statements that insert rows. A recording that begins like one of the newest of its session keeps but the messages behind
 * what both have, and a link to that one; so those of one session go one after another, for a statement does not see its own rows.
 */
export function insertRows(db: D1Database, recordings: ChainedRecording[]): D1PreparedStatement[] {
  const names = recordings.slice(0, 1).flatMap((recording) => Object.keys(writtenColumns(recording)));
  const [insertOne, insertMany] = [insertFrom(oneRow, names), insertFrom(manyRows, names)];
  return inRounds(recordings).flatMap((round) => {
    const rows = round.map((recording) => ({ head: headText(recording), ...textsOf(recording) }));
    const sizeOf = (row: (typeof rows)[number]) => 1.2 * (row.head.length + row.messages.length + row.rest.length);
    return chunksWithin(rows, sizeOf, parameterUnits).map((chunk) => {
      const [first] = chunk;
      if (chunk.length === 1 && first !== undefined) return db.prepare(insertOne).bind(first.head, first.messages, first.rest);
      return db.prepare(insertMany).bind(JSON.stringify(chunk.map(({ head, messages, rest }) => [head, messages, rest])));
    });
  });
}

/** Hashes of `chainOf`, in characters. */
const hashChars = 22;

/**
 * The INSERT of what a source gives. The link is to the row that has most in common, of those as whole as any: its own place in the
 * session's newest, and the last message of its own that both conversations have. Where reading would have to go through too many
 * rows, the recording is kept whole. What is just being deleted is nobody's base.
 */
function insertFrom(source: string, names: string[]): string {
  return `
    WITH given AS MATERIALIZED (
      SELECT place, head, messages, rest, head ->> '$.project_id' AS project, head ->> '$.session_id' AS session,
        head ->> '$.named' AS named, head ->> '$.from' AS first, head ->> '$.hashes' AS hashes,
        coalesce((SELECT max(up_to_seq) FROM deletions WHERE project_id = head ->> '$.project_id' AND is_done = 0
          AND (kind, id) IN (VALUES ('session', head ->> '$.session_id'), ('project', head ->> '$.project_id'))), 0) AS doomed_to
      FROM (${source})),
    linked AS MATERIALIZED (
      SELECT given.*, (
        SELECT CASE WHEN base_depth + 2 <= ${limits.conversationDepthMax} THEN json_array(base, shared, base_depth) END FROM (
          SELECT p.seq AS base, p.depth AS base_depth, p.chain_from + c.key AS shared
          FROM (SELECT seq, depth, chain_from, chain FROM recordings INDEXED BY recordings_by_session
                WHERE project_id = project AND session_id = session AND seq > doomed_to ORDER BY seq DESC LIMIT ${limits.conversationWindow}) AS p
          CROSS JOIN json_each(p.chain) AS c
          WHERE p.chain_from + c.key >= first
            AND substr(hashes, (p.chain_from + c.key - first) * ${hashChars} + 1, ${hashChars}) = c.value ->> 0
          ORDER BY shared DESC, base_depth LIMIT 1)) AS link
      FROM given
      WHERE NOT EXISTS (SELECT 1 FROM json_each(coalesce(named, '[]')) AS b CROSS JOIN doomed_blobs AS d
                        ON d.project_id = project AND d.sha256 = b.value)),
    cut AS MATERIALIZED (
      SELECT linked.*, link ->> 1 AS shared,
        iif(link IS NULL, messages, coalesce(CAST(substr(CAST(messages AS BLOB),
          -(SELECT sum(value ->> 1) + count(*) - 1 FROM json_each(head, '$.links') WHERE key > link ->> 1 - first)) AS TEXT), '')) AS own
      FROM linked)
    INSERT INTO recordings (seq, ${names.join(", ")}, blobs, base_seq, base_count, depth, chain_from, chain, messages, content)
    SELECT highest + place, ${names.map((name) => `head ->> '$.${name}'`).join(", ")},
      (SELECT nullif(json_group_array(value), '[]') FROM json_each(named)
       WHERE head ->> '$.payload' IS NOT NULL OR instr(own, value) > 0 OR instr(rest, value) > 0),
      link ->> 0, coalesce(shared, 0), coalesce(link ->> 2 + 1, 0), coalesce(shared + 1, first),
      (SELECT json_group_array(json(value)) FROM json_each(head, '$.links') WHERE shared IS NULL OR key > shared - first), own, rest
    FROM cut CROSS JOIN (SELECT ${headSeq} AS highest) WHERE true
    ON CONFLICT (project_id, id) DO NOTHING`;
}

/** A row's three texts as three parameters, or those of many rows as one: printed once more, they are larger. */
const oneRow = "SELECT 1 AS place, ?1 AS head, ?2 AS messages, ?3 AS rest";
const manyRows = "SELECT key + 1 AS place, value ->> 0 AS head, value ->> 1 AS messages, value ->> 2 AS rest FROM json_each(?1)";

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

/** Every column beside seq and the texts, and what the link is found by. */
function headText(recording: ChainedRecording): string {
  const { from, links } = recording.chain;
  // Hashes at a fixed width, for one to be found by its place.
  const named = recording.blobs.length === 0 ? null : JSON.stringify(recording.blobs);
  return JSON.stringify({ ...writtenColumns(recording), named, from, links, hashes: links.map(([hash]) => hash).join("") });
}

function textsOf({ payload, text }: ChainedRecording): { messages: string; rest: string } {
  return payload === null ? { messages: text.messages.join(","), rest: text.rest } : { messages: "", rest: "{}" };
}

/** Every column that is known before the link is. */
function writtenColumns(recording: ChainedRecording): Row {
  return {
    project_id: recording.projectId,
    id: recording.id,
    session_id: recording.sessionId,
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
    payload: recording.payload,
  };
}
