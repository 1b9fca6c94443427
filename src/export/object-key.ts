import type { Batch, BatchPart } from "../model/batch";
import { formatOf } from "./pack/format";

/**
 * `exports/default/<generation>/project=<project>/date=<UTC day>/<from>-<to>-<time of the cut>.parquet`: a generation is a table,
 * partitioned as Hive does it. The time of the cut keeps a database that was restored to an earlier time, and cuts the same range
 * anew with other rows in it, from taking the older object for its own.
 */
export function objectKey(batch: Batch, part: BatchPart): string {
  const { extension } = formatOf(batch.selection.format);
  return `${generationPath(batch)}project=${encodeURIComponent(part.projectId)}/date=${part.date}/${rangeName(batch)}.${extension}`;
}

/** Where a batch's manifest is: readers of tables pass over what begins with an underscore. */
export function manifestKey(batch: Batch): string {
  return `${generationPath(batch)}_manifests/${rangeName(batch)}.json`;
}

function generationPath({ selection, destination, generation }: Batch): string {
  return `${selection.prefix}${destination}/${generation}/`;
}

/** Sorts as the log does: 2^53 has 16 digits. */
function rangeName({ fromSeq, toSeq, cutUs }: Batch): string {
  const pad = (seq: number) => String(seq).padStart(16, "0");
  return `${pad(fromSeq)}-${pad(toSeq)}-${cutUs.toString(36)}`;
}
