import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { logEvent } from "../log";
import { within } from "./within";

/**
 * A blob is an object of the bound bucket under the SHA-256 of its bytes, apart for each project: media, and contents that are
 * too large for a row. It is put before the row that needs it is committed, and removed after the last that did (`doomed.ts`).
 */
export interface Blob {
  projectId: string;
  sha256: string;
}

/** What all blobs' keys begin with. */
const blobsPrefix = "blobs/";

/** The key of a blob. An id holds no slash. */
export function blobKey({ projectId, sha256 }: Blob): string {
  return `${blobsPrefix}${projectId}/${sha256}`;
}

/** The blob of a key; null where it is another object's: an export may have been given a prefix that is the same. */
function blobOfKey(key: string): Blob | null {
  const [, projectId, sha256] = /^blobs\/([^/]+)\/([0-9a-f]{64})$/.exec(key) ?? [];
  return projectId === undefined || sha256 === undefined ? null : { projectId, sha256 };
}

// A cache alone: bounded, and a new isolate starts without it. When each object was last known to be there, the oldest first.
const known = new WeakMap<R2Bucket, Map<string, number>>();

/**
 * Has a blob stand in the bucket, for at least `limits.doomedSeconds` less `limits.blobCacheSeconds`: one that is there is taken.
 * @throws CollectorError `unavailable` where R2 did not take it.
 */
export async function putBlob(blob: Blob, bytes: Uint8Array, contentType: string, deps: Pick<Deps, "archive" | "now">): Promise<void> {
  const key = blobKey(blob);
  const nowMs = deps.now();
  const knownMs = knownIn(deps.archive).get(key);
  if (knownMs !== undefined && knownMs > nowMs - limits.blobCacheSeconds * 1000) return;
  const options = { onlyIf: { etagDoesNotMatch: "*" }, httpMetadata: { contentType }, sha256: blob.sha256 };
  try {
    const timeoutMs = limits.blobPutMs + bytes.length / limits.spoolBytesPerMs;
    await within(deps.archive.put(key, bytes, options), timeoutMs, "R2");
  } catch (cause) {
    if (cause instanceof CollectorError) throw cause;
    // Of two writes of one key within a second R2 refuses one: then the other's bytes are there, which are the same.
    const found = await within(deps.archive.head(key), limits.blobTimeoutMs, "R2").catch(() => null);
    if (found === null) throw new CollectorError("unavailable", "The bucket did not take an object. Try again.", { cause });
  }
  remember(deps.archive, key, nowMs);
}

/**
 * A blob's object.
 * @throws CollectorError `unavailable` where R2 did not answer, or has no such object: its row was read before, and was deleted meanwhile.
 */
export async function getBlob(blob: Blob, deps: Pick<Deps, "archive">): Promise<R2ObjectBody> {
  const found = await reach(deps.archive.get(blobKey(blob)));
  if (found !== null) return found;
  logEvent("blob_missed", { project: blob.projectId, sha256: blob.sha256 });
  throw new CollectorError("unavailable", "An object that the recording needs is not there. Try again.");
}

/** A blob's bytes, as `getBlob`. */
export async function readBlob(blob: Blob, deps: Pick<Deps, "archive">): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await reach((await getBlob(blob, deps)).arrayBuffer()));
}

/** Removes blobs, up to `limits.blobsPerPage`. Those that are gone already are no fault. */
export async function deleteBlobs(blobs: Blob[], deps: Pick<Deps, "archive">): Promise<void> {
  const keys = blobs.map(blobKey);
  for (const key of keys) knownIn(deps.archive).delete(key);
  await reach(deps.archive.delete(keys));
}

/** One page of the blobs that were put before a time, behind a key, and the key to go on behind; null at the end. */
export async function listBlobs(
  afterKey: string,
  putBeforeMs: number,
  deps: Pick<Deps, "archive">,
): Promise<{ blobs: Blob[]; lastKey: string | null }> {
  const options = { prefix: blobsPrefix, limit: limits.blobsPerPage, ...(afterKey === "" ? {} : { startAfter: afterKey }) };
  const { objects, truncated } = await reach(deps.archive.list(options));
  const old = objects.filter(({ uploaded }) => uploaded.getTime() < putBeforeMs);
  return { blobs: old.flatMap(({ key }) => blobOfKey(key) ?? []), lastKey: truncated ? (objects.at(-1)?.key ?? null) : null };
}

async function reach<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await within(work, limits.blobTimeoutMs, "R2");
  } catch (cause) {
    if (cause instanceof CollectorError) throw cause;
    throw new CollectorError("unavailable", "The bucket did not answer. Try again.", { cause });
  }
}

function knownIn(bucket: R2Bucket): Map<string, number> {
  const keys = known.get(bucket) ?? new Map<string, number>();
  known.set(bucket, keys);
  return keys;
}

function remember(bucket: R2Bucket, key: string, nowMs: number): void {
  const keys = knownIn(bucket);
  keys.delete(key);
  const oldest = keys.keys().next();
  if (keys.size >= limits.blobCacheEntries && !oldest.done) keys.delete(oldest.value);
  keys.set(key, nowMs);
}
