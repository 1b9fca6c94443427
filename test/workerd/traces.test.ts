import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drainAmendments } from "../../src/jobs/drain-amendments";
import { limits } from "../../src/limits";
import { type Answer, ask, askJson, makeKey, newProject } from "./collector";
import { openFaulty } from "./faulty-collector";
import { pythonText } from "./sdk-bodies";

const base = (project: string) => `/api/v2/projects/${project}`;
const tracePath = (project: string, id = "t", session = "s") => `${base(project)}/sessions/${session}/traces/id/${id}`;

async function readTrace(project: string, id = "t"): Promise<Answer> {
  const { status, json } = await askJson("GET", `/v1/traces/${id}?project_id=${project}`);
  if (status !== 200) throw new Error(`GET answered ${status}`);
  return json;
}

async function readSession(project: string, id = "s"): Promise<Answer> {
  const { status, json } = await askJson("GET", `/v1/sessions/${id}?project_id=${project}`);
  if (status !== 200) throw new Error(`GET answered ${status}`);
  return json;
}

/** An answer without what depends on when it was posted and where. */
function timeless(answer: Answer): Answer {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => !["created_at", "updated_at", "project_id"].includes(key)));
}

const whole = {
  input: { question: "Why is the sky blue?" },
  output: ["Rayleigh", null, { scattering: true }],
  agent_name: "explainer",
  kind: "agent",
  name: "explain ☀️",
  parent_id: "parent-1",
  custom_metadata: { step: 1, nested: { list: [1, null] }, big: 12_345 },
  eval_results: { good: true, score: 0.9, label: "fine" },
  test_run_info: { test_run_id: "run-1", test_case_id: "case-1" },
  start_time: "2026-11-22T15:33:12.523779+00:00",
  end_time: "2026-11-22T15:33:12.696509+00:00",
};

test("a trace is answered 201 {}, and every field of it reads back, also under camelCase keys", async () => {
  const project = newProject();
  expect(await askJson("POST", tracePath(project), { body: { ...whole, shoe_size: 44 } })).toMatchObject({ status: 201, json: {} });
  const trace = await readTrace(project);
  expect(timeless(trace)).toEqual({
    id: "t",
    session_id: "s",
    parent_id: "parent-1",
    kind: "agent",
    name: "explain ☀️",
    agent_name: "explainer",
    input: whole.input,
    output: whole.output,
    custom_metadata: whole.custom_metadata,
    feedback: {},
    eval_results: whole.eval_results,
    test_run_info: whole.test_run_info,
    extra: { shoe_size: 44 },
    started_at: "2026-11-22T15:33:12.523779Z",
    ended_at: "2026-11-22T15:33:12.696509Z",
    latency_ms: 172.73,
    recording_ids: [],
    has_more_recordings: false,
    tree: [],
    tree_is_partial: false,
  });
  expect(timeless(await readSession(project))).toMatchObject({
    id: "s",
    custom_metadata: {},
    recording_ids: [],
    has_more_recordings: false,
    trace_ids: ["t"],
    has_more_traces: false,
  });
  const camel = { agentName: "explainer", customMetadata: { aB: 1 }, evalResults: {}, parentId: "parent-1", startTime: 1_767_323_045.5 };
  expect((await askJson("POST", tracePath(project, "camel"), { body: camel })).status).toBe(201);
  expect(await readTrace(project, "camel")).toMatchObject({
    agent_name: "explainer",
    custom_metadata: { aB: 1 },
    parent_id: "parent-1",
    started_at: "2026-01-02T03:04:05.500000Z",
  });
});

test("values read back as they were posted, whatever numbers and texts they hold", async () => {
  const project = newProject();
  const text = String.raw`{"input":{"n":12345678901234567890,"x":1e400,"s":"\ud800 \u0000 \" \\ 漢","__proto__":{"a":1}},"output":-0}`;
  expect((await askJson("POST", tracePath(project), { body: text, headers: { "Content-Type": "application/json" } })).status).toBe(201);
  const answer = await (await ask("GET", `/v1/traces/t?project_id=${project}`)).text();
  expect(answer).toContain(
    String.raw`"input":{"n":12345678901234567890,"x":1e400,"s":"\ud800 \u0000 \" \\ 漢","__proto__":{"a":1}},"output":-0`,
  );
});

describe("the same trace sent by Node, Python and the JVM is the same row", () => {
  const node = {
    input: { q: "sky?" },
    output: "Rayleigh",
    agent_name: "explainer",
    custom_metadata: { step: 1 },
    eval_results: { good: true },
  };
  const times = { start_time: "2026-11-22T15:37:04.439Z", end_time: "2026-11-22T15:37:05Z" };
  const nulls = { parent_id: null, test_run_info: null, kind: null, name: null };
  const bodies = {
    "Node 0.5": JSON.stringify({ ...node, ...times }),
    Python: pythonText({ ...node, ...nulls, start_time: "2026-11-22T15:37:04.439000+00:00", end_time: "2026-11-22T15:37:05+00:00" }),
    "Python without a zone": pythonText({ ...node, ...nulls, start_time: "2026-11-22T15:37:04.439000", end_time: "2026-11-22T15:37:05" }),
    JVM: JSON.stringify({
      ...node,
      ...nulls,
      test_run_info: { test_run_id: null, test_case_id: null },
      start_time: "2026-11-22T15:37:04.439000123Z",
      end_time: "2026-11-22T15:37:05.000000001Z",
    }),
  };
  test.each(Object.entries(bodies))("%s", async (_, body) => {
    const project = newProject();
    expect((await askJson("POST", tracePath(project), { body, headers: { "Content-Type": "application/json" } })).status).toBe(201);
    expect(await readTrace(project)).toMatchObject({ ...node, test_run_info: null, parent_id: null, kind: null });
    const row = await env.DB.prepare("SELECT started_us, ended_us, agent_name, test_run_id, fields FROM traces WHERE project_id = ?1")
      .bind(project)
      .first();
    expect(row).toMatchObject({
      started_us: 1_795_361_824_439_000,
      ended_us: 1_795_361_825_000_000,
      agent_name: "explainer",
      test_run_id: null,
    });
    expect(Object.keys(JSON.parse(String(row?.["fields"])) as object).toSorted()).toEqual([
      "agent_name",
      "ended_us",
      "input",
      "output",
      "started_us",
    ]);
  });
});

test("a trace posted before, between or after what is said of it ends the same, each posted once or twice", async () => {
  const steps: [string, string, (project: string) => string, Answer][] = [
    ["POST", "201", (p) => tracePath(p), whole],
    ["PATCH", "200", (p) => tracePath(p), { output: { final: 1 }, metadata: { k: "v" }, eval_results: { e: 0.1 }, feedback: { up: true } }],
    ["PATCH", "200", (p) => tracePath(p), { test_run_info: { test_run_id: "run-2", test_case_id: "case-2" } }],
    ["PATCH", "200", (p) => `${tracePath(p)}/metadata`, { stars: 4, step: 2 }],
    ["POST", "201", (p) => `${base(p)}/trace-feedback/id/t`, { freeplay_feedback: "negative" }],
    ["PATCH", "200", (p) => `${base(p)}/sessions/id/s/metadata`, { ticket: "T-1", resolved: true }],
    ["POST", "201", (p) => `${base(p)}/sessions/s/completions`, { completion_id: "c", messages: [{}], parent_id: "t" }],
  ];
  const order = fc.shuffledSubarray([...steps.keys(), ...steps.keys()], { minLength: steps.length });
  await fc.assert(
    fc.asyncProperty(order, async (places) => {
      const project = newProject();
      for (const place of [...places, ...[...steps.keys()].filter((one) => !places.includes(one))]) {
        const [method = "", status, path, body] = steps[place] ?? [];
        const answer = await askJson(method, path?.(project) ?? "", { body });
        expect(String(answer.status)).toBe(status);
      }
      const trace = timeless(await readTrace(project));
      expect(trace).toMatchObject({
        session_id: "s",
        input: whole.input,
        output: { final: 1 },
        custom_metadata: { ...whole.custom_metadata, step: 2, k: "v", stars: 4 },
        feedback: { up: true, freeplay_feedback: "negative" },
        eval_results: { ...whole.eval_results, e: 0.1 },
        test_run_info: { test_run_id: "run-2", test_case_id: "case-2" },
        recording_ids: ["c"],
      });
      expect(timeless(await readSession(project))).toMatchObject({
        custom_metadata: { ticket: "T-1", resolved: true },
        recording_ids: ["c"],
        trace_ids: ["t"],
      });
    }),
    { numRuns: 12 },
  );
});

test("the answers to what is set by itself have a message, and null or nothing says nothing", async () => {
  const project = newProject();
  await askJson("POST", tracePath(project), { body: whole });
  const before = await readTrace(project);
  const updated = { status: 200, json: { message: "Metadata updated successfully" } };
  expect(await askJson("PATCH", tracePath(project), { body: { output: null, metadata: {}, feedback: null } })).toMatchObject({
    status: 200,
    json: { message: expect.any(String) },
  });
  expect(await askJson("PATCH", `${tracePath(project)}/metadata`, { body: { step: null } })).toMatchObject(updated);
  expect(await askJson("PATCH", `${base(project)}/sessions/id/other/metadata`, { body: {} })).toMatchObject(updated);
  expect(await askJson("POST", `${base(project)}/trace-feedback/id/t`, { body: {} })).toMatchObject({
    status: 201,
    json: { message: expect.any(String) },
  });
  expect(await readTrace(project)).toEqual(before);
  expect((await ask("GET", `/v1/sessions/other?project_id=${project}`)).status).toBe(404);
});

test("a trace of which only feedback came has no session, and gets it with its post; one posted to another session is there", async () => {
  const project = newProject();
  await askJson("POST", `${base(project)}/trace-feedback/id/t`, { body: { stars: 5 } });
  expect(await readTrace(project)).toMatchObject({ session_id: null, feedback: { stars: 5 }, input: null });
  const search = await askJson("POST", `${base(project)}/search/traces?include_children=true`, { body: {} });
  expect(search).toMatchObject({ status: 200, json: { data: [{ trace_id: "t", session_id: null, customer_feedback: { stars: 5 } }] } });
  await askJson("POST", tracePath(project), { body: { input: "i" } });
  expect(await readTrace(project)).toMatchObject({ session_id: "s", feedback: { stars: 5 }, input: "i" });
  await askJson("POST", tracePath(project, "t", "s2"), { body: { output: "o" } });
  expect(await readTrace(project)).toMatchObject({ session_id: "s2", input: "i", output: "o" });
  expect((await readSession(project, "s2"))["trace_ids"]).toEqual(["t"]);
  expect((await readSession(project))["trace_ids"]).toEqual([]);
});

describe("a refusal carries a message that names the field, and nothing is stored", () => {
  const trace = (project: string) => tracePath(project);
  const cases: [string, string, (project: string) => string, unknown, number, RegExp][] = [
    ["broken JSON", "POST", trace, '{"input":', 400, /JSON/],
    ["an array", "POST", trace, [], 400, /object/],
    ["a time that is none", "POST", trace, { start_time: "yesterday" }, 400, /start_time/],
    ["a parent that is no id", "POST", trace, { parent_id: "a b" }, 400, /parent_id/],
    ["a kind that is no text", "POST", trace, { kind: 5 }, 400, /kind/],
    ["metadata that is a list", "POST", trace, { custom_metadata: [1] }, 400, /custom_metadata/],
    ["one key in two spellings", "POST", trace, { agent_name: "a", agentName: "b" }, 400, /agent_name/],
    ["another session in the body", "POST", trace, { session_id: "other" }, 400, /session_id/],
    ["a test run that is no id", "PATCH", trace, { test_run_info: { test_run_id: "a b" } }, 400, /test_run_info\.test_run_id/],
    ["feedback that is an object", "PATCH", trace, { feedback: { stars: {} } }, 400, /feedback\.stars/],
    ["feedback that is null", "POST", (p) => `${base(p)}/trace-feedback/id/t`, { stars: null }, 400, /feedback\.stars/],
    ["feedback that is a list", "POST", (p) => `${base(p)}/trace-feedback/id/t`, { stars: [1] }, 400, /feedback\.stars/],
    ["a name with NUL", "PATCH", (p) => `${tracePath(p)}/metadata`, { "a\0": 1 }, 400, /metadata/],
    ["too many names", "PATCH", (p) => `${base(p)}/sessions/id/s/metadata`, numbered(101), 400, /metadata.*100/],
    ["a trace id with a space", "POST", (p) => tracePath(p, "a%20b"), {}, 400, /trace/],
    ["a body that is too large", "POST", trace, { input: "x".repeat(900_000) }, 413, /900000/],
    ["metadata that is too large", "PATCH", (p) => `${base(p)}/sessions/id/s/metadata`, { a: "x".repeat(41_000) }, 413, /metadata 40000/],
    ["what takes too much as it is kept", "POST", trace, { input: '"'.repeat(449_000) }, 413, /1700000/],
  ];
  test.each(cases)("%s", async (_, method, path, body, status, message) => {
    const project = newProject();
    const answer = await askJson(method, path(project), { body, headers: { "Content-Type": "application/json" } });
    expect(answer.json["message"]).toMatch(message);
    expect(answer.status).toBe(status);
    for (const table of ["traces", "sessions"]) {
      expect(await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE project_id = ?1`).bind(project).first("n")).toBe(0);
    }
  });

  test("another media type, no key, and another project's key", async () => {
    const project = newProject();
    const { key } = await makeKey({ scope: "ingest", project_id: newProject() });
    const statusOf = async (options: Parameters<typeof askJson>[2]) => {
      const { status, json } = await askJson("POST", tracePath(project), { body: {}, ...options });
      expect(json["message"]).toMatch(/./);
      return status;
    };
    expect(await statusOf({ headers: { "Content-Type": "text/csv" } })).toBe(415);
    expect(await statusOf({ key: null })).toBe(401);
    expect(await statusOf({ key })).toBe(404);
  });
});

test("a trace or a session that is full takes no more, and says so", async () => {
  const project = newProject();
  const large = "x".repeat(850_000);
  expect((await askJson("POST", tracePath(project), { body: { input: large } })).status).toBe(201);
  expect((await askJson("POST", tracePath(project), { body: { input: large } })).status).toBe(201);
  const full = await askJson("PATCH", tracePath(project), { body: { output: large } });
  expect(full).toMatchObject({ status: 413, json: { code: "too_large", message: expect.stringContaining("1700000") } });
  expect(await readTrace(project)).toMatchObject({ output: null });
  expect((await askJson("PATCH", tracePath(project), { body: { output: "short" } })).status).toBe(200);
  const session = `${base(project)}/sessions/id/s/metadata`;
  expect((await askJson("PATCH", session, { body: { a: "x".repeat(30_000) } })).status).toBe(200);
  const over = await askJson("PATCH", session, { body: { b: "x".repeat(30_000) } });
  expect(over).toMatchObject({ status: 413, json: { message: expect.stringContaining("metadata 40000 bytes") } });
  expect((await askJson("PATCH", session, { body: { a: "short", b: "x".repeat(30_000) } })).status).toBe(200);
});

test("while D1 is away a trace and what is said of it are kept, and are there when it is back", async () => {
  const collector = openFaulty();
  const project = newProject();
  collector.faults.D1 = "throws";
  const asks: [string, string, Answer, number][] = [
    ["PATCH", `${tracePath(project)}/metadata`, { stars: 4 }, 200],
    ["POST", tracePath(project), whole, 201],
    ["POST", `${base(project)}/trace-feedback/id/t`, { up: true }, 201],
    ["PATCH", `${base(project)}/sessions/id/s/metadata`, { ticket: "T-1" }, 200],
  ];
  for (const [method, path, body, status] of asks) expect((await collector.ask(method, path, { body })).status).toBe(status);
  // What could never be stored is refused all the same.
  expect((await collector.ask("POST", tracePath(project), { body: { input: '"'.repeat(449_000) } })).status).toBe(413);
  delete collector.faults.D1;
  expect((await ask("GET", `/v1/traces/t?project_id=${project}`)).status).toBe(404);
  await drainAmendments(collector.deps);
  expect(await readTrace(project)).toMatchObject({ output: whole.output, custom_metadata: { step: 1, stars: 4 }, feedback: { up: true } });
  expect(await readSession(project)).toMatchObject({ custom_metadata: { ticket: "T-1" }, trace_ids: ["t"] });
});

test("the bounds of rows in schema.sql are those that the limits name", async () => {
  const { results } = await env.DB.prepare("SELECT sql FROM sqlite_schema WHERE name IN ('traces', 'sessions') ORDER BY name").all();
  const [sessions, traces] = results.map(({ sql }) => String(sql));
  expect(sessions).toContain(`octet_length(metadata) <= ${limits.keptSessionBytesMax})`);
  expect(traces).toContain(`octet_length(metadata) <= ${limits.keptMapBytesMax} `);
  expect(traces).toContain(`octet_length(fields) <= ${limits.keptFieldsBytesMax})`);
});

function numbered(count: number): Answer {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, index]));
}
