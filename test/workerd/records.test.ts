import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { ask, askJson, newProject, readRecording, wholePayload } from "./collector";

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
    encoding: null,
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

test("the same id posted 50 times at once is one row with one answer", async () => {
  const project = newProject();
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const body = { ...wholePayload(project), id: "same", inputs: { index } };
      const { status, json } = await askJson("POST", "/v1/recordings", { body });
      return JSON.stringify({ status, json });
    }),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain('"status":201');
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
  const row = await env.DB.prepare("SELECT custom_metadata FROM sessions WHERE project_id = ?1").bind(project).first();
  expect(row).toEqual({ custom_metadata: JSON.stringify(wholePayload(project)["session_info"].custom_metadata) });
});

test("a session's metadata is merged in the order of the post, and stays small however much is sent", async () => {
  const project = newProject();
  const payload = (metadata: object, id = crypto.randomUUID()) => ({
    project_id: project,
    id,
    all_messages: [{}],
    session_info: { session_id: "s", custom_metadata: metadata },
  });
  const merged = async () =>
    (await env.DB.prepare("SELECT custom_metadata AS m FROM sessions WHERE project_id = ?1").bind(project).first<{ m: string }>())?.m ?? "";
  await askJson("POST", "/v1/recordings", {
    body: [payload({ a: 1, b: 1, stays: 1, n: null }), payload({ b: 2, stays: null }), payload({ c: 3 })],
  });
  expect(JSON.parse(await merged())).toEqual({ a: 1, b: 2, stays: 1, c: 3 });

  // Of two keys: the text of a session's metadata is bounded in bytes, not in characters.
  const wide = Array.from({ length: 20 }, (_, index) => payload({ [`k${index}`]: "漢".repeat(2000) }));
  expect((await askJson("POST", "/v1/recordings", { body: wide })).json).toMatchObject({ stored: 20 });
  expect(new TextEncoder().encode(await merged()).length).toBeLessThanOrEqual(16_000);

  // What is too much to merge stays with its recording.
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key${index}`, index]));
  const before = await merged();
  expect((await askJson("POST", "/v1/recordings", { body: payload(many, "many") })).status).toBe(201);
  expect((await readRecording(project, "many"))["session_info"].custom_metadata).toEqual(many);
  expect(await merged()).toBe(before);
});

test("a counter that fails leaves usage missing and the recording stored", async () => {
  const encode = TextEncoder.prototype.encode;
  vi.spyOn(TextEncoder.prototype, "encode").mockImplementation(function (this: TextEncoder, text) {
    if (text === "a text to fail at") throw new RangeError("injected");
    return encode.call(this, text);
  });
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: { project_id: newProject(), all_messages: [{ role: "user", content: "a text to fail at" }] },
  });
  vi.restoreAllMocks();
  expect(status).toBe(201);
  expect(json["usage"]).toMatchObject({ prompt_tokens: null, prompt_source: "missing" });
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

test("a gzip body is taken, a broken one refused, another encoding is 415", async () => {
  const body = await gzip(JSON.stringify(wholePayload(newProject())));
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  expect((await askJson("POST", "/v1/recordings", { body, headers })).status).toBe(201);
  expect((await askJson("POST", "/v1/recordings", { body: body.slice(0, -9), headers })).status).toBe(400);
  expect((await askJson("POST", "/v1/recordings", { body: "{}", headers })).status).toBe(400);
  expect((await askJson("POST", "/v1/recordings", { body, headers: { ...headers, "Content-Encoding": "br" } })).status).toBe(415);
});

test("a body over the limit is 413 with the limit, packed too, and so is a recording over its own", async () => {
  const project = newProject();
  const body = (units: number) => JSON.stringify({ project_id: project, all_messages: [{ role: "user", content: "a".repeat(units) }] });
  const headers = { "Content-Type": "application/json" };
  for (const options of [
    { body: body(10_000_000), headers },
    { body: await gzip(body(10_000_000)), headers: { ...headers, "Content-Encoding": "gzip" } },
  ]) {
    expect(await askJson("POST", "/v1/recordings", options)).toMatchObject({
      status: 413,
      json: { code: "too_large", message: expect.stringContaining("10000000 bytes") },
    });
  }
  expect(await askJson("POST", "/v1/recordings", { body: body(1_900_000), headers })).toMatchObject({
    status: 413,
    json: { message: expect.stringContaining("1900000") },
  });
  expect((await askJson("POST", "/v1/recordings", { body: body(1_899_000), headers })).status).toBe(201);
  const list = await askJson("POST", "/v1/recordings", { body: `[${body(1_900_000)},${body(10)}]`, headers });
  expect(list).toMatchObject({
    status: 200,
    json: { stored: 1, rejected: 1, results: [{ error: { code: "too_large" } }, { status: "stored" }] },
  });
});

test("a few bytes that would fill the memory are refused, however they are spelled", async () => {
  const project = newProject();
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  const wrapped = (messages: string) => `{"project_id":"${project}","all_messages":[${messages}]}`;
  for (const body of [wrapped(`1${",1".repeat(400_000)}`), wrapped(`{}${",{}".repeat(100_000)},5`)]) {
    const { status, json } = await askJson("POST", "/v1/recordings", { body: await gzip(body), headers });
    expect(status).toBe(400);
    expect(json["issues"].length).toBeLessThanOrEqual(20);
  }
  for (const body of [
    wrapped(`1${",1".repeat(2_000_000)}`),
    wrapped(`{}${",{}".repeat(2_000_000)}`),
    `[${wrapped(`0.0${",0.0".repeat(1_000_000)},1e5`)}]`,
  ]) {
    expect((await askJson("POST", "/v1/recordings", { body: await gzip(body), headers })).status).toBe(413);
  }
  const lines = await gzip("1\n".repeat(4_000_000));
  expect(
    (await askJson("POST", "/v1/recordings", { body: lines, headers: { ...headers, "Content-Type": "application/x-ndjson" } })).status,
  ).toBe(413);
  const many = await gzip(`${wrapped(`{}${",{}".repeat(40_000)}`)}\n`.repeat(30));
  expect(
    (await askJson("POST", "/v1/recordings", { body: many, headers: { ...headers, "Content-Type": "application/x-ndjson" } })).status,
  ).toBe(413);
  const commas = JSON.stringify({ project_id: project, id: "commas", all_messages: [{ role: "user", content: ',[{\\"'.repeat(250_000) }] });
  expect((await askJson("POST", "/v1/recordings", { body: commas, headers: { "Content-Type": "application/json" } })).status).toBe(201);
});

test("one item that is wrong in a hundred thousand places refuses only itself", async () => {
  const project = newProject();
  const good = { project_id: project, id: "good", all_messages: [{}] };
  const bad = {
    project_id: project,
    id: "bad",
    all_messages: Array.from({ length: 200_000 }, () => 1),
    tool_schema: Array.from({ length: 200_000 }, () => 1),
  };
  expect(await askJson("POST", "/v1/recordings", { body: [good, bad] })).toMatchObject({
    status: 200,
    json: { stored: 1, rejected: 1, results: [{ id: "good" }, { id: "bad", status: "rejected" }] },
  });
});

test("an answer that is no text has no count, and therefore no price", async () => {
  const project = newProject();
  const usageOf = async (answer: object) =>
    (
      await askJson("POST", "/v1/recordings", {
        body: {
          project_id: project,
          all_messages: [{ role: "user", content: "draw" }, answer],
          call_info: { provider: "openai", model: "gpt-4o" },
        },
      })
    ).json;
  for (const answer of [
    { role: "assistant", content: [{ type: "image", source: { data: "aaaa" } }] },
    { role: "assistant", audio: { id: "a" } },
  ]) {
    expect(await usageOf(answer)).toMatchObject({ usage: { completion_tokens: null, completion_source: "missing" }, cost_usd: null });
  }
  expect((await usageOf({ role: "assistant", content: "" }))["usage"]).toMatchObject({
    completion_tokens: 0,
    completion_source: "estimated",
  });
  const parts = Array.from({ length: 140_000 }, () => ({ text: "a" }));
  expect((await usageOf({ role: "assistant", content: parts }))["usage"]).toMatchObject({ completion_tokens: 140_000, note: null });
});

test("a media type that is not read is 415", async () => {
  expect((await askJson("POST", "/v1/recordings", { body: "{}", headers: { "Content-Type": "text/plain" } })).status).toBe(415);
  expect(
    (await askJson("POST", "/v1/recordings", { body: "{}", headers: { "Content-Type": "application/json; charset=utf-16" } })).status,
  ).toBe(415);
});

test("a refusal names each bad field and echoes no value", async () => {
  const secret = "s3cret-value";
  const { status, json } = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: `no spaces ${secret}`,
      all_messages: [secret],
      inputs: secret,
      call_info: { provider: 5, start_time: secret, usage: { prompt_tokens: -1, completion_tokens: secret } },
      response_info: { is_complete: secret, function_call_response: { name: secret } },
      test_run_info: { test_run_id: "x" },
    },
  });
  expect(status).toBe(400);
  expect(json).toMatchObject({ code: "bad_request", request_id: expect.any(String), message: expect.any(String) });
  expect(json["issues"].map(({ path }: { path: string }) => path)).toEqual(
    expect.arrayContaining([
      "project_id",
      "all_messages.0",
      "inputs",
      "call_info.provider",
      "call_info.model",
      "call_info.start_time",
      "call_info.usage.prompt_tokens",
      "call_info.usage.completion_tokens",
      "response_info.is_complete",
      "response_info.function_call_response.arguments",
      "test_run_info.test_case_id",
    ]),
  );
  expect(JSON.stringify(json)).not.toContain(secret);
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

test("a missing side is estimated and says so, a missing answer is missing, and neither is 0", async () => {
  const project = newProject();
  const usageOf = async (messages: object[], usage: object | null, model = "gpt-4o-mini") =>
    (
      await askJson("POST", "/v1/recordings", {
        body: { project_id: project, all_messages: messages, call_info: { provider: "openai", model, usage } },
      })
    ).json;
  const conversation = [
    { role: "user", content: "Why is the sky blue?" },
    { role: "assistant", content: "Rayleigh scattering." },
  ];
  expect(await usageOf(conversation, null)).toMatchObject({
    usage: { prompt_tokens: 13, completion_tokens: 4, prompt_source: "estimated", completion_source: "estimated", encoding: "o200k_base" },
    cost_source: "priced",
  });
  expect((await usageOf(conversation, { prompt_tokens: 0 }, "gpt-4"))["usage"]).toMatchObject({
    prompt_tokens: 0,
    prompt_source: "reported",
    completion_source: "estimated",
    encoding: "cl100k_base",
  });
  expect(await usageOf(conversation.slice(0, 1), null)).toMatchObject({
    usage: { completion_tokens: null, completion_source: "missing" },
    cost_usd: null,
    cost_source: "unpriced",
  });
  expect(await usageOf(conversation, { prompt_tokens: 1, completion_tokens: 1 }, "no-such-model")).toMatchObject({ cost_usd: null });
});

test("no body holds the CPU: a megabyte of one letter is sampled and marked", async () => {
  const { json } = await askJson("POST", "/v1/recordings", {
    body: {
      project_id: newProject(),
      all_messages: [{ role: "user", content: "a".repeat(1_000_000) }],
      call_info: { provider: "openai", model: "gpt-4o" },
    },
  });
  expect(json["usage"]).toMatchObject({ prompt_source: "estimated", note: "sampled" });
  expect(json["usage"].prompt_tokens).toBeGreaterThan(100_000);
});

test("a recording in a known session costs four rows and one round trip, and a repeat no row", async () => {
  const body = { ...wholePayload(newProject()), id: "first" };
  await askJson("POST", "/v1/recordings", { body });
  const spy = vi.spyOn(env.DB, "batch");
  const rowsWritten = async (id: string) => {
    spy.mockClear();
    await askJson("POST", "/v1/recordings", { body: { ...body, id } });
    const trips = await Promise.all(spy.mock.results.map(async ({ value }) => (await value) as D1Result[]));
    return trips.map((results) => results.reduce((sum, { meta }) => sum + meta.rows_written, 0));
  };
  expect(await rowsWritten("second")).toEqual([4]);
  expect(await rowsWritten("second")).toEqual([0]);
  spy.mockRestore();
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

async function gzip(text: string): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}
