import { env } from "cloudflare:workers";
import { afterAll, expect, test } from "vitest";
import { limits } from "../../src/limits";
import type { Json } from "../../src/model/json";
import { headSeq } from "../../src/store/log";
import { type Answer, askJson, wholePayload } from "./collector";
import type { WireFilter } from "./search-oracle";
import { idsOf, rowsReadDuring, search, searchAll } from "./search-requests";
import { insertWorld, removeWorlds, worldProject, type WorldRecording } from "./search-world";

afterAll(removeWorlds);

const hourUs = 1_717_200_000_000_000;

test("a completion is found by all that was recorded of it, and comes as Freeplay's search has it", async () => {
  const project = worldProject();
  await record(project, { ...wholePayload(project), id: "whole" });
  await record(project, { id: "bare", all_messages: [{ role: "user", content: "hi" }] });
  const conditions: [field: string, op: string, value: Json][] = [
    ["completion_id", "eq", "whole"],
    ["session_id", "eq", "session-1"],
    ["trace_id", "eq", "trace-1"],
    ["test_run_id", "eq", "run-1"],
    ["model", "contains", "GPT-4O"],
    ["provider", "eq", "openai"],
    ["environment", "eq", "prod"],
    ["prompt_template_version_id", "contains", "55555555"],
    ["latency", "between", [1.5, 1.6]],
    ["cost", "gt", 0],
    ["start_time", "lt", "2026-01-02 12:00:00"],
    ["completion_output", "contains", "rayleigh"],
    ["completion_inputs.question", "eq", "Why is the sky blue?"],
    ["completion_client_evaluation_results.helpful", "eq", true],
    ["session_custom_metadata.score", "gte", 4.5],
  ];
  for (const [field, op, value] of conditions) {
    expect([field, idsOf(await search(project, "completions", { field, op, value }))]).toEqual([field, ["whole"]]);
    expect(idsOf(await search(project, "completions", { not: { field, op, value } }))).toEqual(["bare"]);
  }
  const { data, pagination } = await search(project, "completions", { field: "model", op: "eq", value: "gpt-4o-mini" });
  expect(pagination).toEqual({
    page: 1,
    page_size: limits.searchRowsDefault,
    has_next: false,
    next_cursor: null,
    is_complete: true,
    searched_to: null,
    not_searched: 0,
  });
  expect(data[0]).toMatchObject({
    completion_id: "whole",
    session_id: "session-1",
    trace_id: "trace-1",
    review_queue_id: null,
    evaluation_results: {
      client_evaluations: [
        { name: "helpful", value: true },
        { name: "score", value: 0.9 },
      ],
    },
    completion_metadata: {
      environment: "prod",
      start_time: "2026-01-02T03:04:05.678000Z",
      end_time: "2026-01-02T03:04:07.250000Z",
      model: "gpt-4o-mini",
      provider: "openai",
      prompt_template_version_id: "55555555-5555-4555-8555-555555555555",
      latency: 1.572,
      test_run_id: "run-1",
      test_case_id: "case-1",
    },
    customer_feedback: {},
    usage: { prompt_tokens: 24, completion_tokens: 5 },
    messages: wholePayload(project)["all_messages"],
    input_variables: { question: "Why is the sky blue?" },
  });
});

test("the largest filter that is taken is one that D1 takes", async () => {
  const project = worldProject();
  await record(project, { ...wholePayload(project), id: "whole" });
  const evaluation = { field: "completion_client_evaluation_results.x", op: "between", value: ["a", "b"] };
  for (const word of ["and", "or"] as const) {
    const wide = { [word]: Array.from({ length: limits.filterConditionsMax }, () => evaluation) } as WireFilter;
    const deep = Array.from({ length: limits.filterLevelsMax - 1 }).reduce<WireFilter>((inner) => ({ not: inner }), wide);
    for (const scope of ["completions", "sessions", "traces"] as const) {
      await search(project, scope, deep);
      await search(project, scope, { and: [deep] }).catch((thrown: unknown) => expect(String(thrown)).toContain("levels"));
    }
  }
});

test("what is refused names its part, and other lists' cursors are none", async () => {
  const project = worldProject();
  const ask = async (query: string, body: object) => await askJson("POST", `/v2/projects/${project}/search/completions?${query}`, { body });
  const filters = { and: [{ field: "model", op: "is", value: "m" }] };
  expect(await ask("", { filters })).toMatchObject({
    status: 400,
    json: { message: expect.stringContaining("filters.and.0.op"), issues: [{ path: "filters.and.0.op" }] },
  });
  for (const [query, path] of [
    ["page=0", "page"],
    ["page=2&page_size=101", "page_size"],
    ["page=1000&page_size=100", "page"],
    ["cursor=x", "cursor"],
    ["cursor=c1.x", "cursor"],
    ["cursor=t1.zzzzzzzzzzzzz", "cursor"],
    ["include_children=perhaps", "include_children"],
    ["size=3", "size"],
  ]) {
    expect([query, await ask(query ?? "", {})]).toMatchObject([query, { status: 400, json: { issues: [{ path }] } }]);
  }
});

test("pages by number and by cursor hold each row once, and a cursor wins", async () => {
  const project = worldProject();
  const recordings = Array.from({ length: 25 }, (_, index) => bare(`r-${index}`, { model: index % 2 === 0 ? "even" : "odd" }));
  await insertWorld(project, { recordings, sessions: [], traces: [] });
  const filter = { field: "model", op: "eq", value: "even" };
  const expected = recordings.flatMap(({ id, model }) => (model === "even" ? [id] : [])).toReversed();
  for (const isByNumber of [true, false]) {
    expect(await searchAll(project, "completions", filter, 5, isByNumber)).toEqual({ ids: expected, pages: 3 });
  }
  const first = await search(project, "completions", filter, "page_size=5");
  const second = await search(project, "completions", filter, `page=9&page_size=5&cursor=${first["pagination"].next_cursor}`);
  expect(idsOf(second)).toEqual(expected.slice(5, 10));
});

test("a page of 50 by id, session, project or time reads at most 120 rows", async () => {
  const project = worldProject();
  const recordings = Array.from({ length: 500 }, (_, index) => {
    // Half of them began at the same time.
    const startedUs = hourUs + Math.max(0, index - 250);
    return bare(`r-${index}`, {
      sessionId: index % 4 === 0 ? "s" : `s-${index}`,
      testRunId: index % 3 === 0 ? "run" : null,
      parentId: index % 3 === 0 ? "t" : null,
      startedUs,
    });
  });
  await insertWorld(worldProject(), { recordings, sessions: [], traces: [] });
  await insertWorld(project, { recordings, sessions: [], traces: [] });
  const isOne = { field: "completion_id", op: "eq", value: "r-77" };
  for (const [filter, most] of [
    [isOne, 2],
    [null, 120],
    [{ field: "session_id", op: "eq", value: "s" }, 120],
    [{ field: "test_run_id", op: "eq", value: "run" }, 120],
    [{ field: "trace_id", op: "eq", value: "t" }, 120],
    [{ field: "start_time", op: "gte", value: hourUs / 1e6 }, 120],
    [{ field: "start_time", op: "between", value: [hourUs / 1e6, hourUs / 1e6 + 1] }, 120],
  ] as const) {
    let cursor = "";
    for (let page = 0; page < 2; page += 1) {
      let answer: Answer = {};
      const rowsRead = await rowsReadDuring(async () => {
        answer = await search(project, "completions", filter as WireFilter | null, `page_size=50&cursor=${cursor}`);
      });
      expect(answer["data"]).toHaveLength(filter === isOne ? 1 : 50);
      expect(rowsRead).toBeLessThanOrEqual(most);
      expect(rowsRead).toBeGreaterThan(0);
      cursor = answer["pagination"].next_cursor ?? "";
    }
  }
});

test("a search that would read very many rows says how far it got, and its cursor finds the rest", async () => {
  const project = worldProject();
  const count = limits.searchedRowsMax * 1.5;
  await env.DB.prepare(
    `INSERT INTO recordings (seq, project_id, id, session_id, receipt, model, received_us, prompt_source, completion_source, cost_source, content_bytes, content_hash, messages, content)
     WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
     SELECT ${headSeq} + 1 + i, ?1, 'r-' || i, 's', '', iif(i < 60, 'old', 'new'), ?3 + i, 'missing', 'missing', 'unpriced', 2, '', '{}', '{"session_info":{}}' FROM n`,
  )
    .bind(project, count, hourUs)
    .run();
  const filter = { field: "model", op: "eq", value: "old" };
  let first: Answer = {};
  const rowsRead = await rowsReadDuring(async () => {
    first = await search(project, "completions", filter, "page=2&page_size=50");
  });
  expect(first["data"]).toEqual([]);
  expect(first["pagination"]).toMatchObject({ has_next: true, is_complete: false });
  expect(Date.parse(first["pagination"].searched_to)).toBeGreaterThanOrEqual(hourUs / 1000);
  expect(rowsRead).toBeLessThanOrEqual(limits.searchedRowsMax);
  expect(rowsRead).toBeGreaterThan(limits.searchedRowsMax * 0.8);
  // What the page was to pass over is still to be.
  const rest = await search(project, "completions", filter, `page_size=50&cursor=${first["pagination"].next_cursor}`);
  expect(idsOf(rest)).toEqual(Array.from({ length: 10 }, (_, index) => `r-${9 - index}`));
  expect(rest["pagination"]).toMatchObject({ has_next: false, is_complete: true, searched_to: null });
  const all = await searchAll(project, "completions", filter, 50);
  expect(all.ids).toEqual(Array.from({ length: 60 }, (_, index) => `r-${59 - index}`));
});

test("a corrupt row is passed over, and contents that stand in the bucket are counted", async () => {
  const project = worldProject();
  const inputs = { question: "why" };
  const recordings = [
    bare("corrupt", {}),
    bare("large", { inputs, form: "bucket" }),
    bare("sound", { inputs }),
    bare("appended", { appended: [[{ role: "assistant", content: "late" }]] }),
  ];
  await insertWorld(project, { recordings, sessions: [], traces: [] });
  await env.DB.prepare("UPDATE recordings SET content = '{', messages = '{' WHERE project_id = ?1 AND id = 'corrupt'").bind(project).run();
  const found = await search(project, "completions", { field: "completion_inputs.question", op: "eq", value: "why" });
  expect(idsOf(found)).toEqual(["sound"]);
  expect(found["pagination"]["not_searched"]).toBe(1);
  expect(idsOf(await search(project, "completions", { field: "completion_output", op: "eq", value: "late" }))).toEqual(["appended"]);
  expect((await search(project, "completions", { field: "model", op: "eq", value: "m" }))["pagination"]["not_searched"]).toBe(0);
  expect(idsOf(await search(project, "completions", null))).toEqual(["appended", "sound", "large"]);
});

async function record(project: string, payload: Answer): Promise<void> {
  const { status } = await askJson("POST", "/v1/recordings", { body: { project_id: project, ...payload } });
  expect(status).toBe(201);
}

function bare(id: string, given: Partial<WorldRecording>): WorldRecording {
  const unknown = {
    parentId: null,
    testRunId: null,
    provider: null,
    model: null,
    environment: null,
    startedUs: null,
    endedUs: null,
    costNanoUsd: null,
  };
  const none = { inputs: null, promptInfo: null, evalResults: null, feedback: null, evaluations: null };
  const messages = [{ role: "user", content: "hi" }];
  return { id, sessionId: "s", receivedUs: hourUs, ...unknown, ...none, messages, appended: [], form: "row", ...given };
}
