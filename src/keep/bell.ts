import type { Deps } from "../env";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { within } from "./within";

// A cache alone: a new isolate rings once more than it had to.
const rungMs = new WeakMap<object, number>();

/**
 * Has the queue drain the spool soon, at most once a second. It rings late, so that whatever was spooled since is there when
 * it does. A bell that is not heard costs no recording: the cron drains too.
 */
export async function ringBell(deps: Pick<Deps, "queue" | "now">): Promise<void> {
  if (deps.now() - (rungMs.get(deps.queue) ?? 0) < limits.bellSeconds * 1000) return;
  rungMs.set(deps.queue, deps.now());
  try {
    const sent = deps.queue.send({ type: "drain_spool" }, { delaySeconds: limits.bellSeconds });
    await within(sent, limits.queueTimeoutMs, "The queue");
  } catch (thrown) {
    rungMs.delete(deps.queue);
    logEvent("bell_failed", { cause: causeText(thrown) });
  }
}
