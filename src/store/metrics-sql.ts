import { limits } from "../limits";
import { bucketGrowth } from "../model/latency-histogram";
import { metricSums } from "../model/metrics";
import { columnSql, latencyUs, recordingTime } from "./filter-fields";
import { cursorSeq } from "./log-cursor";

/** Where the roll-ups stand in the log, as SQL: they hold all recordings up to there. */
export const metricsSeq = cursorSeq("metrics");

/** Columns of a recording that may change after it was made, and are measured. */
export const changingColumns = [
  "prompt_tokens",
  "completion_tokens",
  "prompt_source",
  "completion_source",
  "usage_detail",
  "cost_nano_usd",
] as const;
type ChangingColumn = (typeof changingColumns)[number];

/**
 * The measures of recordings, one row each, as SQL, to be added (`sign` 1) or taken away (-1). `from` names them, as `r`, from FROM
 * on; `changed` has other values than theirs for some columns.
 */
export function measuresOf(sign: 1 | -1, from: string, changed: Partial<Record<ChangingColumn, string>> = {}): string {
  const column = (name: ChangingColumn) => changed[name] ?? `r.${name}`;
  const part = (name: string) =>
    `coalesce(iif(json_valid(${column("usage_detail")}), ${column("usage_detail")} ->> '$.parts.${name}', 0), 0)`;
  const [prompt, completion] = [column("prompt_tokens"), column("completion_tokens")];
  const ifEstimated = (source: string, tokens: string) => `iif(${source} = 'estimated', coalesce(${tokens}, 0), 0)`;
  const version = columnSql("recording.prompt_template_version_id");
  return `SELECT ${sign} AS sign, r.project_id AS project_id, ${recordingTime} AS at_us, r.provider AS provider, r.model AS model,
    r.environment AS environment, ${version} AS prompt_version, coalesce(${columnSql("recording.has_error")}, 0) AS errors,
    r.payload IS NOT NULL AS unread, coalesce(${prompt}, 0) AS prompt_tokens, coalesce(${completion}, 0) AS completion_tokens,
    ${ifEstimated(column("prompt_source"), prompt)} AS estimated_prompt_tokens,
    ${ifEstimated(column("completion_source"), completion)} AS estimated_completion_tokens, ${part("cache_read")} AS cache_read_tokens,
    ${part("cache_write")} AS cache_write_tokens, ${part("reasoning")} AS reasoning_tokens,
    ${prompt} IS NULL OR ${completion} IS NULL AS without_tokens, coalesce(${column("cost_nano_usd")}, 0) AS cost_nano_usd,
    ${column("cost_nano_usd")} IS NULL AS without_cost, ceil(ln(max(${latencyUs}, 1)) / ${Math.log(bucketGrowth)}) AS bucket ${from}`;
}

/** How a recording's own values name its groups. */
const wantedValue = `CASE dimension WHEN 'all' THEN '' WHEN 'project' THEN '=' || project_id WHEN 'provider' THEN coalesce('=' || provider, '-')
  WHEN 'model' THEN coalesce('=' || model, '-') WHEN 'environment' THEN coalesce('=' || environment, '-')
  ELSE iif(length(prompt_version) <= ${limits.metricValueCharsMax}, '=' || prompt_version, '-') END`;

const places = "project_id, dimension, span, start_us";
const samePlace = (one: string, other: string) =>
  places
    .split(", ")
    .map((column) => `${one}.${column} = ${other}.${column}`)
    .join(" AND ");
const numbers = metricSums.filter((name) => name !== "recordings");

/**
 * The rows of `metrics` that measures come to, as SQL: `source` is one or more `measuresOf`, with UNION ALL. Of the dimensions and
 * spans that are named. A value that has no row yet gets one where there is room, the most frequent first, and keeps it; what finds
 * none is counted under '*', for ever: so whatever is taken away is taken from where it was added.
 */
export function rowsOfMeasures(source: string, dimensions: readonly string[], spans: readonly ("hour" | "day")[]): string {
  const widths = { hour: 3_600_000_000, day: 86_400_000_000 };
  const named = dimensions.map((dimension) => `('${dimension}')`).join(", ");
  const wide = spans.map((span) => `('${span}', ${widths[span]})`).join(", ");
  return `
    WITH measured AS MATERIALIZED (${source}),
    wanted AS MATERIALIZED (
      SELECT iif(dimension = 'project', '', project_id) AS project_id, dimension, span, at_us - at_us % width AS start_us, ${wantedValue} AS wanted, bucket,
        sum(sign) AS recordings, ${numbers.map((name) => `sum(sign * ${name}) AS ${name}`).join(", ")}
      FROM measured CROSS JOIN (SELECT column1 AS dimension FROM (VALUES ${named})) CROSS JOIN (SELECT column1 AS span, column2 AS width FROM (VALUES ${wide}))
      GROUP BY 1, 2, 3, 4, 5, 6),
    named AS (SELECT ${places}, wanted, sum(abs(recordings)) AS weight FROM wanted GROUP BY ${places}, wanted),
    ranked AS (
      SELECT n.*, m.value IS NOT NULL AS is_there,
        row_number() OVER (PARTITION BY ${places
          .split(", ")
          .map((column) => `n.${column}`)
          .join(", ")}, m.value IS NULL ORDER BY weight DESC, wanted) AS rank,
        (SELECT count(*) FROM metrics AS t WHERE ${samePlace("t", "n")} AND t.value <> '*') AS taken
      FROM named AS n LEFT JOIN metrics AS m ON ${samePlace("m", "n")} AND m.value = n.wanted),
    placed AS MATERIALIZED (
      SELECT ${places}, wanted, iif(is_there OR rank + taken < iif(span = 'hour', ${limits.metricGroupsPerHour}, ${limits.metricGroupsPerDay}), wanted, '*') AS value
      FROM ranked),
    bucketed AS (
      SELECT ${places
        .split(", ")
        .map((column) => `w.${column}`)
        .join(", ")}, p.value, bucket, ${metricSums.map((name) => `sum(${name}) AS ${name}`).join(", ")}
      FROM wanted AS w CROSS JOIN placed AS p ON ${samePlace("p", "w")} AND p.wanted = w.wanted GROUP BY 1, 2, 3, 4, 5, 6)
    SELECT ${places}, value, ${metricSums.map((name) => `sum(${name}) AS ${name}`).join(", ")},
      json_group_object(CAST(CAST(bucket AS INTEGER) AS TEXT), recordings) FILTER (WHERE bucket IS NOT NULL AND recordings <> 0) AS latencies
    FROM bucketed GROUP BY 1, 2, 3, 4, 5
    HAVING ${metricSums.map((name) => `sum(${name}) <> 0`).join(" OR ")} OR count(*) FILTER (WHERE bucket IS NOT NULL AND recordings <> 0) > 0`;
}
