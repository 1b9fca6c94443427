import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import type { StampedMap } from "../../src/store/stamped-map";
import { type Answer, ask, askJson, makeKey, newProject } from "./collector";

const examples = [
  { id: "sky", inputs: { q: "sky" }, output: "blue", output_message: { role: "assistant", content: "blue" }, metadata: { k: "v" } },
  { id: "sea", inputs: { q: "sea" }, history: [{ role: "user", content: "Hi" }] },
];

async function makeDataset(project: string, cases: object[] = examples): Promise<void> {
  const { json } = await askJson("POST", `/api/v2/projects/${project}/datasets`, { body: { name: "golden" } });
  if (cases.length === 0) return;
  const added = await ask("POST", `/api/v2/projects/${project}/datasets/id/${json["id"]}/test-cases`, { body: { examples: cases } });
  expect(added.status).toBe(201);
}

async function startRun(project: string, more: object = {}): Promise<Answer> {
  const { status, json } = await askJson("POST", `/api/v2/projects/${project}/test-runs`, { body: { dataset_name: "golden", ...more } });
  expect(status).toBe(201);
  return json;
}

async function recordCase(project: string, run: string, testCase: string, more: object = {}): Promise<string> {
  const { status, json } = await askJson("POST", `/api/v2/projects/${project}/sessions/s-${testCase}/completions`, {
    body: { messages: [{ role: "user", content: "Hi" }], test_run_info: { test_run_id: run, test_case_id: testCase }, ...more },
  });
  expect(status).toBe(201);
  return json["completion_id"] as string;
}

async function readRun(project: string, run: string): Promise<Answer> {
  const { status, json } = await askJson("GET", `/api/v2/projects/${project}/test-runs/id/${run}`);
  expect(status).toBe(200);
  return json;
}

/** A trace of a run as the table has it, for its route is another's to test. */
async function putTrace(project: string, run: string, testCase: string, evaluations: Record<string, unknown>): Promise<void> {
  const stamped = (values: Record<string, unknown>): StampedMap =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [JSON.stringify(value), 1, 5]]));
  const fields = JSON.stringify(stamped({ test_run_id: run, test_case_id: testCase }));
  await env.DB.prepare(
    "INSERT INTO traces (project_id, id, session_id, created_us, updated_us, evaluations, fields) VALUES (?1, ?2, ?3, 5000000, 5000000, ?4, ?5)",
  )
    .bind(project, crypto.randomUUID(), `s-${testCase}`, JSON.stringify(stamped(evaluations)), fields)
    .run();
}

test("a test run answers the dataset's test cases under every SDK's names, outputs where they are wanted", async () => {
  const project = newProject();
  await makeDataset(project);
  const bare = await startRun(project, { include_outputs: false, target_evaluation_ids: null });
  expect(bare).toMatchObject({ test_run_name: null, test_run_description: null, trace_test_cases: null });
  expect(bare["test_run_id"]).toBe(bare["id"]);
  expect(bare["test_cases"]).toMatchObject([
    { test_case_id: "sky", id: "sky", variables: { q: "sky" }, values: { q: "sky" }, output: null, output_message: null, history: null },
    { test_case_id: "sea", variables: { q: "sea" }, history: examples[1]?.history, custom_metadata: null, media_variables: null },
  ]);
  expect(bare["test_cases"][0]).toMatchObject({ custom_metadata: { k: "v" }, metadata: { k: "v" } });
  const named = await startRun(project, { include_outputs: true, test_run_name: "nightly", testRunDescription: "of the night" });
  expect(named).toMatchObject({ test_run_name: "nightly", test_run_description: "of the night" });
  expect(named["test_cases"][0]).toMatchObject({ output: "blue", output_message: { role: "assistant", content: "blue" } });
  const { json } = await askJson("GET", `/v2/projects/${project}/test-runs`);
  expect(json["data"].map(({ id }: Answer) => id)).toEqual([named["id"], bare["id"]]);
});

test("of a dataset of traces the other list is filled, and of an empty one neither", async () => {
  const project = newProject();
  await makeDataset(project, [{ id: "t", input: "in", output: { any: 1 }, metadata: { a: "b" } }]);
  expect(await startRun(project, { include_outputs: true })).toMatchObject({
    test_cases: null,
    trace_test_cases: [{ test_case_id: "t", id: "t", input: "in", output: { any: 1 }, custom_metadata: { a: "b" } }],
  });
  expect((await startRun(project))["trace_test_cases"][0]["output"]).toBeNull();
  const empty = newProject();
  await makeDataset(empty, []);
  expect(await startRun(empty)).toMatchObject({ test_cases: [], trace_test_cases: null });
});

test("a test run that cannot be made says why", async () => {
  const project = newProject();
  const post = async (body: object) => await askJson("POST", `/api/v2/projects/${project}/test-runs`, { body });
  expect(await post({ dataset_name: "none such" })).toMatchObject({
    status: 404,
    json: { code: "not_found", message: expect.stringMatching(/"none such".*POST .*\/datasets/) },
  });
  for (const [body, path] of [
    [{}, "dataset_name"],
    [{ dataset_name: 1 }, "dataset_name"],
    [{ dataset_name: "x", include_outputs: "yes" }, "include_outputs"],
    [{ dataset_name: "x", test_run_name: 1 }, "test_run_name"],
  ] as const)
    expect(await post(body)).toMatchObject({ status: 400, json: { issues: [{ path }] } });
});

test("a test run is told by its recordings and traces, and complete when each test case has one", async () => {
  const project = newProject();
  await makeDataset(project);
  const { id: run } = await startRun(project, { test_run_name: "nightly", flavor_name: "openai_chat" });
  expect(await readRun(project, run)).toMatchObject({
    id: run,
    test_run_id: run,
    name: "nightly",
    description: null,
    flavor_name: "openai_chat",
    status: "in-progress",
    created_at: expect.stringMatching(/Z$/),
    prompt_name: null,
    prompt_version: null,
    model_name: null,
    sessions_count: 0,
    test_cases: { count: 2, done: 0 },
    summed_up: { recordings: 0, traces: 0, is_complete: true },
    summary_statistics: { auto_evaluation: {}, human_evaluation: {}, client_evaluation: {} },
  });
  const call = { call_info: { model: "gpt-4o-mini", provider: "openai" }, prompt_info: { prompt_template_version_id: "v-1" } };
  await recordCase(project, run, "sky", { ...call, eval_results: { score: 1, good: true, tone: "kind" } });
  await recordCase(project, run, "sky", { ...call, eval_results: { score: 0.5, good: false, tone: "kind", odd: null } });
  expect(await readRun(project, run)).toMatchObject({ status: "in-progress", test_cases: { done: 1 } });
  await putTrace(project, run, "sea", { score: 3, tone: "rude" });
  expect(await readRun(project, run)).toMatchObject({
    status: "complete",
    model_name: "gpt-4o-mini",
    prompt_version: "v-1",
    sessions_count: 2,
    summed_up: { recordings: 2, traces: 1, is_complete: true },
    summary_statistics: {
      client_evaluation: {
        good: { count: 2, true: 1, false: 1, true_ratio: 0.5 },
        score: { count: 3, mean: 1.5, min: 0.5, max: 3 },
        tone: { count: 3, values: { kind: 2, rude: 1 } },
      },
    },
  });
  await recordCase(project, run, "sea", { ...call, call_info: { model: "gpt-4o", provider: "openai" } });
  expect(await readRun(project, run)).toMatchObject({ model_name: null, prompt_version: "v-1" });
});

test("test cases that were added later are not of the run", async () => {
  const project = newProject();
  await makeDataset(project, [{ id: "one" }]);
  const { id: run } = await startRun(project);
  await recordCase(project, run, "one");
  await makeDataset(project, [{ id: "two" }]);
  expect(await readRun(project, run)).toMatchObject({ status: "complete", test_cases: { count: 1, done: 1 } });
  expect((await startRun(project))["test_cases"]).toHaveLength(2);
});

test("a run that recordings alone name is told too, and one that nobody names is not there", async () => {
  const project = newProject();
  await recordCase(project, "elsewhere", "c", { eval_results: { score: 2 } });
  expect(await readRun(project, "elsewhere")).toMatchObject({
    id: "elsewhere",
    test_run_id: "elsewhere",
    name: null,
    description: null,
    status: null,
    dataset_id: null,
    test_cases: null,
    created_at: expect.stringMatching(/Z$/),
    sessions_count: 1,
    summary_statistics: { client_evaluation: { score: { count: 1, mean: 2, min: 2, max: 2 } } },
  });
  const path = `/api/v2/projects/${project}/test-runs/id/elsewhere`;
  expect((await ask("GET", `/api/v2/projects/${newProject()}/test-runs/id/elsewhere`)).status).toBe(404);
  expect((await ask("GET", `${path}-not`)).status).toBe(404);
  expect((await ask("GET", path, { key: null })).status).toBe(401);
  const other = await makeKey({ scope: "admin", project_id: newProject() });
  expect((await ask("GET", path, { key: other.key })).status).toBe(404);
  expect((await ask("POST", `/api/v2/projects/${project}/test-runs`, { key: other.key, body: { dataset_name: "x" } })).status).toBe(404);
});

test("numbers that no double holds, and a recording that stands in the bucket, do no harm", async () => {
  const project = newProject();
  const raw = (body: string) =>
    ask("POST", `/api/v2/projects/${project}/sessions/s/completions`, { body, headers: { "Content-Type": "application/json" } });
  const info = '"test_run_info":{"test_run_id":"r","test_case_id":"c"}';
  expect((await raw(`{"messages":[{}],${info},"eval_results":{"big":1e999,"long":${2 ** 60},"deep":{"a":1}}}`)).status).toBe(201);
  const large = JSON.stringify("x".repeat(limits.rowBytesMax));
  expect((await raw(`{"messages":[{"role":"user","content":${large}}],${info},"eval_results":{"long":1}}`)).status).toBe(201);
  const { summed_up: summedUp, summary_statistics: statistics } = await readRun(project, "r");
  expect(summedUp).toEqual({ recordings: 1, traces: 0, is_complete: false });
  expect(statistics["client_evaluation"]).toEqual({
    big: { count: 1, mean: null, min: null, max: null },
    long: { count: 1, mean: 2 ** 60, min: 2 ** 60, max: 2 ** 60 },
    deep: { count: 1 },
  });
});

test("a run is summed up to a bound, and the answer says so", async () => {
  const project = newProject();
  const many = (count: number) =>
    env.DB.prepare(
      `INSERT INTO traces (project_id, id, session_id, created_us, updated_us, evaluations, fields)
       SELECT ?1, 't-' || value, 's', 5, 5, '{"score":["' || value || '",1,5]}', '{"test_run_id":["\\"run\\"",0,5]}'
       FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING`,
    )
      .bind(project, JSON.stringify(Array.from({ length: count }, (_, index) => index + 1)))
      .run();
  await many(limits.summedRowsMax);
  expect((await readRun(project, "run"))["summed_up"]).toEqual({ recordings: 0, traces: limits.summedRowsMax, is_complete: true });
  await many(limits.summedRowsMax + 1);
  const cut = await readRun(project, "run");
  expect(cut["summed_up"]).toEqual({ recordings: 0, traces: limits.summedRowsMax, is_complete: false });
  expect(cut["summary_statistics"]["client_evaluation"]["score"]).toMatchObject({ count: limits.summedRowsMax, max: limits.summedRowsMax });
});

test("of many evaluations, and many texts of one, the first and the most frequent are told", async () => {
  const project = newProject();
  const names = Array.from({ length: limits.evaluationsToldMax + 5 }, (_, index) => `e-${String(index).padStart(4, "0")}`);
  await putTrace(project, "run", "c", Object.fromEntries(names.map((name) => [name, true])));
  const all = await readRun(project, "run");
  expect(Object.keys(all["summary_statistics"]["client_evaluation"])).toEqual(names.slice(0, limits.evaluationsToldMax));
  expect(all["summed_up"]["is_complete"]).toBe(false);
  const texts = Array.from({ length: limits.evaluationTextsTold + 3 }, (_, index) => `t-${index}`);
  for (const text of [...texts, "t-0"]) await putTrace(project, "texts", "c", { tone: text });
  const { values, ...tone } = (await readRun(project, "texts"))["summary_statistics"]["client_evaluation"]["tone"];
  expect(tone).toEqual({ count: texts.length + 1, values_left_out: 3 });
  expect(values["t-0"]).toBe(2);
  expect(Object.keys(values)).toHaveLength(limits.evaluationTextsTold);
});

type Values = Record<string, unknown>;
const evaluation = fc.oneof(
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value + 0),
  fc.integer({ min: -1000, max: 1000 }),
  fc.boolean(),
  fc.constantFrom("good", "bad", "so, so", ""),
  fc.constant(null),
  fc.constant([1]),
);
const evaluations = fc.dictionary(fc.constantFrom("a", "b.c", "ü $", "toString"), evaluation, { maxKeys: 3, noNullPrototype: true });

test("statistics are those of a plain computation over all recordings and traces", async () => {
  const rows = fc.array(fc.record({ posted: evaluations, later: fc.option(evaluations), isTrace: fc.boolean() }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(rows, async (made) => {
      const project = newProject();
      const all: Values[] = [];
      for (const { posted, later, isTrace } of made) {
        const set = Object.fromEntries(Object.entries(later ?? {}).filter(([, value]) => value !== null));
        if (isTrace) {
          await putTrace(project, "run", "c", posted);
          all.push(posted);
          continue;
        }
        const id = await recordCase(project, "run", "c", { eval_results: posted });
        const column = env.DB.prepare("UPDATE recordings SET evaluations = ?3 WHERE project_id = ?1 AND id = ?2");
        if (later !== null) await column.bind(project, id, JSON.stringify(set)).run();
        all.push({ ...posted, ...set });
      }
      if (made.length === 0) return;
      const { summary_statistics: statistics } = await readRun(project, "run");
      expect(rounded(statistics["client_evaluation"])).toEqual(rounded(plainStatistics(all)));
    }),
    { numRuns: 25 },
  );
});

function plainStatistics(all: Values[]): Record<string, Values> {
  const names = new Set(all.flatMap((values) => Object.keys(values)));
  const told = [...names].flatMap((name) => {
    const own = all.filter((values) => Object.hasOwn(values, name)).map((values) => values[name]);
    const values = own.filter((value) => value !== null);
    return values.length === 0 ? [] : [[name, plainStatistic(values)]];
  });
  return Object.fromEntries(told) as Record<string, Values>;
}

function plainStatistic(values: unknown[]): Values {
  const numbers = values.filter((value) => typeof value === "number");
  const booleans = values.filter((value) => typeof value === "boolean");
  const texts = values.filter((value) => typeof value === "string");
  const trues = booleans.filter((value) => value).length;
  return {
    count: values.length,
    ...(numbers.length === 0
      ? {}
      : { mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length, min: Math.min(...numbers), max: Math.max(...numbers) }),
    ...(booleans.length === 0 ? {} : { true: trues, false: booleans.length - trues, true_ratio: trues / booleans.length }),
    ...(texts.length === 0
      ? {}
      : { values: Object.fromEntries([...Map.groupBy(texts, (text) => text)].map(([text, own]) => [text, own.length])) }),
  };
}

/** The order in which numbers are added moves the last digits of their mean, and all of them where they cancel out. */
function rounded(statistics: Record<string, Values>): unknown {
  const round = (value: unknown) => (typeof value === "number" ? Number(value.toFixed(6)) + 0 : value);
  const entries = Object.entries(statistics).map(([name, { mean, ...rest }]) => [
    name,
    { ...rest, ...(mean === undefined ? {} : { mean: round(mean) }) },
  ]);
  return Object.fromEntries(entries);
}
