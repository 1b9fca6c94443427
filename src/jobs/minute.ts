import type { Deps } from "../env";
import { cutDueBatches, resendOverdueBatches } from "../export/cut";

/** What the cron does every minute. The second does not wait on the first's success. */
export async function runMinute(deps: Deps): Promise<void> {
  const [cut, resent] = await Promise.allSettled([cutDueBatches(deps), resendOverdueBatches(deps)]);
  if (cut.status === "rejected") throw cut.reason;
  if (resent.status === "rejected") throw resent.reason;
}
