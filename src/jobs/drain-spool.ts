import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { ringBell } from "../keep/bell";
import { boundDatabase } from "../keep/bound-database";
import { inLanes } from "../keep/lanes";
import {
  listSpooled,
  listSpooledOf,
  putSpooled,
  readSpooled,
  removeSpooled,
  setAside,
  type Spooled,
  type SpooledObject,
} from "../keep/spool";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { chunksWithin } from "../model/chunks";
import { toSpooled } from "../model/spooled-recording";
import { pingDatabase } from "../store/ping";
import { inHalves } from "./in-halves";
import { storeLate } from "./store-late";

/**
 * Stores what waits in the spool, hundreds in a transaction, the oldest first, and has the queue go on where there is more.
 * Two at once store each recording once. While D1 or R2 does not answer, all stays where it is.
 */
export async function drainSpool(deps: Deps): Promise<void> {
  let stored = 0;
  try {
    const { objects, hasMore } = await listSpooled("", limits.drainedKeys, deps);
    if (objects.length === 0) return;
    await pingDatabase(boundDatabase(deps.db, limits.commitTimeoutMs));
    for await (const count of drainObjects(objects, deps)) stored += count;
    logEvent("spool_drained", { stored, of: objects.length, has_more: hasMore });
    if (hasMore && stored > 0) deps.later(ringBell(deps));
  } catch (thrown) {
    if (!toCollectorError(thrown).retryable) throw thrown;
    logEvent("spool_drain_stopped", { stored, cause: causeText(thrown) });
  }
}

/**
 * Stores what waits of something whose deletion was just ordered, and so deletes it: each is counted, and leaves a tombstone.
 * Answers whether there was any.
 * @throws CollectorError `unavailable` where D1 or R2 did not answer: what is left goes when it is drained.
 */
export async function drainDeleted(of: Parameters<typeof listSpooledOf>[0], deps: Deps): Promise<boolean> {
  const objects = await listSpooledOf(of, deps);
  for await (const _ of drainObjects(objects, deps)) continue;
  return objects.length > 0;
}

/** The oldest first, hundreds in a transaction. Gives how many each stored. */
async function* drainObjects(objects: SpooledObject[], deps: Deps): AsyncGenerator<number> {
  const inOrder = objects.toSorted((one, other) => one.receivedUs - other.receivedUs);
  for (const chunk of chunksWithin(inOrder, ({ bytes }) => bytes, limits.drainedBytes, limits.drainedRows)) {
    const read = await inLanes(chunk, limits.spoolLanes, async (object) => await readSpooled(object, deps));
    const waiting = read.filter((spooled) => spooled !== null);
    if (waiting.length > 0) yield await storeSpooled(waiting, deps);
  }
}

/** Answers how many are stored now. */
async function storeSpooled(waiting: Spooled[], deps: Deps): Promise<number> {
  const store = async (some: Spooled[]) => {
    await storeLate(
      some.map(({ recording }) => recording),
      deps,
    );
    // After the commit: where this fails, the next drain finds that they are stored.
    await removeSpooled(
      some.map(({ key }) => key),
      deps,
    );
  };
  const refuse = async (one: Spooled, thrown: unknown) => await noteFailure(one, thrown, deps);
  return (await inHalves(waiting, { store, refuse }, deps.now() + limits.drainSearchMs, deps)).length;
}

/** A recording that D1 refused by itself is tried again some times, since a deploy may mend it, and then set aside. */
async function noteFailure({ key, recording, failures }: Spooled, thrown: unknown, deps: Deps): Promise<void> {
  logEvent("spooled_refused", { key, failures: failures + 1, cause: causeText(thrown) });
  if (failures + 1 < limits.drainFailuresMax) await putSpooled(recording, deps, failures + 1);
  else await setAside(key, JSON.stringify(toSpooled(recording)), deps);
}
