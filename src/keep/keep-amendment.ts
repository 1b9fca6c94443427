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
import { callGently, commitGently } from "./pressure";
import { within } from "./within";

/**
 * Keeps an amendment in the first place that takes it: D1, the spool, the Queue. When this returns it survives anything, and
 * what it is about need not be there yet. Answers which recordings it changed by now.
 * @throws CollectorError `unavailable` where it is known to be nowhere; `too_large` where what it is about has no room for it.
 */
export async function keepAmendment(amendment: Amendment, deps: Deps): Promise<AmendedRecording[]> {
  checkRoom(amendment);
  const commit = async (timeoutMs: number) => {
    const applied = async () => await applyAmendments(boundDatabase(deps.db, timeoutMs), [amendment], deps.now() * 1000);
    return await commitGently(deps.db, async () => await within(applied(), timeoutMs, "The database"), deps);
  };
  const places = {
    commit: async () => await commit(limits.amendTimeoutMs),
    wait: async () => await keepWaiting(amendment, deps),
    commitLast: async () => await commit(limits.commitLastMs),
  };
  return (await keepInFirst(places, 1, deps)) ?? [];
}

/** Puts amendments into the spool, and answers those that it did not take. */
export async function spoolAmendments(amendments: Amendment[], deps: Deps): Promise<Amendment[]> {
  const refused: Amendment[] = [];
  for (const amendment of amendments) {
    try {
      await callGently(deps.archive, async () => await putSpooledAmendment(amendment, deps), deps);
    } catch (thrown) {
      logEvent("spool_failed", { cause: causeText(thrown) });
      refused.push(amendment);
    }
  }
  if (refused.length < amendments.length) deps.later(ringBell(deps));
  return refused;
}

async function keepWaiting(amendment: Amendment, deps: Deps): Promise<void> {
  const left = await spoolAmendments([amendment], deps);
  if (left.length > 0) await keepInQueue([{ type: "store_amendment", amendment }], deps);
}
