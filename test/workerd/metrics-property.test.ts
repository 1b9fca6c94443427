import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildDeps } from "../../src/env";
import { runReprice } from "../../src/jobs/reprice";
import { metricsPlace, rollUpMetrics } from "../../src/store/metrics";
import { type Answer, askJson, newProject } from "./collector";
import { own, putPrices } from "./priced-call";

const models = ["gpt-4o", "gpt-4o-mini", "claude-3-5-haiku-latest", "mine"];
const startS = 1_790_000_000;

/** What may happen to a project. Numbers are of recordings, by their order. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("post" as const),
      model: fc.constantFrom(...models),
      environment: fc.constantFrom(undefined, "prod", "staging"),
      version: fc.constantFrom(undefined, "v1", "v2"),
      hours: fc.integer({ min: 0, max: 49 }),
      latencyS: fc.option(fc.double({ min: 0, max: 90, noNaN: true })),
      usage: fc.option(fc.record({ prompt_tokens: fc.nat(9000), completion_tokens: fc.nat(900) })),
      fails: fc.boolean(),
      session: fc.constantFrom("s1", "s2"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("say" as const), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deleteSession" as const), session: fc.constantFrom("s1", "s2") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reprice" as const), usd: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("rollUp" as const), part: fc.constantFrom(0.3, 1) }) },
);

test("whatever is recorded, counted, priced, amended and deleted, before or after it is rolled up, the metrics are the sums of what is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 18 }), async (steps) => {
      const project = newProject();
      await rollUp(1);
      let posted = 0;
      for (const one of steps) {
        if (one.do === "post") {
          const { status } = await askJson("POST", "/v1/recordings", { body: callOf(project, `r${posted}`, one) });
          expect(status).toBe(201);
          posted += 1;
        } else await act(project, one, posted);
      }
      await holdToRecordings(project);
      await rollUp(1);
      await holdToRecordings(project);
    }),
    { numRuns: 8 },
  );
}, 120_000);

test("two roll-ups at once count once", async () => {
  const project = newProject();
  await rollUp(1);
  expect((await askJson("POST", "/v1/recordings", { body: callOf(project, "one", { hours: 0 }) })).status).toBe(201);
  const { seq, headSeq } = await metricsPlace(env.DB);
  const done = await Promise.all([rollUpMetrics(env.DB, seq, headSeq), rollUpMetrics(env.DB, seq, headSeq)]);
  expect(done.toSorted()).toEqual([false, true]);
  await holdToRecordings(project);
});

test("values beyond the room of an hour are counted together, and stay so whatever is deleted", async () => {
  const project = newProject();
  await rollUp(1);
  const items = Array.from({ length: 20 }, (_, index) => callOf(project, `m${index}`, { hours: 0, model: `model-${index}` }));
  await askJson("POST", "/v1/recordings", { body: items });
  const read = async () =>
    (await askJson("GET", `/v1/metrics?project_id=${project}&from=${startS}&to=${startS + 3600}&group_by=model`)).json;
  const before = await read();
  await rollUp(1);
  expect(await read()).toEqual(before);
  expect(before["groups"]).toHaveLength(10);
  expect(before["groups"].at(-1)).toMatchObject({ is_other: true, value: null, totals: { recordings: 11 } });
  for (const index of [0, 5, 19]) await askJson("DELETE", `/v1/recordings/m${index}?project_id=${project}`);
  await askJson("POST", "/v1/recordings", { body: callOf(project, "again", { hours: 0, model: "model-0" }) });
  await rollUp(1);
  const after = await read();
  expect(after["totals"].recordings).toBe(18);
  expect(after["groups"].reduce((sum: number, group: Answer) => sum + group["totals"].recordings, 0)).toBe(18);
  await askJson("DELETE", `/v1/projects/${project}`);
  const { results } = await env.DB.prepare("SELECT count(*) AS n FROM metrics WHERE project_id = ?1").bind(project).all();
  expect(results).toEqual([{ n: 0 }]);
});

async function act(
  project: string,
  one: Exclude<typeof step extends fc.Arbitrary<infer Step> ? Step : never, { do: "post" }>,
  posted: number,
) {
  switch (one.do) {
    case "say": {
      if (posted === 0) return;
      const body = { new_messages: [{ role: "assistant", content: `and ${one.which}` }] };
      await askJson("POST", `/v2/projects/${project}/completions/r${one.which % posted}`, { body });
      return;
    }
    case "delete":
      await askJson("DELETE", `/v1/recordings/r${one.which % Math.max(1, posted)}?project_id=${project}`);
      return;
    case "deleteSession":
      await askJson("DELETE", `/v1/sessions/${one.session}?project_id=${project}`);
      return;
    case "reprice": {
      await putPrices(project, [{ ...own, usd_per_million: { input: one.usd, output: 1 } }]);
      const { json } = await askJson("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: startS * 2 } });
      if (typeof json["id"] === "string") await runReprice(json["id"], buildDeps(env, createExecutionContext()));
      return;
    }
    default:
      await rollUp(one.part);
  }
}

function callOf(project: string, id: string, one: Record<string, unknown>): Answer {
  const start = startS + Number(one["hours"]) * 3600;
  return {
    id,
    project_id: project,
    session_id: one["session"] ?? "s1",
    all_messages: [
      { role: "user", content: `Say ${id}` },
      { role: "assistant", content: "Said." },
    ],
    environment: one["environment"],
    prompt_info: one["version"] === undefined ? {} : { prompt_template_version_id: one["version"] },
    ...(one["fails"] === true ? { error: { message: "no" } } : {}),
    call_info: {
      provider: "openai",
      model: one["model"] ?? "gpt-4o",
      model_parameters: {},
      start_time: start,
      // An end before its start is kept, and tells no latency.
      end_time: one["latencyS"] === null ? start - 1 : start + Number(one["latencyS"] ?? 1),
      usage: one["usage"] ?? undefined,
    },
  };
}

async function rollUp(part: number): Promise<void> {
  const { seq, headSeq } = await metricsPlace(env.DB);
  const toSeq = seq + Math.ceil((headSeq - seq) * part);
  if (toSeq > seq) await rollUpMetrics(env.DB, seq, toSeq);
}

/** Holds the metrics to what the list of recordings says, at a moment at which nothing is counted late. */
async function holdToRecordings(project: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const before = await listOf(project);
    const told: [string, Answer][] = [];
    for (const groupBy of ["none", "model", "environment", "prompt_version"]) {
      for (const interval of ["hour", "day"]) {
        const at = `from=${startS}&to=${startS + 50 * 3600}&interval=${interval}&group_by=${groupBy}`;
        told.push([`${interval} ${groupBy}`, (await askJson("GET", `/v1/metrics?project_id=${project}&${at}`)).json]);
      }
    }
    if (JSON.stringify(await listOf(project)) !== JSON.stringify(before)) continue;
    for (const [what, { groups, totals }] of told) {
      const [interval = "", groupBy = ""] = what.split(" ");
      expect([what, pointsOf(groups)]).toEqual([what, expectedPoints(before, interval, groupBy)]);
      expect([what, sumsOf(totals)]).toEqual([what, sumUp(before)]);
      expectPercentiles(totals["latency_ms"], latenciesOf(before));
    }
    return;
  }
  throw new Error("The recordings never stood still.");
}

async function listOf(project: string): Promise<Answer[]> {
  return (await askJson("GET", `/v1/recordings?project_id=${project}&limit=200`)).json["recordings"];
}

function pointsOf(groups: Answer[]): Record<string, unknown> {
  const entries = groups.flatMap(({ value, points }) => points.map((point: Answer) => [`${value} ${point["start"]}`, sumsOf(point)]));
  return Object.fromEntries(entries);
}

function expectedPoints(recordings: Answer[], interval: string, groupBy: string): Record<string, unknown> {
  const width = interval === "hour" ? 3_600_000 : 86_400_000;
  const valueOf = (one: Answer): string | null => {
    if (groupBy === "model") return one["call_info"].model ?? null;
    if (groupBy === "environment") return one["environment"] ?? null;
    return groupBy === "none" ? null : (one["prompt_info"]?.prompt_template_version_id ?? null);
  };
  const startOf = (one: Answer) => new Date(Math.floor(Date.parse(one["started_at"]) / width) * width).toISOString().replace("Z", "000Z");
  const groups = Object.entries(Object.groupBy(recordings, (one) => `${valueOf(one)} ${startOf(one)}`));
  return Object.fromEntries(groups.map(([key, inGroup = []]) => [key, sumUp(inGroup)]));
}

interface Sums {
  recordings: number;
  errors: number;
  prompt: number;
  completion: number;
  estimated: number;
  uncounted: number;
  usd: number;
  unpriced: number;
  timed: number;
}

function sumUp(recordings: Answer[]): Sums {
  const sum = (of: (one: Answer) => number) => recordings.reduce((total, one) => total + of(one), 0);
  const side = (one: Answer, name: string) => Number(one["usage"][`${name}_tokens`] ?? 0);
  const ifEstimated = (one: Answer, name: string) => (one["usage"][`${name}_source`] === "estimated" ? side(one, name) : 0);
  return {
    recordings: recordings.length,
    errors: recordings.filter(({ error }) => error !== undefined).length,
    prompt: sum((one) => side(one, "prompt")),
    completion: sum((one) => side(one, "completion")),
    estimated: sum((one) => ifEstimated(one, "prompt") + ifEstimated(one, "completion")),
    uncounted: recordings.filter(({ usage }) => usage.prompt_tokens === null || usage.completion_tokens === null).length,
    usd: Math.round(sum((one) => Number(one["cost_nano_usd"] ?? 0))),
    unpriced: recordings.filter(({ cost_usd: usd }) => usd === null).length,
    timed: latenciesOf(recordings).length,
  };
}

function sumsOf({
  recordings,
  errors,
  tokens,
  recordings_without_tokens: uncounted,
  cost_usd: usd,
  recordings_without_cost: unpriced,
  latency_ms: ms,
}: Answer): Sums {
  return {
    recordings,
    errors,
    prompt: tokens.prompt,
    completion: tokens.completion,
    estimated: tokens.prompt_estimated + tokens.completion_estimated,
    uncounted,
    usd: Math.round(usd * 1e9),
    unpriced,
    timed: ms.recordings,
  };
}

function latenciesOf(recordings: Answer[]): number[] {
  return recordings.flatMap(({ latency_ms: ms }) => (ms === null ? [] : [Number(ms)])).toSorted((one, other) => one - other);
}

/** Each is within two percent of the call of its rank, or within a microsecond. */
function expectPercentiles(told: Answer, latencies: number[]): void {
  for (const [name, share] of [
    ["p50", 0.5],
    ["p95", 0.95],
    ["p99", 0.99],
  ] as const) {
    const exact = latencies[Math.ceil(share * latencies.length) - 1];
    if (exact === undefined) expect(told[name]).toBeNull();
    else expect(Math.abs(told[name] - exact)).toBeLessThanOrEqual(Math.max(exact * 0.0201, 0.002));
  }
}
