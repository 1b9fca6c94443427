import { limits } from "../limits";
import { type LatencyHistogram, orderHistogram, sumHistograms } from "../model/latency-histogram";
import { type MetricMeasures, type MetricPoint, type Metrics, type MetricsQuery, type MetricSums, metricSums } from "../model/metrics";
import { headSeq } from "./log";
import { cursorPlace, moveCursor } from "./log-cursor";
import { addMeasures } from "./metrics-changes";
import { metricsSeq, measuresOf, rowsOfMeasures } from "./metrics-sql";
import { integer, type Row, text, transact } from "./transact";

/** How much of the log is in the roll-ups, and where the log ends. */
export async function metricsPlace(db: D1Database): Promise<{ seq: number; headSeq: number }> {
  return await cursorPlace(db, "metrics");
}

/**
 * Adds the recordings of a range of the log, as they are now, to the roll-ups, if these still stand where the range begins: compare
 * and set, in one transaction. Answers whether it did.
 */
export async function rollUpMetrics(db: D1Database, fromSeq: number, toSeq: number): Promise<boolean> {
  const [, moved] = await transact(db, [
    db
      .prepare(addMeasures(measuresOf(1, `FROM recordings AS r WHERE r.seq > ?1 AND r.seq <= ?2 AND ${metricsSeq} = ?1`)))
      .bind(fromSeq, toSeq),
    moveCursor(db, "metrics", fromSeq, toSeq),
  ]);
  return moved?.results.length === 1;
}

/** Adds what the log has beyond the roll-ups, so many steps at most. Answers of how many places, and how many are left. */
export async function catchUpMetrics(db: D1Database, steps: number): Promise<{ places: number; behind: number }> {
  const { seq, headSeq: end } = await metricsPlace(db);
  let fromSeq = seq;
  for (let step = 0; step < steps && fromSeq < end; step += 1) {
    const toSeq = Math.min(fromSeq + limits.metricPlacesPerStep, end);
    // Another has: he goes on.
    if (!(await rollUpMetrics(db, fromSeq, toSeq))) break;
    fromSeq = toSeq;
  }
  return { places: fromSeq - seq, behind: end - fromSeq };
}

/**
 * What recordings come to, by interval and group, as they are at this moment: the roll-ups, and the next of the log that are not in
 * them yet, in one transaction. Intervals with nothing in them are left out.
 */
export async function readMetrics(db: D1Database, { projectId, fromUs, toUs, interval, groupBy }: MetricsQuery): Promise<Metrics> {
  const dimension = groupBy === "none" ? "all" : groupBy;
  // Of one project among all: its own row is there whatever the others are.
  const isOwn = groupBy === "project" && projectId !== null;
  const kept = isOwn ? "all" : dimension;
  const columns = `json_group_array(json_array(value, ${metricSums.join(", ")}, json(${flatLatencies}))) AS rows`;
  const tail = measuresOf(
    1,
    `FROM recordings AS r WHERE r.seq > ${metricsSeq} AND r.seq <= ${metricsSeq} + ${limits.metricTailPlaces}
      AND (?1 IS NULL OR r.project_id = ?1) AND coalesce(r.started_us, r.received_us) >= ?2 AND coalesce(r.started_us, r.received_us) < ?3`,
  );
  const [rolledUp, behind, place] = await transact(db, [
    db
      .prepare(
        `SELECT start_us, ${columns} FROM metrics WHERE project_id = ?1 AND dimension = ?2 AND span = ?3 AND start_us >= ?4 AND start_us < ?5
         GROUP BY start_us`,
      )
      .bind(projectId ?? "", kept, interval, fromUs, toUs),
    db
      .prepare(`SELECT start_us, ${columns} FROM (${rowsOfMeasures(tail, [kept], [interval])}) GROUP BY start_us`)
      .bind(projectId, fromUs, toUs),
    db.prepare(`SELECT max(0, ${headSeq} - ${metricsSeq} - ${limits.metricTailPlaces}) AS uncounted`),
  ]);
  const points = new Map<string, MetricPoint>();
  for (const row of [...(rolledUp?.results ?? []), ...(behind?.results ?? [])]) addPoints(points, row, isOwn ? projectId : null);
  const [end] = place?.results ?? [];
  return { points: [...points.values()], notCountedYet: end === undefined ? 0 : integer(end, "uncounted") };
}

/** A row's histogram as a flat list, as SQL: thousands of objects take the Worker longer to parse than all the rest of an answer. */
const flatLatencies = `'[' || replace(replace(trim(latencies, '{}'), '":', ','), '"', '') || ']'`;

/** A row's value, its sums in their order, and its histogram. */
type RowValues = [value: string, ...sums: number[], latencies: LatencyHistogram];

/** Adds one interval's rows, of which there may be thousands in all. `ownValue` stands for what has none. */
function addPoints(points: Map<string, MetricPoint>, row: Row, ownValue: string | null): void {
  const startUs = integer(row, "start_us");
  for (const values of JSON.parse(text(row, "rows")) as RowValues[]) {
    const [value] = values;
    const key = `${startUs} ${value}`;
    const sums = { ...noSums };
    for (let index = 0; index < metricSums.length; index += 1) sums[metricSums[index] as keyof MetricSums] = values[index + 1] as number;
    const latencies = orderHistogram(values[metricSums.length + 1] as LatencyHistogram);
    const known = points.get(key);
    if (known === undefined) {
      points.set(key, {
        startUs,
        group: { value: value.startsWith("=") ? value.slice(1) : ownValue, isOther: value === "*" },
        sums,
        latencies,
      });
      continue;
    }
    for (const name of metricSums) known.sums[name] += sums[name];
    known.latencies = sumHistograms([known.latencies, latencies]);
  }
}

/** Nothing yet: what measures are added to. */
export function noMeasures(): MetricMeasures {
  return { sums: { ...noSums }, latencies: [] };
}

const noSums = Object.fromEntries(metricSums.map((name) => [name, 0])) as MetricSums;
