import type { Deps } from "../env";
import { cutDueBatches, resendOverdueBatches } from "../export/cut";
import { calibrate } from "./calibrate";
import { resendDeferred } from "./count-recordings";
import { resendStalledReprices } from "./reprice";

/** What the cron does every minute. None waits on another's success; what takes CPU comes last. */
export async function runMinute(deps: Deps): Promise<void> {
  const done = await Promise.allSettled(
    [cutDueBatches, resendOverdueBatches, resendDeferred, resendStalledReprices].map((job) => job(deps)),
  );
  const [calibrated] = await Promise.allSettled([calibrate(deps)]);
  const failed = [...done, calibrated].find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
