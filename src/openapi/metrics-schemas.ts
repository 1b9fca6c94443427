import { limits } from "../limits";
import { metricGroupings, metricIntervals } from "../model/metrics";
import { integer, listOf, objectOf, refTo, textOrNull, timeOrNull, truth } from "./schema-parts";

const count = { type: "integer", minimum: 0 };
const ms = {
  type: ["number", "null"],
  description: `Milliseconds, within ${limits.latencyErrorPct} % of the call at that rank; null where there is none`,
};

const measures = {
  recordings: count,
  errors: { ...count, description: "Those with `error`" },
  recordings_unread: { ...count, description: "Too large for a row: whether they have an error is not known here" },
  tokens: objectOf({
    prompt: count,
    completion: count,
    prompt_estimated: { ...count, description: "Of `prompt`, what was estimated, and not reported" },
    completion_estimated: { ...count, description: "Of `completion`" },
    cache_read: { ...count, description: "Of `prompt`, as far as it was reported" },
    cache_write: { ...count, description: "Of `prompt`, as far as it was reported" },
    reasoning: { ...count, description: "Of `completion`, as far as it was reported" },
  }),
  recordings_without_tokens: { ...count, description: "Of these a side is not known, or not counted yet: it is in no sum" },
  cost_usd: { type: "number" },
  recordings_without_cost: { ...count, description: "These are in no sum of costs" },
  latency_ms: objectOf({ p50: ms, p95: ms, p99: ms, recordings: { ...count, description: "Those whose latency is known" } }),
};

/** The schemas of metrics. */
export const metricsSchemas: Record<string, unknown> = {
  Metrics: objectOf({
    project_id: textOrNull,
    from: timeOrNull,
    to: timeOrNull,
    interval: { enum: metricIntervals },
    group_by: { enum: metricGroupings },
    totals: refTo("Measures"),
    groups: listOf(refTo("MetricsGroup")),
    not_counted_yet: { ...integer, description: "Places of the log that are not in yet, of all projects: within minutes they are" },
    latency_error_pct: integer,
  }),
  MetricsGroup: objectOf({
    value: { ...textOrNull, description: "Null where nobody said one" },
    is_other: { ...truth, description: "All those that found no room of their own" },
    totals: refTo("Measures"),
    points: { ...listOf(refTo("MetricsPoint")), description: "Intervals with nothing in them are left out" },
  }),
  MetricsPoint: objectOf({ start: timeOrNull, ...measures }),
  Measures: objectOf(measures),
};
