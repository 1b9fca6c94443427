import type { Collector } from "./collector";
import type { Ask } from "./exported";
import { type Times, world } from "./world";

/** What was compared, and what differs, the first few. */
export interface Compared {
  requests: number;
  /** Points, each of a bucket of time and a group. */
  points: number;
  /** The largest difference of a percentile, as a part of what it is. */
  percentileOff: number;
  faults: string[];
}

/** Numbers of one bucket and group, as the answer has them and as SQL has them of `latest`. */
const sums: [of: (counted: Counted) => number, sql: string][] = [
  [({ recordings }) => recordings, "count(*)"],
  [({ errors }) => errors, "count(*) FILTER (has_error)"],
  [({ tokens }) => tokens.prompt, "sum(prompt_tokens)"],
  [({ tokens }) => tokens.completion, "sum(completion_tokens)"],
  [({ tokens }) => tokens.prompt_estimated, "sum(prompt_tokens) FILTER (prompt_source = 'estimated')"],
  [({ tokens }) => tokens.completion_estimated, "sum(completion_tokens) FILTER (completion_source = 'estimated')"],
  [({ tokens }) => tokens.cache_read, "sum(cache_read_tokens)"],
  [({ tokens }) => tokens.cache_write, "sum(cache_write_tokens)"],
  [({ tokens }) => tokens.reasoning, "sum(reasoning_tokens)"],
  [(counted) => counted.recordings_without_tokens, "count(*) FILTER (prompt_tokens IS NULL OR completion_tokens IS NULL)"],
  [(counted) => Math.round(counted.cost_usd * 1e9), "sum(cost_nano_usd)"],
  [(counted) => counted.recordings_without_cost, "count(*) FILTER (cost_nano_usd IS NULL)"],
  [(counted) => counted.latency_ms.recordings, "count(latency_ms)"],
];
const percentiles = ["p50", "p95", "p99"] as const;

/** As `GET /v1/metrics` answers it. */
interface Counted {
  recordings: number;
  errors: number;
  tokens: Record<
    "prompt" | "completion" | "prompt_estimated" | "completion_estimated" | "cache_read" | "cache_write" | "reasoning",
    number
  >;
  recordings_without_tokens: number;
  cost_usd: number;
  recordings_without_cost: number;
  latency_ms: Record<(typeof percentiles)[number], number | null> & { recordings: number };
}
interface Metrics {
  latency_error_pct: number;
  groups: { value: string | null; is_other: boolean; totals: Counted; points: (Counted & { start: string })[] }[];
}

/** Numbers that DuckDB has of a bucket and a group: the sums in their order, then the percentiles. */
type Numbers = number[];

const columns = {
  none: "NULL",
  provider: "provider",
  model: "model",
  environment: "environment",
  prompt_version: "prompt_version",
  project: "project_id",
};
type Grouping = keyof typeof columns;
const microseconds = { hour: 3_600_000_000, day: 86_400_000_000 };

/** Compares every hour and day of so many days of the seeded time, by every grouping, with what DuckDB counts over the export. */
export async function compareMetrics(collector: Collector, ask: Ask, times: Times, daysMax: number): Promise<Compared> {
  const compared: Compared = { requests: 0, points: 0, percentileOff: 0, faults: [] };
  for (const interval of ["hour", "day"] as const) {
    const days = interval === "hour" ? 31 : 366;
    for (let day = -1; day < daysMax; day += days) {
      const window = { interval, from: times.at(day / world.days), to: times.at(Math.min(day + days, daysMax) / world.days) };
      for (const groupBy of Object.keys(columns) as Grouping[]) {
        await compareWindow(collector, ask, { ...window, groupBy, project: groupBy === "project" ? null : world.project }, compared);
      }
      await compareWindow(collector, ask, { ...window, groupBy: "model", project: "small-03" }, compared);
    }
  }
  return compared;
}

interface Window {
  interval: "hour" | "day";
  from: string;
  to: string;
  groupBy: Grouping;
  /** Null is all of them. */
  project: string | null;
}

async function compareWindow(collector: Collector, ask: Ask, window: Window, compared: Compared): Promise<void> {
  const { interval, from, to, groupBy, project } = window;
  const path = `/v1/metrics?from=${from}&to=${to}&interval=${interval}&group_by=${groupBy}${project === null ? "" : `&project_id=${project}`}`;
  const answer = (await collector.json("GET", path)) as unknown as Metrics;
  const expected = await countByDuckDb(ask, window);
  compared.requests += 1;
  const differ = (what: string) => compared.faults.length < 20 && compared.faults.push(`${path}: ${what}`);
  for (const { value, is_other: isOther, points } of answer.groups) {
    // Where the groups of a bucket are too many, the others are one, which comes last: what is left of each bucket by then.
    const left = isOther ? Map.groupBy(expected, ([key]) => key.slice(0, key.indexOf(" "))) : null;
    for (const point of points) {
      compared.points += 1;
      const key = keyOf(point.start, value);
      const others = left?.get(String(Date.parse(point.start))) ?? [];
      const numbers = isOther ? sumOf(others.map(([, each]) => each)) : expected.get(key);
      const found = sums.map(([of]) => of(point));
      if (JSON.stringify(numbers?.slice(0, sums.length)) !== JSON.stringify(found))
        differ(`${key} has ${found.join()}, not ${numbers?.join()}`);
      if (isOther) for (const [one] of others) expected.delete(one);
      else {
        const off = largestOff(point, numbers ?? []);
        compared.percentileOff = Math.max(compared.percentileOff, off);
        if (off > answer.latency_error_pct / 100)
          differ(`${key} has percentiles ${JSON.stringify(point.latency_ms)}, not ${numbers?.slice(sums.length).join()}`);
        expected.delete(key);
      }
    }
  }
  if (expected.size > 0) differ(`${expected.size} points are missed`);
}

/** The same by DuckDB, by the milliseconds of the bucket and the group. */
async function countByDuckDb(ask: Ask, { interval, from, to, groupBy, project }: Window): Promise<Map<string, Numbers>> {
  const us = microseconds[interval];
  const ranked = percentiles.map(
    (name) => `list_sort(list(latency_ms) FILTER (latency_ms IS NOT NULL))[ceil(${Number(name.slice(1)) / 100} * count(latency_ms))::INT]`,
  );
  const rows = await ask(`
    SELECT (at_us - at_us % ${us}) // 1000 AS start_ms, ${columns[groupBy]} AS value,
      [${[...sums.map(([, sql]) => sql), ...ranked].map((sql) => `coalesce(${sql}, 0)::DOUBLE`).join(", ")}] AS numbers
    FROM latest WHERE at_us >= ${Math.floor((Date.parse(from) * 1000) / us) * us} AND at_us < ${Math.ceil((Date.parse(to) * 1000) / us) * us} ${project === null ? "" : `AND project_id = '${project}'`}
    GROUP BY ALL`);
  return new Map(rows.map(({ start_ms: start, value, numbers }) => [`${String(start)} ${String(value)}`, numbers as Numbers]));
}

function keyOf(start: string, value: string | null): string {
  return `${Date.parse(start)} ${value}`;
}

function sumOf(all: Numbers[]): Numbers {
  return sums.map((_, index) => all.reduce((total, each) => total + (each[index] ?? 0), 0));
}

/** By how much the worst of the percentiles is off. */
function largestOff({ latency_ms: latency }: Counted, numbers: Numbers): number {
  return Math.max(
    ...percentiles.map((name, index) => {
      const exact = numbers[sums.length + index] ?? 0;
      return exact === 0 ? (latency[name] ?? 0) : Math.abs((latency[name] ?? 0) - exact) / exact;
    }),
  );
}
