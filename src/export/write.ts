import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { logEvent } from "../log";
import { type Batch, batchId, type BatchObject, parseBatchId } from "../model/batch";
import type { StoredContent } from "../model/recording";
import { recordingText } from "../model/recording-wire";
import { sha256Hex } from "../model/sha256";
import { toIso } from "../model/time";
import { countAttempt, findBatch, markWritten } from "../store/batches";
import { type Change, deletionsInRange, updatedInRange } from "../store/log";
import { recordingsInRange } from "../store/recordings";

/** Writes the batch of this name, unless it was written or there is none. @throws CollectorError `unavailable` as `writeBatch` does. */
export async function exportBatch(id: string, deps: Deps): Promise<void> {
  const name = parseBatchId(id);
  const batch = name === null ? null : await findBatch(deps.db, name);
  if (batch === null) logEvent("export_batch_unknown", { batch: id });
  else if (batch.state === "cut") await writeBatch(batch, deps);
}

/**
 * Writes a batch's object to R2 and marks the batch as written. May run twice, or at once: the object is made only
 * once, and whoever finds it there takes it as it is, since rows may have changed meanwhile.
 * @throws CollectorError `unavailable` where R2 or D1 did not answer.
 */
async function writeBatch(batch: Batch, deps: Deps): Promise<void> {
  await countAttempt(deps.db, batch);
  const key = objectKey(batch);
  const object = (await adoptObject(key, deps)) ?? (await makeObject(key, batch, deps));
  await markWritten(deps.db, batch, object, deps.now() * 1000);
}

/** The bytes of a written batch as a stream. Null where R2 has none. */
export async function openBatch(object: BatchObject, deps: Deps): Promise<ReadableStream | null> {
  const found = await deps.archive.get(object.key).catch(unavailable);
  return found?.body ?? null;
}

/**
 * One key per cut: a database that was restored to an earlier time cuts the same range anew, with other rows in it,
 * and the time of the cut keeps it from taking the older object for its own. Keys sort as the log does: 2^53 has 16 digits.
 */
function objectKey({ destination, generation, fromSeq, toSeq, cutUs }: Batch): string {
  const pad = (seq: number) => String(seq).padStart(16, "0");
  return `exports/${destination}/${generation}/${pad(fromSeq)}-${pad(toSeq)}-${cutUs.toString(36)}.ndjson.gz`;
}

async function makeObject(key: string, batch: Batch, deps: Deps): Promise<BatchObject | null> {
  const lines = await readLines(batch, deps);
  if (lines.length === 0) return null;
  const packed = await gzip(lines);
  const sha256 = await sha256Hex(packed);
  const put = await deps.archive
    .put(key, packed, {
      onlyIf: { etagDoesNotMatch: "*" },
      httpMetadata: { contentType: "application/gzip" },
      customMetadata: { batch: batchId(batch), lines: String(lines.length), sha256 },
    })
    .catch(unavailable);
  if (put !== null) return { key, lines: lines.length, bytes: packed.length, sha256 };
  const adopted = await adoptObject(key, deps);
  if (adopted === null) throw new CollectorError("unavailable", "An export object was neither made nor found.");
  return adopted;
}

async function adoptObject(key: string, deps: Deps): Promise<BatchObject | null> {
  const found = await deps.archive.head(key).catch(unavailable);
  if (found === null) return null;
  const { lines, sha256 } = found.customMetadata ?? {};
  if (lines === undefined || sha256 === undefined)
    throw new CollectorError("internal", "An object stands where an export belongs, and is none.", { cause: key });
  return { key, lines: Number(lines), bytes: found.size, sha256 };
}

/** The range's recordings and those that were changed in it, as they are now, and a tombstone for each that was deleted, in the log's order. */
async function readLines(batch: Batch, deps: Deps): Promise<string[]> {
  const [made, updated, deletions] = await Promise.all([
    recordingsInRange(deps.db, batch.fromSeq, batch.toSeq),
    updatedInRange(deps.db, batch.fromSeq, batch.toSeq),
    deletionsInRange(deps.db, batch.fromSeq, batch.toSeq),
  ]);
  const lines = [
    ...made.map((row) => ({ at: row.seq, line: recordingLine(row) })),
    ...updated.map(({ at, recording }) => ({ at, line: recordingLine(recording) })),
    ...deletions.map((row) => ({ at: row.seq, line: tombstoneLine(row) })),
  ];
  return lines.toSorted((a, b) => a.at - b.at).map(({ line }) => line);
}

function recordingLine(recording: StoredContent): string {
  return `${recordingText(recording)}\n`;
}

function tombstoneLine(change: Change): string {
  const { seq, projectId, recordingId, changedUs } = change;
  return `${JSON.stringify({ id: recordingId, project_id: projectId, seq, deleted: true, deleted_at: toIso(changedUs) })}\n`;
}

/** R2 wants a known length, so the packed bytes are held; `limits.batchBytesMax` bounds them. */
async function gzip(lines: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob(lines).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function unavailable(cause: unknown): never {
  throw new CollectorError("unavailable", "The object store did not answer. Try again.", { cause });
}
