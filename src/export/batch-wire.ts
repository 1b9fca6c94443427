import { type Batch, batchId } from "../model/batch";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";

/** A batch in the collector's own JSON. */
export function batchAnswer(batch: Batch): JsonObject {
  return {
    id: batchId(batch),
    destination: batch.destination,
    state: batch.state,
    from_seq: batch.fromSeq,
    to_seq: batch.toSeq,
    lines: batch.object?.lines ?? (batch.state === "written" ? 0 : null),
    bytes: batch.object?.bytes ?? null,
    sha256: batch.object?.sha256 ?? null,
    key: batch.object?.key ?? null,
    attempts: batch.attempts,
    cut_at: toIso(batch.cutUs),
    written_at: toIso(batch.writtenUs),
  };
}
