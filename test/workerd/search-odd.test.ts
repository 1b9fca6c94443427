import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { type Answer, askJson, newProject, transactionsDuring } from "./collector";
import type { WireFilter } from "./search-oracle";
import { idsOf, search, searchAll } from "./search-requests";

const hourS = 1_717_200_000;

test("a page far down brings no more rows than a page has", async () => {
  const project = await recordings(40);
  const path = `/v2/projects/${project}/search/completions?page=11&page_size=2`;
  const transactions = await transactionsDuring(async () => await askJson("POST", path, { body: {} }));
  // What runs on from other tests' requests is none of the search's.
  const results = transactions.flat().filter(({ results: [row] }) => typeof row === "object" && row !== null && "place_key" in row);
  expect(results).not.toEqual([]);
  expect(Math.max(...results.map((result) => result.results.length))).toBeLessThanOrEqual(3);
  expect(results.reduce((sum, { meta }) => sum + meta.rows_read, 0)).toBeLessThanOrEqual(60);
  const timed = { field: "start_time", op: "gte", value: 0 } as const;
  for (const filter of [null, timed]) {
    const all = await searchAll(project, "completions", filter, 7);
    const byNumber = await searchAll(project, "completions", filter, 7, true);
    expect(byNumber).toEqual(all);
  }
});

test("a cursor that passes over more rows than a page number may is none", async () => {
  const project = await recordings(2);
  const { status } = await askJson("POST", `/v2/projects/${project}/search/completions?cursor=s5~zzzz`, { body: {} });
  expect(status).toBe(400);
});

test("a call in the far future is gone by like any other", async () => {
  const project = newProject();
  const times = [hourS, 9_999_999_999.123457, 99_999_999_999, 12_345_678_901.5];
  for (const [index, time] of times.entries()) await record(project, `r${index}`, time);
  const { ids } = await searchAll(project, "completions", { field: "start_time", op: "gte", value: 0 }, 1);
  expect(ids).toEqual(["r2", "r3", "r1", "r0"]);
});

test("a cursor of a wider range brings nothing that is not in this one", async () => {
  const project = await recordings(6);
  const first = await search(project, "completions", { field: "start_time", op: "gte", value: hourS }, "page_size=1");
  const cursor = first["pagination"].next_cursor;
  const narrow = { field: "start_time", op: "lte", value: hourS + 2 } as const;
  expect(idsOf(await search(project, "completions", narrow, `cursor=${cursor}`))).toEqual(["r2", "r1", "r0"]);
});

test("keys of any form are found", async () => {
  const project = newProject();
  const keys = ["", 'a"b', "a\\b", "a.b", "[0]", "$", "__proto__", "ä\n\t", "0", "\u{1f600}", "a b"];
  const inputs = Object.fromEntries(keys.map((key) => [key, `v${key}`]));
  const body = JSON.stringify({ messages: [{ role: "user", content: "x" }], completion_id: "r", inputs });
  const meta = JSON.stringify({ ...inputs });
  const at = `/v2/projects/${project}`;
  const headers = { "Content-Type": "application/json" };
  expect((await askJson("POST", `${at}/sessions/s/completions`, { body, headers })).status).toBe(201);
  expect((await askJson("PATCH", `${at}/sessions/id/s/metadata`, { body: meta, headers })).status).toBe(200);
  expect((await askJson("POST", `${at}/completion-feedback/id/r`, { body: meta, headers })).status).toBe(201);
  expect((await askJson("POST", `${at}/completions/r`, { body: `{"eval_results":${meta}}`, headers })).status).toBe(200);
  expect(
    (await askJson("POST", `${at}/sessions/s/traces/id/t`, { body: `{"input":${meta},"custom_metadata":${meta}}`, headers })).status,
  ).toBe(201);
  for (const key of keys.filter((one) => one !== "")) {
    for (const [scope, name] of [
      ["completions", "completion_inputs"],
      ["completions", "completion_feedback"],
      ["completions", "completion_client_evaluation_results"],
      ["sessions", "session_custom_metadata"],
      ["traces", "trace_input"],
      ["traces", "trace_custom_metadata"],
    ] as const) {
      const found = await search(project, scope, { field: `${name}.${key}`, op: "eq", value: `v${key}` });
      expect([name, key, idsOf(found, scope).length]).toEqual([name, key, 1]);
    }
    const listed = await askJson("GET", `${at}/sessions?${new URLSearchParams({ [`custom_metadata.${key}`]: `v${key}` }).toString()}`);
    expect([key, listed.status, listed.json["length"]]).toEqual([key, 200, 1]);
  }
});

test("booleans are found by what they are called, as Freeplay's MCP server asks for them", async () => {
  const project = newProject();
  for (const [id, ok] of Object.entries({ yes: true, no: false, text: "not true" })) {
    await askJson("POST", "/v1/recordings", { body: { ...payload(project, id, hourS), eval_results: { ok } } });
  }
  const found = async (op: string, value: string) =>
    idsOf(await search(project, "completions", { field: "completion_client_evaluation_results.ok", op, value }));
  expect(await found("contains", "true")).toEqual(["text", "yes"]);
  expect(await found("contains", "False")).toEqual(["no"]);
  expect(await found("contains", "tru")).toEqual(["text"]);
  expect(await found("eq", "true")).toEqual([]);
});

test("a filter as deep and as wide as may be is run", async () => {
  const project = await recordings(1);
  const one = { field: "completion_client_evaluation_results.x", op: "between", value: [1, 2] };
  let deep: WireFilter = { and: Array.from({ length: 8 }, () => one) };
  for (let level = 0; level < 8; level += 1) deep = level % 3 === 0 ? { not: deep } : { or: [deep, one, one] };
  const filter = { and: [deep, ...Array.from({ length: 7 }, () => one)] };
  for (const scope of ["completions", "sessions", "traces"] as const) {
    const { status } = await askJson("POST", `/v2/projects/${project}/search/${scope}`, { body: { filters: filter } });
    expect([scope, status]).toEqual([scope, 200]);
  }
});

test("a trace that takes the place of one that was found and deleted meanwhile is not another project's answer", async () => {
  const [project, other] = [newProject(), newProject()];
  const post = async (of: string, id: string) =>
    await askJson("POST", `/v2/projects/${of}/sessions/s/traces/id/${id}`, { body: { output: id } });
  await post(project, "mine");
  const batch = env.DB.batch.bind(env.DB);
  let isReplaced = false;
  const spy = vi.spyOn(env.DB, "batch").mockImplementation(async (statements) => {
    const results = await batch<Record<string, unknown>>(statements);
    const isFound = results.some((result) => result.results.some((row) => "packed_places" in row));
    if (isReplaced || !isFound) return results;
    isReplaced = true;
    const place = await env.DB.prepare("SELECT seq FROM traces WHERE project_id = ?1").bind(project).first<number>("seq");
    await env.DB.prepare("DELETE FROM traces WHERE project_id = ?1").bind(project).run();
    await env.DB.prepare("INSERT INTO traces (seq, project_id, id, created_us, updated_us) VALUES (?1, ?2, 'theirs', 1, 1)")
      .bind(place, other)
      .run();
    return results;
  });
  const answer = await search(project, "traces", null);
  spy.mockRestore();
  expect([isReplaced, answer["data"]]).toEqual([true, []]);
});

async function recordings(count: number): Promise<string> {
  const project = newProject();
  const items = Array.from({ length: count }, (_, index) => payload(project, `r${index}`, hourS + index));
  const { json } = await askJson("POST", "/v1/recordings", { body: items });
  expect(json["stored"]).toBe(count);
  return project;
}

async function record(project: string, id: string, time: number): Promise<void> {
  const { status } = await askJson("POST", "/v1/recordings", { body: payload(project, id, time) });
  expect(status).toBe(201);
}

function payload(project: string, id: string, time: number): Answer {
  return {
    project_id: project,
    id,
    session_info: { session_id: `s-${id}` },
    all_messages: [
      { role: "user", content: id },
      { role: "assistant", content: "ok" },
    ],
    call_info: { provider: "openai", model: "gpt-4o-mini", start_time: time, end_time: time + 1 },
  };
}
