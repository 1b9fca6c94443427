import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import nodeRequests from "../fixtures/freeplay-requests-node-0.3.1.json";
import pythonRequests from "../fixtures/freeplay-requests-python-0.6.1.json";
import { type Answer, ask, askJson, makeKey, newProject, readRecording } from "./collector";

/** The project that the SDKs were pointed at when their requests were captured. */
const capturedProject = "99999999-9999-4999-8999-999999999999";
const session = "8c973e66-84ac-4803-976c-0a266d6a5236";
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const json = { "Content-Type": "application/json" };

interface Captured {
  name: string;
  route: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

const captured = [
  ...(nodeRequests as Captured[]).map((request) => ({ ...request, sdk: "Node 0.3.1" })),
  ...(pythonRequests as Captured[]).map((request) => ({ ...request, sdk: "Python 0.6.1" })),
]
  .filter(({ route }) => route === "record_completion")
  .map((request, index) => ({ ...request, title: `${index + 1}: ${request.name} of ${request.sdk}` }));

/** Records a body given as an object or as the text to send; answers the id. */
async function record(project: string, body: object | string): Promise<string> {
  const path = `/api/v2/projects/${project}/sessions/${session}/completions`;
  const answer = await askJson("POST", path, { body, headers: json });
  expect(answer).toMatchObject({ status: 201, json: { completion_id: expect.any(String) } });
  return answer.json["completion_id"];
}

const messages = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Rayleigh scattering." },
];

test("the fixtures hold all 18 captured completions", () => {
  expect(captured).toHaveLength(18);
});

describe("a captured request is answered 201 with its completion_id, and every field reads back", () => {
  test.each(captured)("$title", async ({ sdk, path, headers, body }) => {
    const project = newProject();
    const sent = body as Answer;
    const { Authorization: _, ...sdkHeaders } = headers;
    const text = sdk.startsWith("Python") ? toAscii(JSON.stringify(sent)) : JSON.stringify(sent);
    const answer = await askJson("POST", path.replace(capturedProject, project), { body: text, headers: sdkHeaders });
    expect(answer.json).toEqual({ completion_id: sent["completion_id"] ?? expect.stringMatching(uuid) });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);

    const read = await readRecording(project, answer.json["completion_id"]);
    const sessionId = path.split("/")[6];
    expect(JSON.stringify(read["messages"])).toBe(JSON.stringify(sent["messages"]));
    expect(pick(read, ...contentKeys)).toEqual(promisedContent(sent, sessionId));
    expect(read).toMatchObject({ id: answer.json["completion_id"], project_id: project, session_id: sessionId });
    expect(read["usage"]).toMatchObject(promisedUsage(sent));
    const call = sent["call_info"] ?? {};
    expect(pick(read, "latency_ms", "started_at", "ended_at")).toEqual(promisedTimes(call["start_time"], call["end_time"]));
    const row = await env.DB.prepare("SELECT provider, model, environment FROM recordings WHERE project_id = ?1").bind(project).first();
    expect(row).toEqual({
      provider: call["provider"] ?? null,
      model: call["model"] ?? null,
      environment: sent["prompt_info"]?.["environment"] ?? null,
    });
  });
});

test.each(["/v2", "/api//v2", "//api/v2", "//v2", "/api/v2//"])("the wire is served under %s too", async (base) => {
  const project = newProject();
  const path = `${base}/projects/${project}/sessions/${session}/completions`;
  const answer = await askJson("POST", path, { body: { messages } });
  expect(answer).toMatchObject({ status: 201, json: { completion_id: expect.stringMatching(uuid) } });
  expect(await readRecording(project, answer.json["completion_id"])).toMatchObject({ messages, session_id: session });
});

describe("a refusal carries a message, and nothing is stored", () => {
  const cases: { name: string; status: number; key?: string | null; body?: unknown; sessionId?: string; message: RegExp }[] = [
    { name: "no key", status: 401, key: null, message: /key/i },
    { name: "a wrong key", status: 401, key: "fp_test_key", message: /key/i },
    { name: "broken JSON", status: 400, body: '{"messages": [', message: /JSON/ },
    { name: "no body", status: 400, body: "", message: /JSON/ },
    { name: "an array", status: 400, body: [{ messages }], message: /object/ },
    { name: "missing messages", status: 400, body: { inputs: {} }, message: /messages/ },
    { name: "messages null", status: 400, body: { messages: null }, message: /messages/ },
    { name: "empty messages", status: 400, body: { messages: [] }, message: /messages/ },
    { name: "a session id with a space", status: 400, sessionId: "a%20b", message: /session/ },
    { name: "a session id of 129 characters", status: 400, sessionId: "a".repeat(129), message: /session/ },
    { name: "a session id that is no text", status: 400, sessionId: "%ff", message: /session/ },
  ];
  test.each(cases)("$name is $status", async ({ status, key, body = { messages }, sessionId = session, message }) => {
    const project = newProject();
    const answer = await askJson("POST", `/api/v2/projects/${project}/sessions/${sessionId}/completions`, {
      ...(key === undefined ? {} : { key }),
      body,
      headers: json,
    });
    expect(answer.status).toBe(status);
    expect(answer.json["message"]).toMatch(message);
    expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(await rowsOf(project)).toEqual({ recordings: 0, sessions: 0, projects: 0 });
  });

  test("another project's key is 404", async () => {
    const project = newProject();
    const { key } = await makeKey({ scope: "ingest", project_id: newProject() });
    const answer = await askJson("POST", `/api/v2/projects/${project}/sessions/${session}/completions`, { key, body: { messages } });
    expect(answer).toMatchObject({ status: 404, json: { message: expect.stringMatching(/project/) } });
    expect(await rowsOf(project)).toEqual({ recordings: 0, sessions: 0, projects: 0 });
  });
});

describe("the same call sent by Node 0.3.1, Python 0.6.1 and JVM 0.6.0 is the same stored row", () => {
  const call = {
    messages: [
      { role: "system", content: "Answer briefly." },
      { role: "user", content: "Weather in Paris? ☀️" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } }],
      },
      { role: "tool", tool_call_id: "call_1", content: '{"temp_c":18}' },
      { role: "assistant", content: "It is 18 °C in Paris." },
    ],
    inputs: { city: "Paris", days: 3, verbose: false, tags: ["a", "b"], nested: { deep: 0.5 } },
    metadata: { user_id: "u-1", beta: true, score: 4.5 },
    promptInfo: { environment: "prod", prompt_template_version_id: "55555555-5555-4555-8555-555555555555" },
    testRunInfo: { test_run_id: "22222222-2222-4222-8222-222222222222", test_case_id: "33333333-3333-4333-8333-333333333333" },
    evalResults: { exact_match: true, f1: 0.48 },
    toolSchema: [{ type: "function", function: { name: "get_weather", description: "Weather", parameters: { type: "object" } } }],
    parameters: { temperature: 0.2, max_tokens: 64 },
    usage: { prompt_tokens: 25, completion_tokens: 4 },
    functionCall: { name: "get_weather", arguments: '{"city":"Paris"}' },
  };
  const times = { start_time: 1_767_323_045.678, end_time: 1_767_323_047.25 };

  const bare = {
    node: JSON.stringify({
      messages: call.messages,
      inputs: call.inputs,
      prompt_info: {},
      call_info: { ...times, model: "gpt-4o-mini", provider: "openai", llm_parameters: call.parameters },
    }),
    python: pythonText({
      messages: call.messages,
      inputs: call.inputs,
      tool_schema: null,
      output_schema: null,
      session_info: { custom_metadata: null },
      parent_id: null,
      call_info: {
        ...times,
        model: "gpt-4o-mini",
        provider: "openai",
        provider_info: null,
        llm_parameters: call.parameters,
        api_style: null,
      },
    }),
    jvm: (project: string) =>
      jvmText({
        messages: call.messages,
        inputs: call.inputs,
        session_info: { session_id: session, custom_metadata: null },
        prompt_info: { project_id: project, prompt_template_version_id: null, environment: null },
        call_info: jvmCallInfo({ model_parameters: call.parameters }),
      }),
  };

  const whole = {
    node: JSON.stringify({
      messages: call.messages,
      inputs: call.inputs,
      prompt_info: call.promptInfo,
      call_info: {
        ...times,
        model: "gpt-4o-mini",
        provider: "openai",
        provider_info: { region: "us-east-1" },
        llm_parameters: call.parameters,
        usage: call.usage,
        api_style: "batch",
      },
      tool_schema: call.toolSchema,
      session_info: { custom_metadata: call.metadata },
      test_run_info: call.testRunInfo,
      eval_results: call.evalResults,
    }),
    python: pythonText({
      messages: call.messages,
      inputs: call.inputs,
      tool_schema: call.toolSchema,
      output_schema: null,
      session_info: { custom_metadata: call.metadata },
      parent_id: null,
      prompt_info: call.promptInfo,
      call_info: {
        ...times,
        model: "gpt-4o-mini",
        provider: "openai",
        provider_info: { region: "us-east-1" },
        llm_parameters: call.parameters,
        api_style: "batch",
        usage: call.usage,
      },
      custom_metadata: call.metadata,
      test_run_info: call.testRunInfo,
      eval_results: call.evalResults,
    }),
    jvm: (project: string) =>
      jvmText({
        messages: call.messages,
        inputs: call.inputs,
        session_info: { session_id: session, custom_metadata: call.metadata },
        prompt_info: { project_id: project, ...call.promptInfo },
        call_info: jvmCallInfo({
          model_parameters: call.parameters,
          provider_info: { region: "us-east-1" },
          usage: call.usage,
          api_style: "batch",
        }),
        tool_schema: call.toolSchema,
        test_run_info: call.testRunInfo,
        eval_results: call.evalResults,
      }),
  };

  test.each([
    { name: "little more than messages", sdks: bare },
    { name: "all that the three can say", sdks: whole },
  ])("with $name", async ({ sdks }) => {
    const project = newProject();
    const ids = [await record(project, sdks.node), await record(project, sdks.python), await record(project, sdks.jvm(project))];
    const [node, python, jvm] = await Promise.all(ids.map(async (id) => await answerAndRow(project, id)));
    expect(python).toEqual(node);
    expect(jvm).toEqual(node);
    expect(node?.answer["call_info"]).toMatchObject({
      provider: "openai",
      model: "gpt-4o-mini",
      model_parameters: call.parameters,
      ...times,
    });
    expect(node?.row).toMatchObject({ started_us: 1_767_323_045_678_000, ended_us: 1_767_323_047_250_000 });
    expect(await rowsOf(project)).toEqual({ recordings: 3, sessions: 1, projects: 1 });
  });

  test("with a function call, by each of its names, but for is_complete that only the JVM sends", async () => {
    const project = newProject();
    const { name, arguments: text } = call.functionCall;
    const legacy = { messages: [messages[0], { role: "assistant", content: "" }], inputs: {} };
    const callInfo = { ...times, model: "gpt-4o-mini", provider: "openai", llm_parameters: {} };
    const ids = [
      await record(project, {
        ...legacy,
        prompt_info: {},
        call_info: callInfo,
        response_info: { function_call_response: call.functionCall },
      }),
      await record(project, {
        ...legacy,
        prompt_info: {},
        call_info: callInfo,
        response_info: { function_call_response: { function_name: name, arguments: text } },
      }),
      await record(
        project,
        pythonText({
          ...legacy,
          session_info: { custom_metadata: null },
          call_info: { ...callInfo, provider_info: null, api_style: null },
          response_info: { function_call_response: call.functionCall },
        }),
      ),
      await record(
        project,
        jvmText({
          ...legacy,
          session_info: { session_id: session, custom_metadata: null },
          call_info: jvmCallInfo({ model_parameters: {} }),
          response_info: { is_complete: true, function_call: call.functionCall, prompt_tokens: 0, response_tokens: 0 },
        }),
      ),
    ];
    const [node, typed, python, jvm] = await Promise.all(ids.map(async (id) => (await answerAndRow(project, id)).answer));
    expect(node?.["response_info"]).toEqual({ function_call_response: call.functionCall });
    expect(typed).toEqual(node);
    expect(python).toEqual(node);
    expect(jvm).toEqual({ ...node, response_info: { ...node?.["response_info"], is_complete: true } });
  });
});

describe("the least that an SDK can send is taken", () => {
  const least: { sdk: string; body: string }[] = [
    { sdk: "Node 0.5", body: JSON.stringify({ messages }) },
    { sdk: "Node 0.5 with an empty call", body: JSON.stringify({ messages, call_info: {} }) },
    { sdk: "Node 0.3.1", body: JSON.stringify({ messages, prompt_info: {}, call_info: { start_time: null, end_time: null } }) },
    {
      sdk: "Python 0.6.1",
      body: pythonText({
        messages,
        inputs: null,
        tool_schema: null,
        output_schema: null,
        session_info: { custom_metadata: null },
        parent_id: null,
      }),
    },
    { sdk: "JVM 0.6.0", body: jvmText({ messages, session_info: { session_id: session, custom_metadata: null } }) },
    { sdk: "JVM 0.6.0 with no session info", body: jvmText({ messages }) },
  ];
  test("and is the same recording from each", async () => {
    const project = newProject();
    const found: Answer[] = [];
    for (const { body } of least) found.push((await answerAndRow(project, await record(project, body))).answer);
    for (const [index, answer] of found.entries()) expect(answer, least[index]?.sdk).toEqual(found[0]);
    expect(found[0]).toMatchObject({
      messages,
      session_info: { session_id: session },
      started_at: null,
      latency_ms: null,
      usage: { prompt_source: "estimated", completion_source: "estimated" },
    });
    expect(found[0]).not.toHaveProperty("call_info");
  });
});

describe("a side of the usage that is not given is estimated, and one that is given is kept", () => {
  const reported = (tokens: number) => ({ tokens, source: "reported" });
  const estimatedPrompt = { tokens: 13, source: "estimated" };
  const estimatedCompletion = { tokens: 4, source: "estimated" };
  const cases = [
    { usage: undefined, prompt: estimatedPrompt, completion: estimatedCompletion },
    { usage: null, prompt: estimatedPrompt, completion: estimatedCompletion },
    { usage: {}, prompt: estimatedPrompt, completion: estimatedCompletion },
    { usage: { prompt_tokens: 25 }, prompt: reported(25), completion: estimatedCompletion },
    { usage: { completion_tokens: 9 }, prompt: estimatedPrompt, completion: reported(9) },
    { usage: { prompt_tokens: 25, completion_tokens: null }, prompt: reported(25), completion: estimatedCompletion },
    { usage: { prompt_tokens: null, completion_tokens: 9 }, prompt: estimatedPrompt, completion: reported(9) },
    { usage: { prompt_tokens: null, completion_tokens: null }, prompt: estimatedPrompt, completion: estimatedCompletion },
    { usage: { prompt_tokens: 0, completion_tokens: 0 }, prompt: reported(0), completion: reported(0) },
    { usage: { prompt_tokens: 0 }, prompt: reported(0), completion: estimatedCompletion },
  ];
  test.each(cases)("usage $usage", async ({ usage, prompt, completion }) => {
    const project = newProject();
    const id = await record(project, { messages, call_info: { provider: "openai", model: "gpt-4o-mini", usage } });
    const isReported = prompt.source === "reported" && completion.source === "reported";
    expect((await readRecording(project, id))["usage"]).toMatchObject({
      prompt_tokens: prompt.tokens,
      prompt_source: prompt.source,
      completion_tokens: completion.tokens,
      completion_source: completion.source,
      encoding: isReported ? null : "o200k_base",
    });
  });

  test("real zeros cost nothing, and are priced", async () => {
    const project = newProject();
    const usage = { prompt_tokens: 0, completion_tokens: 0 };
    const id = await record(project, { messages, call_info: { provider: "openai", model: "gpt-4o-mini", usage } });
    expect(await readRecording(project, id)).toMatchObject({ cost_usd: 0, cost_source: "priced" });
  });

  test.each([null, { prompt_tokens: null, completion_tokens: null }])(
    "the JVM's unset response tokens are no usage beside %j",
    async (usage) => {
      const project = newProject();
      const id = await record(
        project,
        jvmText({
          messages,
          call_info: jvmCallInfo({ usage }),
          response_info: { is_complete: true, function_call: null, prompt_tokens: 0, response_tokens: 0 },
        }),
      );
      expect(await readRecording(project, id)).toMatchObject({
        usage: { prompt_tokens: 13, prompt_source: "estimated", completion_tokens: 4, completion_source: "estimated" },
        response_info: { is_complete: true },
      });
    },
  );

  test("the JVM's unset response tokens leave its usage alone", async () => {
    const project = newProject();
    const id = await record(
      project,
      jvmText({
        messages,
        call_info: jvmCallInfo({ usage: { prompt_tokens: 25, completion_tokens: 4 } }),
        response_info: { is_complete: false, function_call: null, prompt_tokens: 0, response_tokens: 0 },
      }),
    );
    expect(await readRecording(project, id)).toMatchObject({
      usage: { prompt_tokens: 25, prompt_source: "reported", completion_tokens: 4, completion_source: "reported" },
      response_info: { is_complete: false },
    });
  });
});

test("prompt_version_info is prompt_info by another name, and an empty one is none", async () => {
  const project = newProject();
  const prompt = { prompt_template_version_id: "55555555-5555-4555-8555-555555555555", environment: "prod" };
  const read = async (body: object) => (await answerAndRow(project, await record(project, { messages, ...body }))).answer;
  const named = await read({ prompt_info: prompt });
  expect(named).toMatchObject({ prompt_info: prompt, environment: "prod" });
  expect(await read({ prompt_version_info: prompt })).toEqual(named);
  const none = await read({});
  expect(await read({ prompt_info: {} })).toEqual(none);
  expect(await read({ prompt_version_info: {} })).toEqual(none);
  expect(await read({ prompt_info: null })).toEqual(none);
});

test("a completion that names an unknown parent is taken, and linked to it", async () => {
  const project = newProject();
  const parent = "5400f941-7aeb-46b9-b96e-abadfaf3a47e";
  for (const link of [{ parent_id: parent }, { trace_info: { trace_id: parent } }]) {
    const id = await record(project, { messages, ...link });
    expect(await readRecording(project, id)).toMatchObject({ parent_id: parent, ...link });
  }
});

test("unknown fields are kept where they were, at the top in extra", async () => {
  const project = newProject();
  const id = await record(project, {
    messages,
    new_of_2027: { a: [1] },
    call_info: { model: "m", region: "eu", usage: { prompt_tokens: 3, completion_tokens: 1, cached_tokens: 2 } },
    session_info: { custom_metadata: { a: 1 }, title: "t" },
    prompt_info: { environment: "prod", colour: "blue" },
    response_info: { finish_reason: "stop" },
    test_run_info: { test_run_id: "r", test_case_id: "c", attempt: 2 },
  });
  expect(await readRecording(project, id)).toMatchObject({
    extra: { new_of_2027: { a: [1] } },
    call_info: { region: "eu", usage: { prompt_tokens: 3, completion_tokens: 1, cached_tokens: 2 } },
    session_info: { title: "t" },
    prompt_info: { environment: "prod", colour: "blue" },
    response_info: { finish_reason: "stop" },
    test_run_info: { test_run_id: "r", test_case_id: "c", attempt: 2 },
  });
});

test("what the first wire had at the top is read as what it is, and kept whole", async () => {
  const project = newProject();
  const functionCall = { function_name: "f", arguments: "{}", call_id: "c-1" };
  const id = await record(project, { messages, is_complete: true, function_call_response: functionCall });
  expect((await readRecording(project, id))["response_info"]).toMatchObject({
    is_complete: true,
    function_call_response: { name: "f", arguments: "{}", call_id: "c-1" },
  });
});

test("metadata that Python sends twice is stored once, with the recording and with the session", async () => {
  const project = newProject();
  const metadata = { user_id: "u-1", beta: true, score: 4.5 };
  const id = await record(project, { messages, session_info: { custom_metadata: metadata }, custom_metadata: metadata });
  const text = await (await ask("GET", `/v1/recordings/${id}?project_id=${project}`)).text();
  expect(text.split('"user_id"')).toHaveLength(2);
  expect(JSON.parse(text)).toMatchObject({ session_info: { session_id: session, custom_metadata: metadata } });
  const { results } = await env.DB.prepare("SELECT id, custom_metadata FROM sessions WHERE project_id = ?1").bind(project).all();
  expect(results).toEqual([{ id: session, custom_metadata: JSON.stringify(metadata) }]);
});

test("a repeat of a completion_id is answered 201 with it, and changes nothing", async () => {
  const project = newProject();
  const id = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
  expect(await record(project, { completion_id: id, messages })).toBe(id);
  const before = await readRecording(project, id);
  expect(await record(project, { completion_id: id, messages: [{ role: "user", content: "other" }] })).toBe(id);
  expect(await readRecording(project, id)).toEqual(before);
});

const contentKeys = [
  "inputs",
  "media_inputs",
  "tool_schema",
  "output_schema",
  "session_info",
  "prompt_info",
  "environment",
  "parent_id",
  "trace_info",
  "call_info",
  "response_info",
  "test_run_info",
  "eval_results",
  "extra",
];

/** What a recording reads back, by the tables of the wire: what was sent under our names, without what is null or empty. */
function promisedContent(sent: Answer, sessionId: string | undefined): Answer {
  const call = sent["call_info"];
  const prompt = sent["prompt_info"];
  const functionCall = sent["response_info"]?.["function_call_response"];
  const metadata = sent["session_info"]?.["custom_metadata"];
  return withoutNulls({
    ...pick(sent, "inputs", "media_inputs", "tool_schema", "output_schema", "test_run_info", "eval_results", "trace_info"),
    session_info: withoutNulls({ session_id: sessionId, custom_metadata: metadata }),
    prompt_info: prompt,
    environment: prompt?.["environment"],
    parent_id: sent["parent_id"] ?? sent["trace_info"]?.["trace_id"],
    call_info:
      call === undefined
        ? undefined
        : withoutNulls({
            ...pick(call, "provider", "model", "start_time", "end_time", "provider_info", "api_style", "usage"),
            model_parameters: call["llm_parameters"] ?? {},
          }),
    response_info: functionCall === undefined ? undefined : { function_call_response: promisedCall(functionCall) },
  });
}

/** Callers who follow Node's type give the name as `function_name`, and some give both. */
function promisedCall(call: Answer): unknown {
  return expect.objectContaining({ name: call["name"] ?? call["function_name"], arguments: call["arguments"] });
}

function promisedUsage(sent: Answer): Answer {
  const usage = sent["call_info"]?.["usage"];
  if (usage !== undefined) return { ...usage, prompt_source: "reported", completion_source: "reported", encoding: null };
  return {
    prompt_tokens: expect.any(Number),
    completion_tokens: expect.any(Number),
    prompt_source: "estimated",
    completion_source: "estimated",
    encoding: expect.any(String),
  };
}

function promisedTimes(startTime: number | null | undefined, endTime: number | null | undefined): Answer {
  if (typeof startTime !== "number" || typeof endTime !== "number") return { latency_ms: null, started_at: null, ended_at: null };
  const iso = (seconds: number) => new Date(Math.round(seconds * 1000)).toISOString().replace("Z", "000Z");
  return { latency_ms: Math.round((endTime - startTime) * 1000), started_at: iso(startTime), ended_at: iso(endTime) };
}

function pick(from: Answer, ...keys: string[]): Answer {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}

function withoutNulls(from: Answer): Answer {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined && value !== null));
}

/** A recording as it is answered and as it lies in D1, without what differs from one recording to the next. */
async function answerAndRow(project: string, id: string): Promise<{ answer: Answer; row: Answer }> {
  const { id: _1, seq: _2, received_at: _3, ...answer } = await readRecording(project, id);
  const found = await env.DB.prepare("SELECT * FROM recordings WHERE project_id = ?1 AND id = ?2").bind(project, id).first<Answer>();
  const { id: _4, seq: _5, received_us: _6, ...row } = found ?? {};
  return { answer, row };
}

async function rowsOf(project: string): Promise<Answer> {
  const row = await env.DB.prepare(
    `SELECT (SELECT count(*) FROM recordings WHERE project_id = ?1) AS recordings,
            (SELECT count(*) FROM sessions WHERE project_id = ?1) AS sessions,
            (SELECT count(*) FROM projects WHERE id = ?1) AS projects`,
  )
    .bind(project)
    .first<Answer>();
  return row ?? {};
}

/** As Python's json.dumps prints: a space after each colon and comma, ASCII alone. */
function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${toAscii(JSON.stringify(key))}: ${pythonText(inner)}`)
      .join(", ")}}`;
  return toAscii(JSON.stringify(value));
}

function toAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A body as the JVM's Jackson prints it: every key of its payload there, null where unset, and times with an exponent. */
function jvmText(given: Answer): string {
  const body = {
    completion_id: null,
    inputs: null,
    media_inputs: {},
    session_info: null,
    prompt_info: null,
    call_info: null,
    tool_schema: null,
    output_schema: null,
    response_info: null,
    test_run_info: null,
    eval_results: null,
    trace_info: null,
    parent_id: null,
    ...given,
  };
  return JSON.stringify(body).replaceAll("1767323045.678", "1.767323045678E9").replaceAll("1767323047.25", "1.76732304725E9");
}

function jvmCallInfo(given: Answer): Answer {
  return {
    provider: "openai",
    model: "gpt-4o-mini",
    start_time: 1_767_323_045.678,
    end_time: 1_767_323_047.25,
    model_parameters: null,
    provider_info: null,
    usage: null,
    api_style: null,
    ...given,
  };
}
