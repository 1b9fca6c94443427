import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { type Answer, ask, askJson, newProject, wholePayload } from "./collector";
import { idsOf, search } from "./search-requests";

const hourUs = 1_717_200_000_000_000;
const call = { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 10, completion_tokens: 2 } };

test("sessions and traces are found by what belongs to them, and say what their recordings come to", async () => {
  const project = await conversation();
  const sessions = await search(project, "sessions", { field: "cost", op: "gt", value: 0 });
  expect(sessions["data"]).toMatchObject([
    {
      session_id: "s",
      session_metadata: { start_time: "2024-06-01T00:00:00.000000Z", end_time: "2024-06-01T00:00:03.000000Z" },
      custom_metadata: { user: "u-1" },
      test_run_id: null,
      usage: { prompt_tokens: 20, completion_tokens: 4, recordings_without_tokens: 0 },
      cost: expect.any(Number),
      recordings_without_cost: 0,
      recordings: 2,
      recordings_are_partial: false,
    },
  ]);
  const traces = await search(project, "traces", { field: "session_custom_metadata.user", op: "eq", value: "u-1" });
  expect(traces["data"]).toMatchObject([
    {
      trace_id: "tool",
      trace_metadata: { kind: "tool", parent_id: "b" },
      input: { city: "Paris" },
      output: null,
      usage: { prompt_tokens: null },
    },
    {
      trace_id: "t",
      session_id: "s",
      trace_metadata: { agent_name: "planner", start_time: "2024-06-01T00:00:00.000000Z", latency: null },
      custom_metadata: { team: "a" },
      customer_feedback: { liked: true },
      input: "question",
      evaluation_results: { client_evaluations: [{ name: "ok", value: 1 }] },
      usage: { prompt_tokens: 10, completion_tokens: 2 },
      recordings: 1,
    },
  ]);
  const asked = await ask("POST", `/v2/projects/${project}/search/traces`, { body: {} });
  expect(await asked.text()).toContain('"output":12345678901234567890,');
  for (const [scope, field, value, expected] of [
    ["sessions", "trace_feedback.liked", true, ["s"]],
    ["sessions", "agent_name", "planner", ["s"]],
    ["sessions", "trace_id", "t", ["s"]],
    ["sessions", "completion_id", "nobody", []],
    ["traces", "completion_id", "a", ["t"]],
    ["traces", "trace_input.city", "Paris", ["tool"]],
    ["traces", "session_id", "s", ["tool", "t"]],
    ["completions", "trace_agent_name", "planner", ["a"]],
    ["completions", "trace_client_eval_results.ok", 1, ["a"]],
  ] as const) {
    expect([field, idsOf(await search(project, scope, { field, op: "eq", value }), scope)]).toEqual([field, expected]);
  }
});

test("children come where they are asked for", async () => {
  const project = await conversation();
  const childrenOf = async (scope: "completions" | "sessions" | "traces", id: string) => {
    const field = { completions: "completion_id", sessions: "session_id", traces: "trace_id" }[scope];
    const { data } = await search(project, scope, { field, op: "eq", value: id }, "include_children=true");
    return data[0].children.map(({ completion_id, trace_id }: Answer) => completion_id ?? trace_id);
  };
  expect(await childrenOf("completions", "b")).toEqual(["tool"]);
  expect(await childrenOf("traces", "t")).toEqual(["a"]);
  expect(await childrenOf("sessions", "s")).toEqual(["b", "a", "tool", "t"]);
  expect((await search(project, "sessions", null))["data"][0].children).toBeUndefined();
});

test("the list of sessions has their completions, newest session first", async () => {
  const project = await conversation();
  await post(project, {
    id: "other",
    session_id: "s-2",
    all_messages: [{ role: "user", content: "hi" }],
    session_info: { custom_metadata: { n: 1 } },
  });
  await env.DB.prepare("UPDATE sessions SET created_us = ?2 WHERE project_id = ?1 AND id = 's'").bind(project, hourUs).run();
  const response = await askJson("GET", `/api/v2/projects/${project}/sessions`);
  expect(response.status).toBe(200);
  expect(response.headers.get("X-Is-Complete")).toBe("true");
  expect(response.headers.get("X-Next-Cursor")).toBeNull();
  expect(response.json).toMatchObject([
    {
      session_id: "s-2",
      custom_metadata: { n: 1 },
      messages: [{ completion_id: "other", client_evaluation_results: [] }],
      messages_are_partial: false,
    },
    {
      session_id: "s",
      start_time: "2024-06-01T00:00:00.000000Z",
      messages: [
        {
          message_type: "completion",
          completion_id: "a",
          provider_name: "openai",
          model_name: "gpt-4o-mini",
          input_variables: { q: "why" },
          prompt: [{ role: "user", content: "why" }],
          response: "because",
          trace_id: "t",
          client_evaluation_results: [{ name: "good", value: true }],
        },
        { completion_id: "b" },
      ],
    },
  ]);
  const list = async (query: string) => {
    const { json } = await askJson("GET", `/v2/projects/${project}/sessions?${query}`);
    return (json as unknown as Answer[]).map(({ session_id }) => session_id as string);
  };
  expect(await list("page_size=1&page=2")).toEqual(["s"]);
  expect(await list("from_date=2024-06-01&to_date=2024-06-01")).toEqual(["s"]);
  expect(await list("from_date=2024-06-02")).toEqual(["s-2"]);
  expect(await list("custom_metadata.user=u-1")).toEqual(["s"]);
  expect(await list("custom_metadata.n=1")).toEqual(["s-2"]);
  expect(await list("custom_metadata.n=2")).toEqual([]);
  expect(await list("prompt_name=greeting")).toEqual(["s"]);
  expect(await list("test_run_id=run")).toEqual([]);
  const first = await ask("GET", `/v2/projects/${project}/sessions?page_size=1`);
  await first.body?.cancel();
  expect(await list(`page_size=1&cursor=${first.headers.get("X-Next-Cursor")}`)).toEqual(["s"]);
  for (const [query, path] of [
    ["page_size=0", "page_size"],
    ["from_date=yesterday", "from_date"],
    ["colour=red", "colour"],
    ["cursor=s1", "cursor"],
  ]) {
    expect(await askJson("GET", `/v2/projects/${project}/sessions?${query}`)).toMatchObject({ status: 400, json: { issues: [{ path }] } });
  }
});

test("a session of very many recordings says that its list is not all of them", async () => {
  const project = newProject();
  const items = Array.from({ length: 150 }, (_, index) => ({
    project_id: project,
    id: `r-${index}`,
    session_id: "long",
    all_messages: [{ role: "user", content: `${index}` }],
  }));
  await askJson("POST", "/v1/recordings", { body: items });
  const { json } = await askJson("GET", `/v2/projects/${project}/sessions`);
  expect(json[0].messages.map(({ completion_id }: Answer) => completion_id)).toEqual(items.slice(50).map(({ id }) => id));
  expect(json[0].messages_are_partial).toBe(true);
  const { data } = await search(project, "sessions", null);
  expect(data[0]).toMatchObject({ recordings: 100, recordings_are_partial: true });
});

test("images come as links", async () => {
  const project = newProject();
  const image = `data:image/png;base64,${new Uint8Array(6000).fill(7).toBase64()}`;
  await post(project, { id: "image", all_messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: image } }] }] });
  const text = JSON.stringify((await search(project, "completions", null))["data"]);
  expect(text).toContain("/v1/media/");
  expect(text).not.toContain("BwcHBwcHBwcH");
});

/** A session of two recordings, the first in a trace, the second with a tool's. */
async function conversation(): Promise<string> {
  const project = newProject();
  const times = (from: number, to: number) => ({ start_time: hourUs / 1e6 + from, end_time: hourUs / 1e6 + to });
  await post(project, {
    id: "a",
    session_id: "s",
    parent_id: "t",
    inputs: { q: "why" },
    prompt_info: { prompt_template_name: "greeting" },
    eval_results: { good: true },
    session_info: { custom_metadata: { user: "u-1" } },
    call_info: { ...call, ...times(0, 1) },
    all_messages: [
      { role: "user", content: "why" },
      { role: "assistant", content: "because" },
    ],
  });
  await post(project, {
    id: "b",
    session_id: "s",
    call_info: { ...call, ...times(2, 3) },
    all_messages: wholePayload(project)["all_messages"],
  });
  const stamp = (value: object) => JSON.stringify(Object.fromEntries(Object.entries(value).map(([key, text]) => [key, [text, 0, 1]])));
  const insert = env.DB.prepare(
    `INSERT INTO traces (project_id, id, session_id, created_us, updated_us, fields, metadata, feedback, evaluations) VALUES (?1, ?2, 's', ?3, ?3, ?4, ?5, ?6, ?7)`,
  );
  const fields = { input: '"question"', output: "12345678901234567890", agent_name: '"planner"', started_us: String(hourUs) };
  await insert.bind(project, "t", hourUs, stamp(fields), stamp({ team: '"a"' }), stamp({ liked: "true" }), stamp({ ok: "1" })).run();
  const tool = { input: '{"city":"Paris"}', kind: '"tool"', parent_id: '"b"' };
  await insert.bind(project, "tool", hourUs + 1, stamp(tool), "{}", "{}", "{}").run();
  return project;
}

async function post(project: string, payload: Answer): Promise<void> {
  expect((await askJson("POST", "/v1/recordings", { body: { project_id: project, ...payload } })).status).toBe(201);
}
