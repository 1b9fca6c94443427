import { expect, test } from "vitest";
import { askJson, newProject, transactionsDuring } from "./collector";
import { idsOf, search } from "./search-requests";

test("a recording with as much appended as may be reads back, and is listed and found", async () => {
  const project = newProject();
  const at = `/v2/projects/${project}`;
  await askJson("POST", `${at}/sessions/s/completions`, { body: { completion_id: "r", messages: [{ role: "user", content: "first" }] } });
  const statuses: number[] = [];
  for (const letter of ["a", "b", "c", "d", "e"]) {
    const body = { new_messages: [{ role: "assistant", content: letter.repeat(970_000) }] };
    statuses.push((await askJson("POST", `${at}/completions/r`, { body })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 413]);
  // A value of D1's has 2 MB, which the local one does not hold anybody to.
  const results = (await transactionsDuring(async () => await askJson("GET", `/v1/recordings/r?project_id=${project}`))).flat();
  const values = results.flatMap((result) => (result.results as Record<string, unknown>[]).flatMap((row) => Object.values(row)));
  expect(Math.max(...values.map((value) => String(value).length))).toBeLessThanOrEqual(2_000_000);
  const one = await askJson("GET", `/v1/recordings/r?project_id=${project}`);
  expect([one.status, one.json["messages"]?.length]).toEqual([200, 5]);
  const list = await askJson("GET", `/v1/recordings?project_id=${project}`);
  expect([list.status, list.json["recordings"]?.[0]?.messages.length]).toEqual([200, 5]);
  const found = await search(project, "completions", { field: "completion_output", op: "contains", value: "ddd" });
  expect(idsOf(found)).toEqual(["r"]);
  const sessions = await askJson("GET", `${at}/sessions`);
  expect([sessions.status, sessions.json[0]?.messages.length]).toEqual([200, 1]);
});

test("a trace of the largest body is read, listed and found", async () => {
  const project = newProject();
  const at = `/v2/projects/${project}`;
  const path = `${at}/sessions/s/traces/id/t`;
  const big = "x".repeat(880_000);
  expect((await askJson("POST", path, { body: { input: { a: big }, output: "y" } })).status).toBe(201);
  const second = await askJson("PATCH", path, { body: { output: big.slice(0, 800_000) } });
  expect([200, 413]).toContain(second.status);
  expect((await askJson("GET", `/v1/traces/t?project_id=${project}`)).status).toBe(200);
  const found = await search(project, "traces", { field: "trace_input.a", op: "contains", value: "xx" }, "include_children=true");
  expect(idsOf(found, "traces")).toEqual(["t"]);
});

test("odd filters are refused and never a fault", async () => {
  const project = newProject();
  const bodies = [
    '{"filters":12345678901234567890}',
    '{"filters":[]}',
    '{"filters":{"and":12345678901234567890}}',
    '{"filters":{"not":null}}',
    '{"filters":{"__proto__":1}}',
    '{"filters":{"field":"__proto__","op":"eq","value":1}}',
    '{"filters":{"field":"constructor.x","op":"eq","value":1}}',
    '{"filters":{"field":"completion_inputs","op":"eq","value":1}}',
    '{"filters":{"field":"completion_inputs.","op":"eq","value":1}}',
    '{"filters":{"field":"completion_inputs.a","op":"toString","value":1}}',
    '{"filters":{"field":"completion_inputs.a","op":"eq","value":null}}',
    '{"filters":{"field":"completion_inputs.a","op":"eq","value":1e999}}',
    '{"filters":{"field":"completion_inputs.a","op":"eq","value":{"a":1}}}',
    '{"filters":{"field":"completion_inputs.a","op":"between","value":[1,"a"]}}',
    '{"filters":{"field":"completion_inputs.a\\u0000","op":"eq","value":1}}',
    '{"filters":{"field":"completion_inputs.\\ud800","op":"eq","value":1}}',
    '{"filters":{"field":"model","op":"eq","value":"\\ud800"}}',
    '{"filters":{"field":"model","op":"contains","value":"a\\u0000"}}',
    '{"filters":{"field":"cost","op":"contains","value":"1"}}',
    '{"filters":{"field":"start_time","op":"gte","value":1e15}}',
    '{"filters":{"field":"start_time","op":"gte","value":"2024-02-30"}}',
    '{"filters":{"field":"start_time","op":"gte","value":12345678901234567890}}',
    `{"filters":${'{"not":'.repeat(150)}{"field":"model","op":"eq","value":"x"}${"}".repeat(150)}}`,
    `{"filters":{"and":[${Array.from({ length: 13 }, () => '{"or":[{"field":"model","op":"eq","value":"x"},{"field":"model","op":"eq","value":"y"}]}').join(",")}]}}`,
  ];
  for (const scope of ["completions", "sessions", "traces"]) {
    for (const body of bodies) {
      const headers = { "Content-Type": "application/json" };
      const { status } = await askJson("POST", `/v2/projects/${project}/search/${scope}`, { body, headers });
      expect([body.slice(0, 90), status]).toEqual([body.slice(0, 90), 400]);
    }
    const many = {
      and: Array.from({ length: 25 }, () => ({ not: { field: "completion_client_evaluation_results.x", op: "between", value: [1, 2] } })),
    };
    const { status } = await askJson("POST", `/v2/projects/${project}/search/${scope}`, { body: { filters: many } });
    expect(status).toBe(200);
    const texts = { or: Array.from({ length: 25 }, () => ({ field: "completion_output", op: "contains", value: "y".repeat(1000) })) };
    expect((await askJson("POST", `/v2/projects/${project}/search/${scope}`, { body: { filters: texts } })).status).toBe(200);
  }
  for (const query of [
    "page=0",
    "page=1.5",
    "page=x",
    "page=102&page_size=100",
    "page_size=101",
    "cursor=x",
    "cursor=t1.2",
    "cursor=s",
    "x=1",
    "include_children=maybe",
  ]) {
    const { status } = await askJson("POST", `/v2/projects/${project}/search/completions?${query}`, { body: {} });
    expect([query, status]).toEqual([query, 400]);
  }
  for (const query of [
    "custom_metadata.a=%00",
    "custom_metadata.%ff=1",
    "test_list=x",
    "from_date=yesterday",
    "from_date=2024-01-01&to_date=x",
    "test_run_id=a%20b",
    "cursor=c1",
  ]) {
    const { status } = await askJson("GET", `/v2/projects/${project}/sessions?${query}`);
    expect([query, status]).toEqual([query, query.includes("%ff") ? 200 : 400]);
  }
});
