import type { Deps } from "../env";
import { boundDatabase } from "../keep/bound-database";
import { limits } from "../limits";
import { countCalls, percentilesMs, sumHistograms } from "../model/latency-histogram";
import { type MetricMeasures, type MetricPoint, type Metrics, type MetricsQuery, metricSums } from "../model/metrics";
import { toIso } from "../model/time";
import { catchUpMetrics, noMeasures, readMetrics } from "../store/metrics";

/** What some recordings come to. A sum is of what is known; beside it stands of how many it is not. */
export type Measures = {
  recordings: number;
  errors: number;
  /** Those that are too large for a row: whether they have an error is not known here. */
  recordings_unread: number;
  tokens: {
    prompt: number;
    completion: number;
    /** Those of them that were estimated, and not reported. */
    prompt_estimated: number;
    completion_estimated: number;
    /** Parts of them, as far as they were reported. */
    cache_read: number;
    cache_write: number;
    reasoning: number;
  };
  recordings_without_tokens: number;
  cost_usd: number;
  recordings_without_cost: number;
  /** Null where no call's latency is known. `recordings` are those whose is. */
  latency_ms: { p50: number | null; p95: number | null; p99: number | null; recordings: number };
};

/** The recordings of one value of what they are grouped by. */
export type MetricsGroup = {
  /** Null is a value that nobody said, or what is grouped by nothing, or all others. */
  value: string | null;
  is_other: boolean;
  totals: Measures;
  /** Intervals with nothing in them are left out. */
  points: ({ start: string | null } & Measures)[];
};

/** What `GET /v1/metrics` answers. */
export type MetricsAnswer = {
  project_id: string | null;
  from: string | null;
  to: string | null;
  interval: MetricsQuery["interval"];
  group_by: MetricsQuery["groupBy"];
  totals: Measures;
  groups: MetricsGroup[];
  not_counted_yet: number;
  latency_error_pct: number;
};

const widthUs = { hour: 3_600_000_000, day: 86_400_000_000 };

/** Reads metrics, of whole intervals: from the one that the first moment is in to the one before which the last is. */
export async function readMetricsAnswer({ db }: Pick<Deps, "db">, query: MetricsQuery): Promise<MetricsAnswer> {
  const width = widthUs[query.interval];
  const fromUs = Math.floor(query.fromUs / width) * width;
  const toUs = Math.ceil(query.toUs / width) * width;
  const { points, notCountedYet } = await readWhole(boundDatabase(db, limits.readTimeoutMs), { ...query, fromUs, toUs });
  const groups = groupPoints(points);
  // Each interval is told once for each group.
  const starts = new Map(points.map(({ startUs }) => [startUs, ""]));
  for (const startUs of starts.keys()) starts.set(startUs, toIso(startUs) ?? "");
  return {
    project_id: query.projectId,
    from: toIso(fromUs),
    to: toIso(toUs),
    interval: query.interval,
    group_by: query.groupBy,
    totals: measuresAnswer(sumOf(groups.map(({ total }) => total))),
    groups: groups.map(({ group: { value, isOther }, points: inGroup, total }) => ({
      value,
      is_other: isOther,
      totals: measuresAnswer(total),
      points: inGroup.map((point) => ({ start: starts.get(point.startUs) ?? null, ...measuresAnswer(point) })),
    })),
    not_counted_yet: notCountedYet,
    latency_error_pct: limits.latencyErrorPct,
  };
}

/** Where more came in at once than a reading adds by itself, it does some of the cron's work first. */
async function readWhole(db: D1Database, query: MetricsQuery): Promise<Metrics> {
  const metrics = await readMetrics(db, query);
  if (metrics.notCountedYet === 0) return metrics;
  await catchUpMetrics(db, limits.metricStepsPerReading);
  return await readMetrics(db, query);
}

interface Group extends Pick<MetricPoint, "group"> {
  points: MetricPoint[];
  total: MetricMeasures;
}

/** The largest first, all others last. What was deleted since leaves rows of nothing. */
function groupPoints(points: MetricPoint[]): Group[] {
  const byValue = Map.groupBy(
    points.filter(({ sums }) => sums.recordings > 0),
    ({ group: { value, isOther } }) => (isOther ? "*" : value === null ? "-" : `=${value}`),
  );
  const groups = [...byValue.values()].flatMap((inGroup) => {
    const [first] = inGroup;
    if (first === undefined) return [];
    return [{ group: first.group, points: inGroup.toSorted((one, other) => one.startUs - other.startUs), total: sumOf(inGroup) }];
  });
  const rank = ({ group, total }: Group) => (group.isOther ? -1 : total.sums.recordings);
  return groups.toSorted((one, other) => rank(other) - rank(one) || (one.group.value ?? "").localeCompare(other.group.value ?? ""));
}

function sumOf(points: MetricMeasures[]): MetricMeasures {
  const total = noMeasures();
  for (const { sums } of points) for (const name of metricSums) total.sums[name] += sums[name];
  return { ...total, latencies: sumHistograms(points.map(({ latencies }) => latencies)) };
}

function measuresAnswer({ sums, latencies }: MetricMeasures): Measures {
  const [p50 = null, p95 = null, p99 = null] = percentilesMs(latencies, [0.5, 0.95, 0.99]).map((ms) => (ms === null ? null : rounded(ms)));
  return {
    recordings: sums.recordings,
    errors: sums.errors,
    recordings_unread: sums.unread,
    tokens: {
      prompt: sums.prompt_tokens,
      completion: sums.completion_tokens,
      prompt_estimated: sums.estimated_prompt_tokens,
      completion_estimated: sums.estimated_completion_tokens,
      cache_read: sums.cache_read_tokens,
      cache_write: sums.cache_write_tokens,
      reasoning: sums.reasoning_tokens,
    },
    recordings_without_tokens: sums.without_tokens,
    cost_usd: sums.cost_nano_usd / 1e9,
    recordings_without_cost: sums.without_cost,
    latency_ms: { p50, p95, p99, recordings: countCalls(latencies) },
  };
}

/** Four places that tell something: it is within two percent anyhow. */
function rounded(ms: number): number {
  return Number(ms.toPrecision(4));
}
