import { Hono } from "hono";
import { type Measures, type MetricsAnswer, readMetricsAnswer } from "../query/metrics-answer";
import { groupings, Groups } from "./overview-groups";
import { sendPage } from "./page";
import { pageAddress } from "./parts/address";
import { Chart } from "./parts/chart";
import { countText, durationText, shortCount, totalCostText } from "./parts/figures";
import type { Pages } from "./visitor";

/** `/`: what the project's calls come to, over time and by what they are grouped by. */
export const overview = new Hono<Pages>();

const ranges = {
  "24h": { label: "24 hours", hours: 24, interval: "hour" },
  "7d": { label: "7 days", hours: 168, interval: "hour" },
  "30d": { label: "30 days", hours: 720, interval: "hour" },
  "90d": { label: "90 days", hours: 2160, interval: "day" },
  "1y": { label: "A year", hours: 8736, interval: "day" },
} as const;
type Range = keyof typeof ranges;

overview.get("/", async (c) => {
  const { visitor, deps } = c.var;
  const { projectId } = visitor;
  if (projectId === null) return sendPage(c, { title: "Overview", visitor, children: <NoProject /> });
  const range = chosen(ranges, c.req.query("range"), "7d");
  const groupBy = chosen(groupings, c.req.query("group_by"), "model");
  const { hours, interval } = ranges[range];
  const toUs = deps.now() * 1000;
  const window = { projectId, fromUs: toUs - hours * 3_600_000_000, toUs, interval };
  const [all, grouped] = await Promise.all([
    readMetricsAnswer(deps, { ...window, groupBy: "none" }),
    readMetricsAnswer(deps, { ...window, groupBy }),
  ]);
  const isEmpty = all.totals.recordings === 0;
  const children = (
    <>
      <div class="heading">
        <h1>Overview</h1>
        <nav class="chips" aria-label="Time">
          {(Object.keys(ranges) as Range[]).map((name) => (
            <a href={pageAddress("/", projectId, { range: name, group_by: groupBy })} aria-current={name === range ? "true" : undefined}>
              {ranges[name].label}
            </a>
          ))}
        </nav>
      </div>
      {all.not_counted_yet === 0 ? null : (
        <p class="hint">{countText(all.not_counted_yet)} of the newest recordings are not counted in yet: they will be within minutes.</p>
      )}
      {isEmpty ? (
        <Empty projectId={projectId} />
      ) : (
        <>
          <Tiles totals={all.totals} />
          <Charts answer={all} />
          <Groups answer={grouped} groupBy={groupBy} range={range} projectId={projectId} />
        </>
      )}
    </>
  );
  return sendPage(c, { title: "Overview", visitor, scripts: isEmpty ? [] : ["charts"], children });
});

function NoProject() {
  return (
    <div class="empty">
      <h1>Nothing is recorded yet</h1>
      <p>
        A project exists from its first recording on. <a href="/connect">Record a first call</a>, or run <code>npm run demo</code> to see a
        week of an invented product.
      </p>
    </div>
  );
}

function Empty({ projectId }: { projectId: string }) {
  return (
    <div class="empty">
      <p>No call was recorded in this time.</p>
      <p>
        <a href={pageAddress("/", projectId, { range: "1y" })}>Look at the whole year</a>, or{" "}
        <a href={pageAddress("/connect", projectId)}>record a call</a>.
      </p>
    </div>
  );
}

function Tiles({ totals }: { totals: Measures }) {
  const { tokens, latency_ms: latency } = totals;
  const share = totals.recordings === 0 ? 0 : totals.errors / totals.recordings;
  const estimated = tokens.prompt_estimated + tokens.completion_estimated;
  return (
    <dl class="tiles">
      <Tile name="Calls" value={countText(totals.recordings)} note={`${countText(totals.errors)} failed, ${(share * 100).toFixed(1)} %`} />
      <Tile
        name="Cost"
        value={totalCostText(totals)}
        note={
          totals.recordings_without_cost === 0 ? "all calls priced" : `${countText(totals.recordings_without_cost)} calls without a price`
        }
      />
      <Tile
        name="Tokens"
        value={shortCount(tokens.prompt + tokens.completion)}
        note={`${shortCount(tokens.prompt)} in, ${shortCount(tokens.completion)} out${estimated === 0 ? "" : `; ${shortCount(estimated)} estimated`}`}
      />
      <Tile name="Latency, median" value={durationText(latency.p50)} note={`of ${countText(latency.recordings)} calls`} />
      <Tile name="Latency, p95" value={durationText(latency.p95)} note={`p99 ${durationText(latency.p99)}`} />
    </dl>
  );
}

function Tile({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        {value} <small>{note}</small>
      </dd>
    </div>
  );
}

function Charts({ answer }: { answer: MetricsAnswer }) {
  const step = answer.interval === "hour" ? 3600 : 86_400;
  const times = timesOf(answer, step);
  const points = new Map(answer.groups[0]?.points.map((point) => [Date.parse(point.start ?? "") / 1000, point]));
  const values = (of: (point: Measures) => number | null, gap: number | null) =>
    times.map((time) => {
      const point = points.get(time);
      return point === undefined ? gap : of(point);
    });
  const axis = { times, step };
  return (
    <div class="charts">
      <Chart
        title="Calls"
        unit="count"
        {...axis}
        series={[
          { label: "calls", kind: "bars", colour: "c1", values: values(({ recordings }) => recordings, 0) },
          { label: "failed", kind: "bars", colour: "c2", values: values(({ errors }) => errors, 0) },
        ]}
      />
      <Chart
        title="Cost"
        unit="usd"
        {...axis}
        series={[{ label: "US dollars", kind: "bars", colour: "c3", values: values(({ cost_usd: usd }) => usd, 0) }]}
      />
      <Chart
        title="Tokens"
        unit="count"
        {...axis}
        series={[
          { label: "in", kind: "line", colour: "c1", values: values(({ tokens }) => tokens.prompt, 0) },
          { label: "out", kind: "line", colour: "c4", values: values(({ tokens }) => tokens.completion, 0) },
        ]}
      />
      <Chart
        title="Latency"
        unit="ms"
        {...axis}
        series={[
          { label: "median", kind: "line", colour: "c6", values: values(({ latency_ms: ms }) => ms.p50, null) },
          { label: "p95", kind: "line", colour: "c5", values: values(({ latency_ms: ms }) => ms.p95, null) },
          { label: "p99", kind: "line", colour: "c7", values: values(({ latency_ms: ms }) => ms.p99, null) },
        ]}
      />
    </div>
  );
}

/** Every interval of the answer, for it leaves out those with nothing in them. */
function timesOf({ from, to }: MetricsAnswer, step: number): number[] {
  const first = Date.parse(from ?? "") / 1000;
  return Array.from({ length: Math.round((Date.parse(to ?? "") / 1000 - first) / step) }, (_, index) => first + index * step);
}

function chosen<Choice extends string>(choices: Record<Choice, unknown>, named: string | undefined, preset: Choice): Choice {
  return named !== undefined && Object.hasOwn(choices, named) ? (named as Choice) : preset;
}
