import { limits } from "../limits";
import { hashChars } from "../model/message-chain";

// A transcript has the messages of a session's recordings that begin alike, joined by commas. It grows at its end alone, and is cut
// there where the last recording that needed its end is deleted: so its beginnings are named by their bytes.

/** Given recordings as SQL, from rows of `place`, `head`, `posted` and `rest` (insert-rows.ts), without those that need an object that is being removed. */
export function givenFrom(source: string): string {
  return `
    SELECT *, head ->> '$.project_id' AS project, head ->> '$.session_id' AS session, head ->> '$.named' AS named, head ->> '$.count' AS total,
      head ->> '$.from' AS first, head ->> '$.hashes' AS hashes, head ->> '$.latest' AS latest, head ->> '$.ends' AS ends
    FROM (${source}) WHERE NOT EXISTS (SELECT 1 FROM json_each(coalesce(head ->> '$.named', '[]')) AS b
      CROSS JOIN doomed_blobs AS d ON d.project_id = head ->> '$.project_id' AND d.sha256 = b.value)`;
}

/**
 * Of the session's newest transcripts the one that begins like a given recording for longest: `[id, messages that both have, all of
 * its messages]`. The second is null where none does.
 */
export const bestTranscript = `
  (SELECT json_array(id, shared, count) FROM (
    SELECT id, count, ${sharedWith("t.chain_from", "t.count", "t.links")} AS shared FROM (
      SELECT id, count, chain_from, CAST(chain AS BLOB) AS links FROM transcripts INDEXED BY transcripts_by_session
      WHERE project_id = project AND session_id = session ORDER BY id DESC LIMIT ${limits.transcriptWindow}) AS t
    LIMIT ${limits.transcriptWindow})
  ORDER BY shared DESC, count, id DESC LIMIT 1)`;

/** The same of the session's newest recordings, by the messages that are their own: `[seq, messages that both have]`. */
const closestRecording = `
  (SELECT json_array(seq, shared) FROM (
    SELECT seq, ${sharedWith("p.chain_from", `p.chain_from + length(p.links) / ${hashChars} - 1`, "p.links")} AS shared FROM (
      SELECT seq, chain_from, CAST(chain AS BLOB) AS links FROM recordings INDEXED BY recordings_by_session
      WHERE project_id = project AND session_id = session ORDER BY seq DESC LIMIT ${limits.conversationWindow}) AS p
    WHERE length(p.links) > 0 LIMIT ${limits.conversationWindow})
  ORDER BY shared DESC, seq DESC LIMIT 1)`;

/** The last place up to which a given recording is like another, whose hashes are of the places from one to another. From behind: what continues a conversation ends a message or two later. */
function sharedWith(from: string, to: string, links: string): string {
  const place = "total - e.key";
  const hash = `CAST(substr(${links}, (${place} - ${from}) * ${hashChars} + 1, ${hashChars}) AS TEXT)`;
  return `(SELECT ${place} FROM json_each(latest) AS e WHERE ${place} BETWEEN ${from} AND ${to} AND e.value = ${hash} LIMIT 1)`;
}

/** Bytes of a given recording's messages up to a place. */
export function bytesUpTo(place: string): string {
  return `(ends ->> (total - ${place}))`;
}

/** A given recording's messages behind a place. */
export function behind(place: string): string {
  return `CAST(substr(CAST(posted AS BLOB), ${bytesUpTo(place)} + 2) AS TEXT)`;
}

/**
 * The statement that makes room for recordings that are to be inserted, at most one of a session. A transcript all of which one
 * begins with gets what follows. Where there is none such, a recording that has more in common with it is made a transcript of.
 * That one itself must be whole, or begin with less than all of another transcript: no transcript loses the last that needs its end.
 */
export function growTranscripts(source: string): string {
  const isStored = "EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = head ->> '$.project_id' AND r.id = head ->> '$.id')";
  const isContinued = `base ->> 1 = p.chain_from + octet_length(p.chain) / ${hashChars} - 1`;
  return `
    WITH given AS MATERIALIZED (${givenFrom(source)} AND NOT ${isStored}),
    found AS MATERIALIZED (SELECT given.*, ${bestTranscript} AS best FROM given),
    sought AS MATERIALIZED (
      SELECT found.*, coalesce(best ->> 1, 0) AS shared,
        CASE WHEN coalesce(best ->> 1 < min(best ->> 2, total), true) THEN ${closestRecording} END AS base FROM found)
    INSERT INTO transcripts (id, project_id, session_id, count, chain_from, chain, made_of, messages)
    SELECT best ->> 0, project, session, total, first, hashes, 0, ${behind("shared")}
    FROM sought WHERE shared = best ->> 2 AND shared < total
    UNION ALL
    SELECT NULL, project, session, iif(${isContinued}, total, p.chain_from + octet_length(p.chain) / ${hashChars} - 1),
      iif(${isContinued}, first, p.chain_from), iif(${isContinued}, hashes, p.chain), p.seq,
      coalesce(CAST(substr(CAST(t.messages AS BLOB), 1, p.shared_bytes) AS TEXT) || ',', '') || p.messages
        || iif(${isContinued} AND base ->> 1 < total, ',' || ${behind("(base ->> 1)")}, '')
    FROM sought CROSS JOIN recordings AS p ON p.seq = base ->> 0 LEFT JOIN transcripts AS t ON t.id = p.transcript_id
    WHERE base ->> 1 > shared AND (t.id IS NULL OR t.count > p.shared_count)
      AND ${bytesUpTo("(base ->> 1)")} - iif(shared > 0, ${bytesUpTo("shared")}, 0) >= ${limits.sharedBytesMin}
    ON CONFLICT (id) DO UPDATE SET count = excluded.count, chain_from = excluded.chain_from, chain = excluded.chain,
      messages = messages || ',' || excluded.messages`;
}

/** The statement by which the recording that a session's newest transcript was made of leaves its messages to it: `?1` is a list of projects and sessions. */
export const leaveMessages = `
  WITH made AS MATERIALIZED (
    SELECT t.id, t.made_of FROM json_each(?1) AS g CROSS JOIN transcripts AS t
    ON t.id = (SELECT max(id) FROM transcripts WHERE project_id = g.value ->> 0 AND session_id = g.value ->> 1))
  UPDATE recordings SET transcript_id = made.id, shared_count = chain_from + octet_length(chain) / ${hashChars} - 1,
    shared_bytes = shared_bytes + (shared_bytes > 0) + octet_length(messages),
    chain_from = chain_from + octet_length(chain) / ${hashChars}, chain = '', messages = ''
  FROM made WHERE recordings.seq = made.made_of AND recordings.chain <> ''`;

/**
 * The statements, before rows are deleted whose places are a list given as SQL, that leave of their transcripts what another
 * recording begins with. A transcript is nobody's that was before what it was made of.
 */
export function cutTranscripts(listed: string): string[] {
  const touched = `(SELECT DISTINCT transcript_id AS id FROM recordings WHERE seq IN ${listed} AND transcript_id IS NOT NULL)`;
  const needs = `r.project_id = t.project_id AND r.session_id = t.session_id AND r.seq >= t.made_of AND r.transcript_id = t.id
    AND r.seq NOT IN ${listed}`;
  return [
    `UPDATE transcripts SET count = k.count, messages = CAST(substr(CAST(messages AS BLOB), 1, k.bytes) AS TEXT),
      chain = substr(chain, 1, max(k.count - chain_from + 1, 0) * ${hashChars}), chain_from = min(chain_from, k.count + 1)
     FROM (SELECT t.id, r.shared_count AS count, max(r.shared_bytes) AS bytes FROM ${touched} AS g CROSS JOIN transcripts AS t ON t.id = g.id
       CROSS JOIN recordings AS r INDEXED BY recordings_by_session ON ${needs} GROUP BY t.id) AS k
     WHERE transcripts.id = k.id AND transcripts.count > k.count`,
    `DELETE FROM transcripts AS t WHERE id IN ${touched}
     AND NOT EXISTS (SELECT 1 FROM recordings AS r INDEXED BY recordings_by_session WHERE ${needs})`,
  ];
}

/** The messages that a recording begins with and that stand in its transcript, as SQL; null where it has none there. */
export const sharedText = `(SELECT CAST(substr(CAST(t.messages AS BLOB), 1, shared_bytes) AS TEXT) FROM transcripts AS t
  WHERE t.id = transcript_id AND octet_length(t.messages) >= shared_bytes)`;

/** The last message of recording `r` where all of its messages stand in its transcript. */
export const lastShared = `(SELECT CAST(substr(CAST(t.messages AS BLOB), r.shared_bytes - r.last_bytes + 1, r.last_bytes) AS TEXT)
  FROM transcripts AS t WHERE t.id = r.transcript_id)`;
