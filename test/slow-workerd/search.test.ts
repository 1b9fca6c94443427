import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../src/limits";
import { readFilter } from "../../src/query/search-wire";
import { findPlaces } from "../../src/store/search-places";
import { type Answer } from "../workerd/collector";
import { randomFrom, randomWorld, wireFilter } from "../workerd/search-filters";
import { expectedIds, rowsOf, type Scope, type WireCondition, type WireFilter } from "../workerd/search-oracle";
import { idsOf, rowsReadDuring, search } from "../workerd/search-requests";
import { insertWorld, removeWorlds, worldProject, type World } from "../workerd/search-world";

afterAll(removeWorlds);

const entities = { completions: "recording", sessions: "session", traces: "trace" } as const;
const project = worldProject();
const rows = new Map<Scope, ReturnType<typeof rowsOf>>();
/** Each row's id by what a place names it by. */
const ids = new Map<Scope, Map<string, string>>();

beforeAll(async () => {
  const world: World = randomWorld(100_000, randomFrom(11));
  await insertWorld(worldProject(), randomWorld(1000, randomFrom(12)));
  await insertWorld(project, world);
  for (const scope of ["completions", "sessions", "traces"] as const) rows.set(scope, rowsOf(world, scope));
  for (const [scope, table] of [
    ["completions", "recordings"],
    ["traces", "traces"],
  ] as const) {
    const { results } = await env.DB.prepare(`SELECT seq, id FROM ${table} WHERE project_id = ?1`)
      .bind(project)
      .all<{ seq: number; id: string }>();
    ids.set(scope, new Map(results.map(({ seq, id }) => [String(seq), id])));
  }
}, 120_000);

const conditions: WireCondition[] = [
  ...["eq", "gt", "gte", "lt", "lte"].flatMap((op) => [
    { field: "cost", op, value: 1 },
    { field: "start_time", op, value: "2024-06-01 00:00:07" },
    { field: "model", op, value: "claude" },
    { field: "completion_inputs.k", op, value: 1 },
    { field: "session_custom_metadata.k", op, value: "alphabet" },
  ]),
  { field: "model", op: "contains", value: "GPT" },
  { field: "completion_output", op: "contains", value: "alpha" },
  { field: "trace_output", op: "contains", value: "alpha" },
  { field: "latency", op: "between", value: [0.5, 1] },
  { field: "start_time", op: "between", value: ["2024-06-01 00:00:03", "2024-06-01 00:00:04"] },
  { field: "completion_feedback.k", op: "between", value: ["a", "b"] },
  { field: "completion_client_evaluation_results.k", op: "eq", value: true },
  { field: "trace_agent_name", op: "eq", value: "beta" },
];

test.for(conditions)("of 100,000 recordings, %j finds the same as plain TypeScript", async (condition) => {
  await expectSame(condition, "completions");
  await expectSame({ not: condition }, "completions");
});

test("so do combinations, of recordings, sessions and traces", async () => {
  const scope = fc.constantFrom<Scope>("completions", "completions", "sessions", "traces");
  await fc.assert(fc.asyncProperty(wireFilter, scope, expectSame), { numRuns: 40, endOnFailure: true });
});

test("a page of 50 by id, session, project or time reads at most 120 rows", async () => {
  for (const [filter, count] of [
    [{ field: "completion_id", op: "eq", value: "r-77777" }, 1],
    [null, 50],
    [{ field: "session_id", op: "eq", value: "s-777" }, null],
    [{ field: "test_run_id", op: "eq", value: "x-1" }, 50],
    [{ field: "trace_id", op: "eq", value: "t-777" }, null],
    [{ field: "start_time", op: "lt", value: "2024-06-01 00:00:07" }, 50],
    [{ field: "start_time", op: "between", value: ["2024-06-01 00:00:03", "2024-06-01 00:00:04"] }, 50],
  ] as const) {
    let cursor = "";
    for (let page = 0; page < 3; page += 1) {
      let answer: Answer = {};
      const rowsRead = await rowsReadDuring(async () => {
        answer = await search(project, "completions", filter as WireFilter | null, `page_size=50&cursor=${cursor}`);
      });
      if (count !== null) expect(answer["data"]).toHaveLength(count);
      expect(rowsRead).toBeLessThanOrEqual(120);
      cursor = answer["pagination"].next_cursor ?? "";
    }
  }
});

/** All that a search finds, request by request; and that its first pages are answered so. */
async function expectSame(filter: WireFilter, scope: Scope): Promise<void> {
  const expected = expectedIds(filter, scope, rows.get(scope) ?? []);
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof findPlaces>> = await findPlaces(env.DB, project, entities[scope], {
      filter: readFilter({ filters: filter as never }, entities[scope]),
      limit: 10_000,
      skip: 0,
      cursor,
    });
    found.push(...page.rows.map(({ key }) => ids.get(scope)?.get(String(key)) ?? String(key)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(found.length).toBe(expected.length);
  expect(found.findIndex((id, index) => id !== expected[index])).toBe(-1);
  const answered: string[] = [];
  for (let page = 0, at = ""; page < 3; page += 1) {
    let answer: Answer = {};
    const rowsRead = await rowsReadDuring(async () => {
      answer = await search(project, scope, filter, `page_size=100&cursor=${encodeURIComponent(at)}`);
    });
    // A window more than the budget, for what a session or a trace has is read with it; and the page itself.
    expect(rowsRead).toBeLessThan(limits.searchedRowsMax * 1.5);
    answered.push(...idsOf(answer, scope));
    at = answer["pagination"].next_cursor ?? "";
    if (at === "") break;
  }
  expect(answered).toEqual(expected.slice(0, answered.length));
}
