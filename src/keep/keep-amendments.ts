import type { Deps } from "../env";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { Amendment } from "../model/amendment";
import { type AmendedRecording, applyAmendments, checkRoom } from "../store/amendments";
import { putSpooledAmendment } from "./amendment-spool";
import { ringBell } from "./bell";
import { boundDatabase } from "./bound-database";
import { keepInFirst } from "./keep-in-first";
import { keepInQueue } from "./keep-in-queue";
import { inLanes } from "./lanes";
import { callGently, commitGently } from "./pressure";
import { within } from "./within";

/**
 * Keeps amendments in the first place that takes them, of which D1 takes all or none. When this returns they survive anything, and
 * what they are about need not be there yet. Answers which recordings they changed; null where they wait elsewhere for D1.
 * @throws CollectorError `unavailable` where one is known to be nowhere; `too_large` where what one is about has no room for it.
 */
export async function keepAmendments(amendments: Amendment[], deps: Deps): Promise<AmendedRecording[] | null> {
  for (const amendment of amendments) checkRoom(amendment);
  const commit = async (timeoutMs: number) => {
    const applied = async () => await applyAmendments(boundDatabase(deps.db, timeoutMs), amendments, deps.now() * 1000);
    return await commitGently(deps.db, async () => await within(applied(), timeoutMs, "The database"), deps);
  };
  const places = {
    commit: async () => await commit(limits.amendTimeoutMs),
    wait: async () => await queueAmendments(await spoolAmendments(amendments, deps), deps),
    commitLast: async () => await commit(limits.commitLastMs),
  };
  return await keepInFirst(places, amendments.length, deps);
}

/** Puts amendments into the spool, and answers those that it did not take. */
export async function spoolAmendments(amendments: Amendment[], deps: Deps): Promise<Amendment[]> {
  const refused: Amendment[] = [];
  await inLanes(amendments, limits.spoolLanes, async (amendment) => {
    try {
      await callGently(deps.archive, async () => await putSpooledAmendment(amendment, deps), deps);
    } catch (thrown) {
      if (refused.length === 0) logEvent("spool_failed", { cause: causeText(thrown) });
      refused.push(amendment);
    }
  });
  if (refused.length < amendments.length) deps.later(ringBell(deps));
  return refused;
}

/** The last place: the Queue holds the amendments themselves. */
async function queueAmendments(amendments: Amendment[], deps: Deps): Promise<void> {
  await keepInQueue(
    amendments.map((amendment) => ({ type: "store_amendment", amendment })),
    deps,
  );
}
