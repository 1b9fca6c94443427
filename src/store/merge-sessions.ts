import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import { type ValueTexts, valueTexts } from "../model/amendment";
import { utf8Bytes } from "../model/bytes";
import type { JsonObject } from "../model/json";
import type { EnrichedRecording } from "../model/recording";
import { parameterUnits } from "./parameter-units";
import { mergedMap, type StampedMap, stampedMap } from "./stamped-map";

/**
 * Statements that make the sessions of recordings and merge what metadata they bring. To be run before the recordings' own insert,
 * so that a recording that is there already is seen and changes nothing.
 */
export function mergeSessions(db: D1Database, recordings: EnrichedRecording[]): D1PreparedStatement[] {
  const seen = new Set<string>();
  // Ids hold no space.
  const firsts = recordings.filter(({ projectId, id }) => seen.size < seen.add(`${projectId} ${id}`).size);
  const rows = firsts.map((one) => JSON.stringify([one.projectId, one.id, one.sessionId, broughtMetadata(one), one.receivedUs]));
  const statement = db.prepare(`
    INSERT INTO sessions (project_id, id, metadata, created_us)
    SELECT value ->> 0, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?1)
    WHERE NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = value ->> 0 AND r.id = value ->> 1)
    ON CONFLICT DO UPDATE SET metadata = iif(${fits}, ${mergedMap("metadata", current)}, metadata),
      created_us = min(created_us, excluded.created_us)
    WHERE (${fits} AND ${saysMore}) OR excluded.created_us < created_us`);
  return chunksWithin(rows, ({ length }) => length, parameterUnits).map((texts) => statement.bind(`[${texts.join(",")}]`));
}

/** What a recording brings to its session's metadata. */
export function broughtMetadata({ sessionMetadata, receivedUs }: EnrichedRecording): StampedMap {
  return stampedMap(mergeableValues(sessionMetadata), 0, receivedUs);
}

/** Whether a session has room for what comes. */
const fits = `octet_length(metadata) + octet_length(excluded.metadata) <= ${limits.sessionMetadataBytesMax}`;

/** Of a key that comes: whether the session has another value of it that recordings brought. What is set by itself stands. */
const isOther = "(s.value ->> 1 = 0 AND s.value ->> 0 <> g.value ->> 0)";

/**
 * Whether a recording that was received later says something of a key that comes: what it said was no reason to write where it was
 * known, so no stamp tells. It is looked for among the session's newest, and only where values differ.
 */
const isOutdated = `(EXISTS (SELECT 1 FROM json_each(sessions.metadata) AS s WHERE s.key = g.key AND ${isOther})
  AND EXISTS (SELECT 1 FROM (SELECT received_us, content FROM recordings INDEXED BY recordings_by_session
      WHERE project_id = sessions.project_id AND session_id = sessions.id ORDER BY seq DESC LIMIT ${limits.conversationWindow}) AS r
    CROSS JOIN json_each(iif(json_valid(r.content), r.content, '{}'), '$.session_info.custom_metadata') AS m
    WHERE r.received_us > g.value ->> 2 AND m.key = g.key AND m.type <> 'null'))`;

/** What comes, without what is outdated. */
const current = `(SELECT json_group_object(g.key, json(g.value)) FROM json_each(excluded.metadata) AS g WHERE NOT ${isOutdated})`;

/** Whether it is anything new: each turn of a session brings the same, and is no reason to write. */
const saysMore = `EXISTS (SELECT 1 FROM json_each(excluded.metadata) AS g LEFT JOIN json_each(sessions.metadata) AS s ON s.key = g.key
  WHERE (s.key IS NULL OR ${isOther}) AND NOT ${isOutdated})`;

/** The metadata that is merged into a session's: none where it is too large for that. */
function mergeableValues(metadata: JsonObject | null): ValueTexts {
  if (metadata === null || Object.keys(metadata).length > limits.mergedMetadataKeysMax) return [];
  return utf8Bytes(JSON.stringify(metadata)) > limits.mergedMetadataBytesMax ? [] : valueTexts(metadata);
}
