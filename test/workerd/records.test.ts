import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import {
  type Answer,
  ask,
  askJson,
  newProject,
  readRecording,
  sessionMetadata,
  runCron,
  transactionsDuring,
  wholePayload,
} from "./collector";

test("every field of the data model reads back as it was posted", async () => {
  const project = newProject();
  const posted = wholePayload(project);
  const { status, json } = await askJson("POST", "/v1/recordings", { body: posted });
  expect(json).toMatchObject({ project_id: project, session_id: "session-1", latency_ms: 1572 });
  expect(status).toBe(201);
  expect(json["usage"]).toMatchObject({
    prompt_tokens: 24,
    completion_tokens: 5,
    prompt_source: "reported",
    completion_source: "reported",
    prompt_estimate: null,
    completion_estimate: null,
  });
  expect(json["cost_usd"]).toBeCloseTo((24 * 0.15 + 5 * 0.6) / 1e6, 9);

  const { all_messages, ...rest } = posted;
  expect(await readRecording(project, json["id"])).toMatchObject({ ...rest, messages: all_messages, ...json });
});

test("camelCase says the same as snake_case", async () => {
  const project = newProject();
  const snake = { ...wholePayload(project), id: "snake" };
  const camel = { ...toCamelCase(wholePayload(project)), id: "camel" };
  await askJson("POST", "/v1/recordings", { body: snake });
  expect((await askJson("POST", "/v1/recordings", { body: camel })).status).toBe(201);
  const { id: _1, seq: _2, received_at: _3, ...one } = await readRecording(project, "snake");
  const { id: _4, seq: _5, received_at: _6, ...other } = await readRecording(project, "camel");
  expect(other).toEqual(one);
});

test("both spellings of one key are refused and named", async () => {
  const project = newProject();
  const { status, json } = await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), projectId: project } });
  expect(status).toBe(400);
  expect(json["issues"]).toContainEqual({ path: "project_id", message: expect.stringContaining("twice") });
});

test("numbers, keys and text that JavaScript would bend come back to the letter", async () => {
  const project = newProject();
  const messages =
    '[{"role":"user","content":"\\ud800 \\u0000 \\u2028","z":1,"a":12345678901234567890,"f":1e400,"__proto__":{"x":1},"constructor":2}]';
  const body = `{"project_id":"${project}","id":"odd","all_messages":${messages},"mine":{"__proto__":"kept"}}`;
  expect((await askJson("POST", "/v1/recordings", { body, headers: { "Content-Type": "application/json" } })).status).toBe(201);
  const text = await (await ask("GET", `/v1/recordings/odd?project_id=${project}`)).text();
  expect(text).toContain(`"messages":${messages.replace("\\u2028", "\u2028")}`);
  expect(text).toContain('"extra":{"mine":{"__proto__":"kept"}}');
});

test("unknown fields are kept beside their siblings, at the top in extra", async () => {
  const project = newProject();
  const body = {
    project_id: project,
    id: "unknown",
    all_messages: [{ role: "user", content: "hi" }],
    usage: { prompt_tokens: 1 },
    call_info: { provider: "p", model: "m", region: "eu", usage: { prompt_tokens: 3, cached: 1 } },
    session_info: { session_id: "s", title: "t" },
  };
  await askJson("POST", "/v1/recordings", { body });
  expect(await readRecording(project, "unknown")).toMatchObject({
    extra: { usage: { prompt_tokens: 1 } },
    call_info: { region: "eu", usage: { prompt_tokens: 3, cached: 1 } },
    session_info: { session_id: "s", title: "t" },
  });
});

test("the same id posted 50 times at once is one row, and one answer but for those that were spooled", async () => {
  const project = newProject();
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const body = { ...wholePayload(project), id: "same", inputs: { index } };
      return await askJson("POST", "/v1/recordings", { body });
    }),
  );
  expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
  const stored = answers.filter(({ json }) => json["seq"] !== null).map(({ json }) => JSON.stringify(json));
  expect(new Set(stored).size).toBe(1);
  await runCron();
  const { results } = await env.DB.prepare("SELECT count(*) AS n FROM recordings WHERE project_id = ?1").bind(project).all();
  expect(results).toEqual([{ n: 1 }]);
});

test("a repeat changes neither the recording nor its session", async () => {
  const project = newProject();
  const first = await askJson("POST", "/v1/recordings", { body: { ...wholePayload(project), id: "once" } });
  const second = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: project,
      id: "once",
      all_messages: [{}],
      session_info: { session_id: "session-1", custom_metadata: { beta: false } },
    },
  });
  expect(second.json).toEqual(first.json);
  expect(JSON.parse(await sessionMetadata(project))).toEqual(wholePayload(project)["session_info"].custom_metadata);
});

test("a session's metadata is merged in the order of the post, and stays small however much is sent", async () => {
  const project = newProject();
  const payload = (metadata: object, id = crypto.randomUUID()) => ({
    project_id: project,
    id,
    all_messages: [{}],
    session_info: { session_id: "s", custom_metadata: metadata },
  });
  const merged = async () => await sessionMetadata(project);
  await askJson("POST", "/v1/recordings", {
    body: [payload({ a: 1, b: 9, stays: 1, n: null }), payload({ b: 10, stays: null }), payload({ c: 3 })],
  });
  expect(JSON.parse(await merged())).toEqual({ a: 1, b: 10, stays: 1, c: 3 });

  // Of two keys: the text of a session's metadata is bounded in bytes, not in characters.
  const wide = Array.from({ length: 20 }, (_, index) => payload({ [`k${index}`]: "漢".repeat(1000) }));
  expect((await askJson("POST", "/v1/recordings", { body: wide })).json).toMatchObject({ stored: 20 });
  expect(new TextEncoder().encode(await merged()).length).toBeLessThanOrEqual(16_000);

  // What is too much to merge stays with its recording.
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index]));
  const before = await merged();
  expect((await askJson("POST", "/v1/recordings", { body: payload(many, "many") })).status).toBe(201);
  expect((await readRecording(project, "many"))["session_info"].custom_metadata).toEqual(many);
  expect(await merged()).toBe(before);
});

test("a session goes with the last of its recordings, and not before", async () => {
  const project = newProject();
  const sessions = async () =>
    (await env.DB.prepare("SELECT id FROM sessions WHERE project_id = ?1 ORDER BY id").bind(project).all()).results.map(({ id }) => id);
  const payload = (id: string, session: string) => ({
    project_id: project,
    id,
    all_messages: [{}],
    session_info: { session_id: session, custom_metadata: { email: "someone" } },
  });
  await askJson("POST", "/v1/recordings", { body: [payload("a", "one"), payload("b", "one"), payload("c", "two")] });
  await ask("DELETE", `/v1/recordings/a?project_id=${project}`);
  expect(await sessions()).toEqual(["one", "two"]);
  await ask("DELETE", `/v1/recordings/b?project_id=${project}`);
  expect(await sessions()).toEqual(["two"]);
});

test("an array is judged item by item, and answered 200 even if all are refused", async () => {
  const project = newProject();
  const good = { project_id: project, all_messages: [{ role: "user", content: "hi" }] };
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: [{ ...good, id: "a" }, { ...good, id: "a" }, { ...good, id: "b", all_messages: [] }, 5, { ...good, id: "c" }],
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ stored: 2, duplicates: 1, rejected: 2 });
  expect(json["results"].map((result: { status: string }) => result.status)).toEqual([
    "stored",
    "duplicate",
    "rejected",
    "rejected",
    "stored",
  ]);
  expect(json["results"][2]).toMatchObject({ index: 2, id: "b", error: { code: "bad_request", issues: [{ path: "all_messages" }] } });
  const refused = await askJson("POST", "/v1/recordings", { body: [5] });
  expect(refused).toMatchObject({ status: 200, json: { stored: 0, rejected: 1 } });
});

test("NDJSON takes one recording a line, and a broken line refuses only itself", async () => {
  const project = newProject();
  const line = (id: string) => JSON.stringify({ project_id: project, id, all_messages: [{ role: "user", content: id }] });
  const body = `${line("a")}\n\n{"broken\n${line("b")}\r\n`;
  const { status, json } = await askJson("POST", "/v1/recordings", { body, headers: { "Content-Type": "application/x-ndjson" } });
  expect(status).toBe(200);
  expect(json).toMatchObject({ stored: 2, duplicates: 0, rejected: 1, results: [{ id: "a" }, { status: "rejected" }, { id: "b" }] });
});

test("times are both there or both absent, in seconds or ISO 8601, and milliseconds are refused", async () => {
  const project = newProject();
  const post = async (call: object) =>
    await askJson("POST", "/v1/recordings", {
      body: { project_id: project, all_messages: [{ role: "user", content: "x" }], call_info: { provider: "p", model: "m", ...call } },
    });
  expect((await post({ start_time: 5 })).json["issues"]).toMatchObject([{ path: "call_info.end_time" }]);
  expect((await post({ start_time: 1_767_323_045_678, end_time: 1_767_323_047_250 })).json["issues"][0].message).toContain("milliseconds");
  expect((await post({ start_time: "2026-01-02T03:04:05.678901Z", end_time: "2026-01-02T04:04:07+01:00" })).json).toMatchObject({
    latency_ms: 1321.099,
    started_at: "2026-01-02T03:04:05.678901Z",
  });
  expect((await post({ start_time: 10, end_time: 9 })).json).toMatchObject({ latency_ms: null, ended_at: "1970-01-01T00:00:09.000000Z" });
  expect((await post({})).json).toMatchObject({ latency_ms: null, started_at: null });
});

test("model_parameters may come under members, and default to none", async () => {
  const project = newProject();
  const body = (id: string, call: object) => ({
    project_id: project,
    id,
    all_messages: [{}],
    call_info: { provider: "p", model: "m", ...call },
  });
  await askJson("POST", "/v1/recordings", {
    body: [
      body("wrapped", { model_parameters: { members: { top_p: 1 } } }),
      body("none", {}),
      body("sdk", { llm_parameters: { top_p: 1 } }),
    ],
  });
  expect((await readRecording(project, "wrapped"))["call_info"].model_parameters).toEqual({ top_p: 1 });
  expect((await readRecording(project, "none"))["call_info"].model_parameters).toEqual({});
  expect((await readRecording(project, "sdk"))["call_info"].model_parameters).toEqual({ top_p: 1 });
});

test("a recording in a known session costs four rows and one round trip, one more for a parent and for a test run, and a repeat one", async () => {
  const { parent_id: parent, test_run_info: run, ...alone } = wholePayload(newProject());
  const body = { ...alone, id: "first" };
  await askJson("POST", "/v1/recordings", { body });
  const rowsWritten = async (id: string, more: object = {}) => {
    const transactions = await transactionsDuring(async () => await askJson("POST", "/v1/recordings", { body: { ...body, ...more, id } }));
    // A batch that is cut meanwhile is one statement alone.
    const ingests = transactions.filter((results) => results.length > 1);
    return ingests.map((results) => results.reduce((sum, { meta }) => sum + meta.rows_written, 0));
  };
  expect(await rowsWritten("second")).toEqual([4]);
  expect(await rowsWritten("third", { parent_id: parent, test_run_info: run })).toEqual([6]);
  expect(await rowsWritten("second")).toEqual([1]);
});

function toCamelCase(payload: Record<string, unknown>): Record<string, unknown> {
  const own = new Set([
    "session_info",
    "call_info",
    "response_info",
    "test_run_info",
    "usage",
    "function_call_response",
    "prompt_info",
    "error",
  ]);
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      own.has(key) ? toCamelCase(value as Record<string, unknown>) : value,
    ]),
  );
}

test("a repeat is called differing where its content differs, and not for a session that was made for it", async () => {
  const project = newProject();
  const post = async (id: string, more: Answer) =>
    await askJson("POST", "/v1/recordings", {
      body: { project_id: project, id, all_messages: [{ role: "user", content: "same" }], ...more },
    });
  await post("plain", {});
  await post("plain", {});
  await post("named", { session_id: "s" });
  await post("named", { session_id: "s" });
  await post("changed", { session_id: "s" });
  for (const more of [{ session_id: "t" }, { session_id: "s", inputs: { a: 1 } }, { session_id: "s", all_messages: [{ role: "user" }] }]) {
    await post("changed", more);
  }
  const { results } = await env.DB.prepare(
    "SELECT recording_id, sum(differs) AS differing, count(*) AS repeats FROM duplicates WHERE project_id = ?1 GROUP BY recording_id",
  )
    .bind(project)
    .all();
  expect(results).toEqual([
    { recording_id: "changed", differing: 3, repeats: 3 },
    { recording_id: "named", differing: 0, repeats: 1 },
    { recording_id: "plain", differing: 0, repeats: 1 },
  ]);
});
