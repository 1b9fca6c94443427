import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { type Batch, type BatchPart, exportSchemaVersion, type Manifest, type ManifestObject } from "../model/batch";
import { sha256Hex } from "../model/sha256";
import { dayOf } from "../model/time";
import { type LoggedLine, linesInRange } from "../store/log";
import { manifestAnswer } from "./batch-wire";
import { formatOf } from "./pack/format";
import { manifestKey, objectKey } from "./object-key";
import type { ObjectStore } from "./reach/object-store";
import { readRows } from "./read-rows";

/**
 * Writes a batch to a bucket: an object for each of its parts, and the manifest last. May run twice, or at once: an object is made
 * only once, and whoever finds it there takes it as it is, since rows may have changed meanwhile. `keepLease` is called before each.
 * @throws CollectorError as the store does; `unavailable` also where D1 did not answer.
 */
export async function writeObjects(batch: Batch, store: ObjectStore, keepLease: () => Promise<void>, deps: Deps): Promise<Manifest> {
  const logged = await linesInRange(deps.db, batch, batch.selection);
  const lines = Map.groupBy(logged, ({ projectId, committedUs }) => partName({ projectId, date: dayOf(committedUs) }));
  const objects: ManifestObject[] = [];
  for (const part of batch.parts) {
    await keepLease();
    objects.push(await writePart(part, lines.get(partName(part)) ?? [], batch, store, deps));
  }
  const manifest = { schemaVersion: exportSchemaVersion, rows: objects.reduce((sum, { rows }) => sum + rows, 0), objects };
  await keepLease();
  await writeManifest(batch, manifest, store);
  return manifest;
}

/**
 * One part's object. Where all of its rows were deleted meanwhile it is an empty one: another attempt may be about to put what it
 * read before, and none may stand there that no manifest names.
 */
async function writePart(part: BatchPart, lines: LoggedLine[], batch: Batch, store: ObjectStore, deps: Deps): Promise<ManifestObject> {
  const key = objectKey(batch, part);
  const found = batch.attempts > 1 ? await adoptObject(key, part, store) : null;
  if (found !== null) return found;
  const { contentType, pack } = formatOf(batch.selection.format);
  const packer = await pack(batch.selection.content);
  let rows = 0;
  let minUs: number | null = null;
  let maxUs: number | null = null;
  for await (const chunk of readRows(lines, deps)) {
    for (const { committedUs } of chunk) {
      minUs = Math.min(minUs ?? committedUs, committedUs);
      maxUs = Math.max(maxUs ?? committedUs, committedUs);
    }
    rows += chunk.length;
    if (chunk.length > 0) await packer.add(chunk);
  }
  const bytes = await packer.finish();
  const sha256 = await sha256Hex(bytes);
  const metadata = { rows: String(rows), sha256, min_us: String(minUs ?? ""), max_us: String(maxUs ?? "") };
  const made = await store.put(key, { bytes, sha256, contentType, metadata });
  if (made === "made") return { key, part, rows, bytes: bytes.length, sha256, minUs, maxUs };
  const adopted = await adoptObject(key, part, store);
  if (adopted === null) throw new CollectorError("unavailable", "An export object was neither made nor found.", { isOutside: true });
  return adopted;
}

/** What an earlier attempt made, by what it noted with it. */
async function adoptObject(key: string, part: BatchPart, store: ObjectStore): Promise<ManifestObject | null> {
  const found = await store.head(key);
  if (found === null) return null;
  const { rows, sha256, min_us: min = "", max_us: max = "" } = found.metadata;
  if (rows === undefined || sha256 === undefined)
    throw new CollectorError("refused", `An object that is no export of this collector stands at ${key}.`);
  const timeOf = (value: string) => (value === "" ? null : Number(value));
  return { key, part, rows: Number(rows), bytes: found.bytes, sha256, minUs: timeOf(min), maxUs: timeOf(max) };
}

/** Made of the objects alone, so each attempt writes the same: one that is there already is this one. */
async function writeManifest(batch: Batch, manifest: Manifest, store: ObjectStore): Promise<void> {
  const text = `${JSON.stringify(manifestAnswer(batch, manifest), null, 2)}\n`;
  const bytes = new Uint8Array(new TextEncoder().encode(text));
  await store.put(manifestKey(batch), {
    bytes,
    sha256: await sha256Hex(text),
    contentType: "application/json",
    metadata: { rows: String(manifest.rows) },
  });
}

/** Ids hold no space. */
function partName({ projectId, date }: BatchPart): string {
  return `${projectId} ${date}`;
}
