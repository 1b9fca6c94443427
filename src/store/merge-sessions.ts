import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { EnrichedRecording } from "../model/recording";
import { parameterUnits } from "./parameter-units";

/**
 * Statements that make the sessions of recordings and merge what metadata they bring. To be run before the recordings' own insert,
 * so that a recording that is there already is seen and changes nothing.
 */
export function mergeSessions(db: D1Database, recordings: EnrichedRecording[]): D1PreparedStatement[] {
  const seen = new Set<string>();
  // Ids hold no space.
  const firsts = recordings.filter(({ projectId, id }) => seen.size < seen.add(`${projectId} ${id}`).size);
  const rows = firsts.map(({ projectId, id, sessionId, sessionMetadata, receivedUs }) => {
    return JSON.stringify([projectId, id, sessionId, mergeableText(sessionMetadata), receivedUs]);
  });
  const statement = db.prepare(`
    INSERT INTO sessions (project_id, id, custom_metadata, created_us)
    SELECT value ->> 0, value ->> 2, json_patch('{}', value ->> 3), value ->> 4 FROM json_each(?1)
    WHERE NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = value ->> 0 AND r.id = value ->> 1)
    ON CONFLICT DO UPDATE SET custom_metadata = json_patch(custom_metadata, excluded.custom_metadata)
    WHERE octet_length(custom_metadata) + octet_length(excluded.custom_metadata) <= ${limits.sessionMetadataBytesMax}
      AND json_patch(custom_metadata, excluded.custom_metadata) <> custom_metadata`);
  return chunksWithin(rows, ({ length }) => length, parameterUnits).map((texts) => statement.bind(`[${texts.join(",")}]`));
}

/** The metadata that is merged into a session's: none where it is too large for that. */
function mergeableText(metadata: JsonObject | null): string {
  if (metadata === null || countKeys(metadata) > limits.mergedMetadataKeysMax) return "{}";
  const json = JSON.stringify(metadata);
  return new TextEncoder().encode(json).length > limits.mergedMetadataBytesMax ? "{}" : json;
}

function countKeys(value: Json): number {
  if (!isJsonObject(value)) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + 1 + countKeys(inner), 0);
}
