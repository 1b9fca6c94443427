import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { metricsPlace, rollUpMetrics } from "../store/metrics";

/**
 * Adds to the metrics what was recorded since: another reader of the log, so no request writes a row for it. Little is left for every
 * fifth minute, since a step writes as many rows for one recording as for a hundred; until then it is added at each reading.
 */
export async function rollUpMetricsDue(deps: Pick<Deps, "db" | "now">): Promise<void> {
  const { seq, headSeq } = await metricsPlace(deps.db);
  const minute = Math.floor(deps.now() / 60_000);
  if (headSeq - seq < limits.metricPlacesWorthAStep && minute % limits.metricMinutesMax !== 0) return;
  let fromSeq = seq;
  for (let step = 0; step < limits.metricStepsPerMinute && fromSeq < headSeq; step += 1) {
    const toSeq = Math.min(fromSeq + limits.metricPlacesPerStep, headSeq);
    if (!(await rollUpMetrics(deps.db, fromSeq, toSeq))) break;
    fromSeq = toSeq;
  }
  if (fromSeq > seq) logEvent("metrics_rolled_up", { places: fromSeq - seq, behind: headSeq - fromSeq });
}
