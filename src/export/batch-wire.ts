import { type Batch, batchId, type Manifest, type ManifestObject } from "../model/batch";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";

/** A batch in the collector's own JSON. */
export function batchAnswer(batch: Batch): JsonObject {
  return {
    id: batchId(batch),
    destination: batch.destination,
    generation: batch.generation,
    state: batch.state,
    from_seq: batch.fromSeq,
    to_seq: batch.toSeq,
    format: batch.corruptColumn === "selection" ? null : batch.selection.format,
    content: batch.corruptColumn === "selection" ? null : batch.selection.content,
    changes: batch.changes,
    attempts: batch.attempts,
    last_error: batch.lastError,
    cut_at: toIso(batch.cutUs),
    due_at: batch.state === "cut" ? toIso(batch.dueUs) : null,
    written_at: toIso(batch.writtenUs),
    rows: batch.manifest?.rows ?? null,
    objects: batch.manifest?.objects.map(objectAnswer) ?? [],
  };
}

/** A batch's manifest, as it is written beside the objects: made of what every attempt finds alike. */
export function manifestAnswer(batch: Batch, manifest: Manifest): JsonObject {
  return {
    batch: batchId(batch),
    destination: batch.destination,
    generation: batch.generation,
    from_seq: batch.fromSeq,
    to_seq: batch.toSeq,
    schema_version: manifest.schemaVersion,
    format: batch.selection.format,
    content: batch.selection.content,
    project_id: batch.selection.projectId,
    environment: batch.selection.environment,
    cut_at: toIso(batch.cutUs),
    rows: manifest.rows,
    objects: manifest.objects.map(objectAnswer),
  };
}

function objectAnswer({ key, part, rows, bytes, sha256, minUs, maxUs }: ManifestObject): JsonObject {
  return {
    key,
    project_id: part?.projectId ?? null,
    date: part?.date ?? null,
    rows,
    bytes,
    sha256,
    min_committed_at: toIso(minUs),
    max_committed_at: toIso(maxUs),
  };
}
