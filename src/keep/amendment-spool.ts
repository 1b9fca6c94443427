import type { Deps } from "../env";
import { logEvent } from "../log";
import { type Amendment, readAmendment } from "../model/amendment";
import { askBucket } from "./ask-bucket";

/** What the keys of all spooled amendments begin with. */
const prefix = "spool-amendments/";
/** Where those are set aside that cannot be committed: nothing looks there again by itself. */
const aside = "spool-broken/amendments/";

type Bucket = Pick<Deps, "archive">;

/** An object of an amendment that waits, as it is listed. */
export interface WaitingAmendment {
  key: string;
  bytes: number;
}

/** Puts an amendment where it waits that D1 did not take: `spool-amendments/<received_us>-<receipt>`. @throws CollectorError `unavailable` where it is not known to be there. */
export async function putSpooledAmendment(amendment: Amendment, deps: Bucket): Promise<void> {
  const text = JSON.stringify(amendment);
  const key = `${prefix}${String(amendment.receivedUs).padStart(16, "0")}-${amendment.receipt}`;
  await askBucket(deps.archive.put(key, text), text.length);
}

/** Those that wait, the oldest first. */
export async function listSpooledAmendments(limit: number, deps: Bucket): Promise<{ objects: WaitingAmendment[]; hasMore: boolean }> {
  const { objects, truncated } = await askBucket(deps.archive.list({ prefix, limit }), 0);
  return { objects: objects.map(({ key, size }) => ({ key, bytes: size })), hasMore: truncated };
}

/** One that waits; null where it is gone, or cannot be read and was set aside. */
export async function readSpooledAmendment({ key, bytes }: WaitingAmendment, deps: Bucket): Promise<Amendment | null> {
  const object = await askBucket(deps.archive.get(key), 0);
  if (object === null) return null;
  const text = await askBucket(object.text(), bytes);
  const amendment = parseAmendment(text);
  if (amendment === null) await setAmendmentAside(key, text, deps);
  return amendment;
}

/** Removes those that are committed. */
export async function removeSpooledAmendments(keys: string[], deps: Bucket): Promise<void> {
  if (keys.length > 0) await askBucket(deps.archive.delete(keys), 0);
}

/** Moves an object out of the way, to where only a person looks. */
export async function setAmendmentAside(key: string, text: string, deps: Bucket): Promise<void> {
  await askBucket(deps.archive.put(aside + key.slice(prefix.length), text), text.length);
  logEvent("spooled_set_aside", { key });
  await removeSpooledAmendments([key], deps);
}

function parseAmendment(text: string): Amendment | null {
  try {
    return readAmendment(JSON.parse(text));
  } catch {
    return null;
  }
}
