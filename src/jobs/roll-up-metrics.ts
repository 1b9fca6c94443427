import type { Deps } from "../env";
import { limits } from "../limits";
import { logEvent } from "../log";
import { catchUpMetrics, metricsPlace } from "../store/metrics";

/**
 * Adds to the metrics what was recorded since: another reader of the log, so no request writes a row for it. Little is left for every
 * fifth minute, since a step writes as many rows for one recording as for a hundred; until then it is added at each reading.
 */
export async function rollUpMetricsDue(deps: Pick<Deps, "db" | "now">): Promise<void> {
  const { seq, headSeq } = await metricsPlace(deps.db);
  const minute = Math.floor(deps.now() / 60_000);
  if (headSeq - seq < limits.metricPlacesWorthAStep && minute % limits.metricMinutesMax !== 0) return;
  const { places, behind } = await catchUpMetrics(deps.db, limits.metricStepsPerMinute);
  if (places > 0) logEvent("metrics_rolled_up", { places, behind });
}
