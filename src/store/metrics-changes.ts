import { metricDimensions, metricSums } from "../model/metrics";
import { metricsSeq, measuresOf, rowsOfMeasures } from "./metrics-sql";

const allRows = (source: string) => rowsOfMeasures(source, ["all", ...metricDimensions], ["hour", "day"]);

const mergedLatencies = `(SELECT json_group_object(bucket, n) FROM (
  SELECT key AS bucket, sum(value) AS n FROM (
    SELECT key, value FROM json_each(metrics.latencies) UNION ALL SELECT key, value FROM json_each(excluded.latencies))
  GROUP BY key HAVING sum(value) <> 0))`;

/** The statement's text that adds measures to the roll-ups. */
export function addMeasures(source: string): string {
  return `INSERT INTO metrics (project_id, dimension, span, start_us, value, ${metricSums.join(", ")}, latencies)
    SELECT * FROM (${allRows(source)}) WHERE true
    ON CONFLICT DO UPDATE SET ${metricSums.map((name) => `${name} = ${name} + excluded.${name}`).join(", ")}, latencies = ${mergedLatencies}`;
}

/**
 * The statement's text that takes recordings out of the roll-ups, if they are in there: to be run before they are deleted, in the same
 * transaction. `where` is about `r`.
 */
export function takeMeasures(where: string): string {
  return addMeasures(measuresOf(-1, `FROM recordings AS r WHERE ${where} AND r.seq <= ${metricsSeq}`));
}

/**
 * The same for recordings that will change, with what their columns will be. `from` joins them, as `r`, with what changes them, and
 * has a WHERE.
 */
export function changeMeasures(from: string, changed: Parameters<typeof measuresOf>[2]): string {
  const rolledUp = `${from} AND r.seq <= ${metricsSeq}`;
  return addMeasures(`${measuresOf(-1, rolledUp)} UNION ALL ${measuresOf(1, rolledUp, changed)}`);
}
