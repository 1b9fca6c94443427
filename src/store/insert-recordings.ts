import { CollectorError } from "../errors";
import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { EnrichedRecording, StoreOutcome } from "../model/recording";
import { headSeq } from "./log";
import { enrichmentColumns, headColumns, toStored } from "./recording-row";
import { integer, type Row, text, transactPatiently } from "./transact";

/** Two parameters a row, and D1 takes 100 a statement. */
const rowsPerStatement = 50;

/** UTF-16 units of a parameter that is put together of many rows: at three bytes each, still below D1's 2 MB. */
const parameterUnits = 500_000;

/**
 * Commits recordings, their projects, sessions and places in the log in one transaction, and says of each whether
 * it is new. One that is stored already changes nothing, its session included; of two with one id the first counts.
 * Outcomes are in the order of `recordings`.
 */
export async function insertRecordings(db: D1Database, recordings: EnrichedRecording[]): Promise<StoreOutcome[]> {
  const identities = JSON.stringify(recordings.map(({ projectId, id }) => [projectId, id]));
  const inserts = insertRows(db, recordings);
  const { results, wasRetried } = await transactPatiently(db, [
    insertProjects(db, recordings),
    ...mergeSessions(db, recordings),
    ...inserts,
    db
      .prepare(
        `SELECT ${headColumns} FROM (SELECT value ->> 0 AS wanted_project, value ->> 1 AS wanted_id FROM json_each(?1))
         CROSS JOIN recordings ON project_id = wanted_project AND id = wanted_id`,
      )
      .bind(identities),
  ]);
  const inserted = new Set(results.slice(-1 - inserts.length, -1).flatMap((result) => result.results.map((row) => integer(row, "seq"))));
  const unanswered = new Set(recordings.map(({ projectId, id }) => identity(projectId, id)));
  const stored = new Map(results.at(-1)?.results.map((row) => [identity(text(row, "project_id"), text(row, "id")), toStored(row)]));
  return recordings.map(({ projectId, id, receivedUs }) => {
    const recording = stored.get(identity(projectId, id));
    if (recording === undefined) throw new CollectorError("internal", "A recording was not found after its commit.");
    // Of a try whose answer was lost, the rows are known by their time.
    if (wasRetried && recording.receivedUs === receivedUs) inserted.add(recording.seq);
    // The first of its id took the row; without its identity the next of the same post is a duplicate.
    const isNew = inserted.has(recording.seq) && unanswered.delete(identity(projectId, id));
    return { status: isNew ? "stored" : "duplicate", recording };
  });
}

function insertProjects(db: D1Database, recordings: EnrichedRecording[]): D1PreparedStatement {
  const projects = new Map(recordings.map(({ projectId, receivedUs }) => [projectId, receivedUs]));
  return db
    .prepare("INSERT INTO projects (id, created_us) SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING")
    .bind(JSON.stringify([...projects]));
}

/** Run before the recordings' own insert, so that a recording that is there already is seen and changes nothing. */
function mergeSessions(db: D1Database, recordings: EnrichedRecording[]): D1PreparedStatement[] {
  const seen = new Set<string>();
  const firsts = recordings.filter(({ projectId, id }) => seen.size < seen.add(identity(projectId, id)).size);
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

function insertRows(db: D1Database, recordings: EnrichedRecording[]): D1PreparedStatement[] {
  const rows = recordings.map(writtenColumns);
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name) => `column2 ->> '${name}'`).join(", ");
  const statements: D1PreparedStatement[] = [];
  for (let start = 0; start < recordings.length; start += rowsPerStatement) {
    const chunk = recordings.slice(start, start + rowsPerStatement);
    const values = chunk.map((_, index) => `(${index + 1}, ?${2 * index + 1}, ?${2 * index + 2})`).join(", ");
    const statement = db.prepare(`
      INSERT INTO recordings (seq, ${names.join(", ")}, content)
      SELECT head + column1, ${columns}, column3 FROM (SELECT ${headSeq} AS head), (VALUES ${values}) WHERE true
      ON CONFLICT (project_id, id) DO NOTHING RETURNING seq`);
    statements.push(statement.bind(...chunk.flatMap(({ contentText }, index) => [JSON.stringify(rows[start + index]), contentText])));
  }
  return statements;
}

/** Every column beside seq and content. Two parameters a row: these as one JSON text, and the content. */
function writtenColumns(recording: EnrichedRecording): Row {
  return {
    project_id: recording.projectId,
    id: recording.id,
    session_id: recording.sessionId,
    provider: recording.provider,
    model: recording.model,
    environment: recording.environment,
    api_style: recording.apiStyle,
    started_us: recording.startedUs,
    ended_us: recording.endedUs,
    received_us: recording.receivedUs,
    ...enrichmentColumns(recording),
    content_bytes: recording.contentBytes,
  };
}

/** Ids hold no space. */
function identity(projectId: string, id: string): string {
  return `${projectId} ${id}`;
}
