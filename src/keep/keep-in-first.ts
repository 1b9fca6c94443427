import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { causeText, logEvent } from "../log";
import { isBusy } from "./pressure";

/** How something is brought to each of the places that keep it. */
interface Places<Outcome> {
  /** Into D1; null where D1 turned out to be busy meanwhile. */
  commit: () => Promise<Outcome | null>;
  /** Into the spool, and what that does not take into the Queue. */
  wait: () => Promise<void>;
  /** Into D1 in the end, where it was passed over and nothing else took it. */
  commitLast: () => Promise<Outcome>;
}

/**
 * Keeps something in the first place that takes it. Where D1 has enough to do it is passed over, and asked last. Answers with
 * what D1 said, or null where it waits elsewhere: then it goes into D1 later.
 * @throws CollectorError `unavailable` where it is known to be nowhere; whatever D1 refuses it for.
 */
export async function keepInFirst<Outcome>(places: Places<Outcome>, count: number, deps: Deps): Promise<Outcome | null> {
  let wasAsked = false;
  try {
    const stored = isBusy(deps.db, deps) ? null : await places.commit();
    if (stored !== null) return stored;
  } catch (thrown) {
    const { retryable, code } = toCollectorError(thrown);
    // A conflict is over in some minutes: the spool can wait.
    if (!retryable && code !== "conflict") throw thrown;
    logEvent("commit_failed", { items: count, cause: causeText(thrown) });
    wasAsked = true;
  }
  try {
    await places.wait();
    return null;
  } catch (thrown) {
    if (wasAsked) throw thrown;
    logEvent("commit_forced", { items: count, cause: causeText(thrown) });
    return await places.commitLast();
  }
}
