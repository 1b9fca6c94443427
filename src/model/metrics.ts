import type { LatencyHistogram } from "./latency-histogram";

/** What metrics may be grouped by, beside `none`. */
export const metricDimensions = ["provider", "model", "environment", "prompt_version", "project"] as const;
export const metricGroupings = ["none", ...metricDimensions] as const;
type MetricGrouping = (typeof metricGroupings)[number];

/** What one point of a metric is about, UTC. */
export const metricIntervals = ["hour", "day"] as const;
type MetricInterval = (typeof metricIntervals)[number];

/** What metrics are asked for. Times in microseconds. */
export interface MetricsQuery {
  /** Null is all of them, which can be grouped by project alone. */
  projectId: string | null;
  fromUs: number;
  toUs: number;
  interval: MetricInterval;
  groupBy: MetricGrouping;
}

/** Sums over recordings: whole numbers, in the order in which the store hands them over. */
export const metricSums = [
  "recordings",
  "errors",
  "unread",
  "prompt_tokens",
  "completion_tokens",
  "estimated_prompt_tokens",
  "estimated_completion_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "without_tokens",
  "cost_nano_usd",
  "without_cost",
] as const;
export type MetricSums = Record<(typeof metricSums)[number], number>;

/** What some recordings come to. */
export interface MetricMeasures {
  sums: MetricSums;
  latencies: LatencyHistogram;
}

/** What the recordings of one interval come to that have one value of what they are grouped by. */
export interface MetricPoint extends MetricMeasures {
  startUs: number;
  /** `other` are all that found no room of their own; a null value is one that nobody said. */
  group: { value: string | null; isOther: boolean };
}

/** A reading of the metrics at one moment. */
export interface Metrics {
  points: MetricPoint[];
  /** Places of the log that are not counted in yet. */
  notCountedYet: number;
}
