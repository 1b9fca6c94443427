import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { announceAmended } from "../ingest";
import { listSpooledAmendments, readSpooledAmendment, removeSpooledAmendments, setAmendmentAside } from "../keep/amendment-spool";
import { ringBell } from "../keep/bell";
import { boundDatabase } from "../keep/bound-database";
import { inLanes } from "../keep/lanes";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Amendment } from "../model/amendment";
import { chunksWithin } from "../model/chunks";
import { applyAmendments } from "../store/amendments";
import { inHalves } from "./in-halves";

interface Waiting {
  key: string;
  amendment: Amendment;
}

/** Commits the amendments that wait in the spool, and has the queue go on where there are more. Two at once do no harm. */
export async function drainAmendments(deps: Deps): Promise<void> {
  let committed = 0;
  try {
    const { objects, hasMore } = await listSpooledAmendments(limits.drainedKeys, deps);
    for (const chunk of chunksWithin(objects, ({ bytes }) => bytes, limits.amendedBytesAtOnce, limits.amendedAtOnce)) {
      const read = await inLanes(chunk, limits.spoolLanes, async (object) => ({
        key: object.key,
        amendment: await readSpooledAmendment(object, deps),
      }));
      const waiting = read.filter((one): one is Waiting => one.amendment !== null);
      committed += waiting.length === 0 ? 0 : (await commitWaiting(waiting, deps)).length;
    }
    if (objects.length > 0) logEvent("amendments_drained", { committed, of: objects.length, has_more: hasMore });
    if (hasMore && committed > 0) deps.later(ringBell(deps));
  } catch (thrown) {
    if (!toCollectorError(thrown).retryable) throw thrown;
    logEvent("amendment_drain_stopped", { committed, cause: causeText(thrown) });
  }
}

/** Commits amendments that waited, in one transaction. @throws CollectorError as `applyAmendments`. */
export async function commitLate(amendments: Amendment[], deps: Deps): Promise<void> {
  announceAmended(await applyAmendments(boundDatabase(deps.db, limits.drainTimeoutMs), amendments, deps.now() * 1000), deps);
}

async function commitWaiting(waiting: Waiting[], deps: Deps): Promise<Waiting[]> {
  const store = async (some: Waiting[]) => {
    await commitLate(
      some.map(({ amendment }) => amendment),
      deps,
    );
    await removeSpooledAmendments(
      some.map(({ key }) => key),
      deps,
    );
  };
  const refuse = async ({ key, amendment }: Waiting, thrown: unknown) => {
    logEvent("amendment_refused", { key, cause: causeText(thrown) });
    // What is no want of room a deploy may mend.
    const isYoung = deps.now() * 1000 - amendment.receivedUs < limits.amendmentRefusedHours * 3_600_000_000;
    if (isYoung && toCollectorError(thrown).code !== "too_large") return;
    await setAmendmentAside(key, JSON.stringify(amendment), deps);
  };
  return await inHalves(waiting, { store, refuse }, deps.now() + limits.drainSearchMs, deps);
}
