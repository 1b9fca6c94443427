import { describe, expect, test } from "vitest";
import { ask, askJson, makeKey, newProject, readRecording, sessionMetadata } from "./collector";
import { answerAndRow, freeplaySession, json, messages, record, rowsOf, uuid } from "./freeplay-session";
import { jvmCallInfo, jvmText } from "./sdk-bodies";

test.each(["/v2", "/api//v2", "//api/v2", "//v2", "/api/v2//"])("the wire is served under %s too", async (base) => {
  const project = newProject();
  const path = `${base}/projects/${project}/sessions/${freeplaySession}/completions`;
  const answer = await askJson("POST", path, { body: { messages } });
  expect(answer).toMatchObject({ status: 201, json: { completion_id: expect.stringMatching(uuid) } });
  expect(await readRecording(project, answer.json["completion_id"])).toMatchObject({ messages, session_id: freeplaySession });
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
  test.each(cases)("$name is $status", async ({ status, key, body = { messages }, sessionId = freeplaySession, message }) => {
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
    const answer = await askJson("POST", `/api/v2/projects/${project}/sessions/${freeplaySession}/completions`, {
      key,
      body: { messages },
    });
    expect(answer).toMatchObject({ status: 404, json: { message: expect.stringMatching(/project/) } });
    expect(await rowsOf(project)).toEqual({ recordings: 0, sessions: 0, projects: 0 });
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
    const estimate = ({ source }: { source: string }) =>
      source === "reported" ? null : expect.objectContaining({ encoding: "o200k_base" });
    expect((await readRecording(project, id))["usage"]).toMatchObject({
      prompt_tokens: prompt.tokens,
      prompt_source: prompt.source,
      completion_tokens: completion.tokens,
      completion_source: completion.source,
      prompt_estimate: estimate(prompt),
      completion_estimate: estimate(completion),
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
  expect(JSON.parse(text)).toMatchObject({ session_info: { session_id: freeplaySession, custom_metadata: metadata } });
  expect(JSON.parse(await sessionMetadata(project))).toEqual(metadata);
});

test("a repeat of a completion_id is answered 201 with it, and changes nothing", async () => {
  const project = newProject();
  const id = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
  expect(await record(project, { completion_id: id, messages })).toBe(id);
  const before = await readRecording(project, id);
  expect(await record(project, { completion_id: id, messages: [{ role: "user", content: "other" }] })).toBe(id);
  expect(await readRecording(project, id)).toEqual(before);
});
