import type { Deps } from "../env";
import { cutDueBatches, resendOverdueBatches } from "../export/cut";
import { flushRefusals } from "../keep/refusals";
import { calibrate } from "./calibrate";
import { drainAmendments } from "./drain-amendments";
import { drainSpool } from "./drain-spool";
import { sweepAmendments } from "./sweep-amendments";
import { resendDeferred } from "./count-recordings";
import { resumeDeletions } from "./delete";
import { extendRunsDue } from "./extend-runs";
import { resendStalledReprices } from "./reprice";
import { rollUpLedger } from "./roll-up-ledger";
import { rollUpMetricsDue } from "./roll-up-metrics";
import { sweepBlobs } from "./sweep-blobs";

/** What the cron does every minute. None waits on another's success; what waits to be stored comes first, what takes CPU last. */
export async function runMinute(deps: Deps): Promise<void> {
  const [drained] = await Promise.allSettled([drainSpool(deps)]);
  const [amended] = await Promise.allSettled([drainAmendments(deps)]);
  const done = await Promise.allSettled(
    [
      cutDueBatches,
      resendOverdueBatches,
      resendDeferred,
      resendStalledReprices,
      resumeDeletions,
      extendRunsDue,
      sweepBlobs,
      sweepAmendments,
      rollUpLedger,
      rollUpMetricsDue,
      flushRefusals,
    ].map((job) => job(deps)),
  );
  const [calibrated] = await Promise.allSettled([calibrate(deps)]);
  const failed = [drained, amended, ...done, calibrated].find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
