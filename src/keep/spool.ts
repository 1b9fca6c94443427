import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import type { EnrichedRecording } from "../model/recording";
import { parseSpooled, toSpooled } from "../model/spooled-recording";
import { askBucket } from "./ask-bucket";
import { parseSpoolKey, spoolKey, spoolPrefix } from "./spool-keys";
import { spoolPages } from "./spool-pages";

/** Where those are set aside that cannot be stored: nothing is thrown away, and nothing looks there again by itself. */
const aside = "spool-broken/";

/** An object of the spool, as it is listed. */
export interface SpooledObject {
  key: string;
  bytes: number;
  /** When the recording was received. */
  receivedUs: number;
}

/** A recording that waits, with its object's key and how often D1 refused it. */
export interface Spooled {
  key: string;
  recording: EnrichedRecording;
  failures: number;
}

type Bucket = Pick<Deps, "archive">;

/** Puts a recording where it waits that D1 did not take: an object for each delivery, so that none is written over another. @throws CollectorError `unavailable` where it is not known to be there. */
export async function putSpooled(recording: EnrichedRecording, deps: Bucket, failures = 0): Promise<void> {
  const text = JSON.stringify(toSpooled(recording));
  const customMetadata = { session: recording.sessionId, ...(failures === 0 ? {} : { failures: String(failures) }) };
  await askBucket(deps.archive.put(spoolKey(recording), text, { customMetadata }), text.length);
}

/** What waits, of all projects or of one recording: `prefix` is empty or `<project>/<id>/`. */
export async function listSpooled(prefix: string, limit: number, deps: Bucket): Promise<{ objects: SpooledObject[]; hasMore: boolean }> {
  const { objects, truncated } = await askBucket(deps.archive.list({ prefix: spoolPrefix + prefix, limit }), 0);
  return { objects: objects.map(toListed), hasMore: truncated };
}

/** One that waits; null where it is gone, or cannot be read and was set aside. */
export async function readSpooled({ key, bytes }: Pick<SpooledObject, "key" | "bytes">, deps: Bucket): Promise<Spooled | null> {
  const object = await askBucket(deps.archive.get(key), 0);
  if (object === null) return null;
  const text = await askBucket(object.text(), bytes);
  const recording = parseSpooled(text);
  if (recording !== null) return { key, recording, failures: Number(object.customMetadata?.["failures"] ?? 0) };
  await setAside(key, text, deps);
  return null;
}

/** A recording that waits, by its id: of several deliveries the first. */
export async function findSpooled(projectId: string, id: string, deps: Bucket): Promise<EnrichedRecording | null> {
  const { objects } = await listSpooled(`${projectId}/${id}/`, limits.spoolLanes, deps);
  for (const object of objects) {
    const spooled = await readSpooled(object, deps);
    if (spooled !== null) return spooled.recording;
  }
  return null;
}

/** What waits of a recording, a session or a whole project. Of very many not all is found. */
export async function listSpooledOf(
  of: { projectId: string; id: string | null; sessionId: string | null },
  deps: Bucket,
): Promise<SpooledObject[]> {
  const found: SpooledObject[] = [];
  let pages = 0;
  for await (const { objects } of spoolPages(of, deps, { include: ["customMetadata"] })) {
    const named = objects.filter(({ customMetadata }) => of.sessionId === null || customMetadata?.["session"] === of.sessionId);
    found.push(...named.map(toListed));
    pages += 1;
    if (pages === limits.spoolPagesMax) break;
  }
  return found;
}

/** Removes what is stored. */
export async function removeSpooled(keys: string[], deps: Bucket): Promise<void> {
  if (keys.length > 0) await askBucket(deps.archive.delete(keys), 0);
}

/** Moves an object out of the way, to where only a person looks. */
export async function setAside(key: string, text: string, deps: Bucket): Promise<void> {
  await askBucket(deps.archive.put(aside + key.slice(spoolPrefix.length), text), text.length);
  logEvent("spooled_set_aside", { key });
  await removeSpooled([key], deps);
}

/** Keeps a message of the Queue that cannot be read, for a person to look at. */
export async function keepUnreadable(messageId: string, body: unknown, deps: Bucket): Promise<void> {
  const text = JSON.stringify(body);
  await askBucket(deps.archive.put(`${aside}queue/${messageId}`, text), text.length);
}

function toListed({ key, size }: R2Object): SpooledObject {
  return { key, bytes: size, receivedUs: parseSpoolKey(key)?.receivedUs ?? 0 };
}
