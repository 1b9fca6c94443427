import { randomUUID } from "node:crypto";
import { request } from "node:http";
import Freeplay, { FreeplayClientError, type RecordPayload } from "freeplay";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "./running-collector";

type Answer = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- answers are looked into freely by tests
/** The SDK's type asks for more of a prompt and a response than its code does. */
type Call = Partial<Omit<RecordPayload, "promptInfo">> & { promptInfo?: object };

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

const conversation = [
  { role: "system", content: "Answer briefly." },
  { role: "user", content: "Why is the sky blue? ☀️" },
  { role: "assistant", content: "Rayleigh scattering." },
];

const callInfo = {
  provider: "openai",
  model: "gpt-4o-mini",
  startTime: new Date(1_767_323_045_678),
  endTime: new Date(1_767_323_047_250),
  modelParameters: { temperature: 0.2, max_tokens: 64 },
};

/** `callInfo` as the collector answers it. */
const callRead = {
  provider: "openai",
  model: "gpt-4o-mini",
  start_time: 1_767_323_045.678,
  end_time: 1_767_323_047.25,
  model_parameters: { temperature: 0.2, max_tokens: 64 },
};

test("a call without usage reads back whole, and its tokens are estimated", async () => {
  const { read, sessionId, completionId } = await recordAndRead({ inputs: { question: "Why is the sky blue? ☀️" } });
  expect(read).toMatchObject({ id: completionId, session_id: sessionId, latency_ms: 1572, started_at: "2026-01-02T03:04:05.678000Z" });
  expect(content(read)).toEqual({
    messages: conversation,
    inputs: { question: "Why is the sky blue? ☀️" },
    session_info: { session_id: sessionId },
    call_info: callRead,
  });
  expect(read["usage"]).toMatchObject({ prompt_source: "estimated", completion_source: "estimated" });
  expect(read["usage"].prompt_estimate).toMatchObject({ encoding: "o200k_base", notes: [] });
  expect(read["usage"].prompt_tokens).toBeGreaterThan(10);
  expect(read["usage"].completion_tokens).toBeGreaterThan(1);
  expect(read["cost_source"]).toBe("priced");
});

test("a call with usage keeps it, beside its provider info, API style and prompt", async () => {
  const { read } = await recordAndRead({
    callInfo: {
      ...callInfo,
      providerInfo: { region: "us-east-1" },
      usage: { promptTokens: 25, completionTokens: 4 },
      apiStyle: "batch",
    },
    promptInfo: { promptTemplateVersionId: "55555555-5555-4555-8555-555555555555", environment: "prod" },
  });
  expect(read["call_info"]).toEqual({
    ...callRead,
    provider_info: { region: "us-east-1" },
    usage: { prompt_tokens: 25, completion_tokens: 4 },
    api_style: "batch",
  });
  expect(read["usage"]).toMatchObject({
    prompt_tokens: 25,
    completion_tokens: 4,
    prompt_source: "reported",
    completion_source: "reported",
  });
  expect(read["prompt_info"]).toEqual({ prompt_template_version_id: "55555555-5555-4555-8555-555555555555", environment: "prod" });
  expect(read["environment"]).toBe("prod");
});

test("a call with tool calls keeps them and the tool schema, key order and all", async () => {
  const allMessages = [
    { role: "user", content: "Weather in Paris?" },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "call_1", type: "function", function: { name: "get_weather", arguments: '{"city":"Paris"}' } }],
    },
    { role: "tool", tool_call_id: "call_1", content: '{"temp_c":18}' },
    { role: "assistant", content: "It is 18 °C in Paris." },
  ];
  const toolSchema = [
    { type: "function", function: { name: "get_weather", description: "Weather", parameters: { type: "object", required: ["city"] } } },
  ];
  const { read } = await recordAndRead({ allMessages, toolSchema });
  expect(JSON.stringify(read["messages"])).toBe(JSON.stringify(allMessages));
  expect(read["tool_schema"]).toEqual(toolSchema);
});

test("a call with session metadata keeps it", async () => {
  const customMetadata = { user_id: "u-1", plan: "pro", beta: true, score: 4.5 };
  const sessionId = randomUUID();
  const { read } = await recordAndRead({ sessionInfo: { sessionId, customMetadata } });
  expect(read["session_info"]).toEqual({ session_id: sessionId, custom_metadata: customMetadata });
});

test("a call of a test run keeps its run and case", async () => {
  const { read } = await recordAndRead({ testRunInfo: { testRunId: "run-1", testCaseId: "case-1" } });
  expect(read["test_run_info"]).toEqual({ test_run_id: "run-1", test_case_id: "case-1" });
});

test("a legacy function call is kept, its name under either key", async () => {
  const typed = { function_name: "get_weather", arguments: '{"city":"Paris"}' };
  const named = { name: "get_weather", arguments: '{"city":"Paris"}' };
  for (const functionCallResponse of [typed, named as unknown as typeof typed, { ...named, ...typed }]) {
    const { read } = await recordAndRead({ responseInfo: { isComplete: true, functionCallResponse } });
    expect(read["response_info"].function_call_response).toMatchObject(named);
  }
});

test("a client's completion id is the recording's", async () => {
  const given = randomUUID();
  const { completionId, read } = await recordAndRead({ completionId: given });
  expect(completionId).toBe(given);
  expect(read["id"]).toBe(given);
});

test("a call with eval results, media inputs and a trace keeps them", async () => {
  const traceId = randomUUID();
  const mediaInputs = {
    photo: { type: "url" as const, url: "https://example.com/a.png" },
    paper: { type: "base64" as const, data: "JVBERi0=", content_type: "application/pdf" },
  };
  const { read } = await recordAndRead({ evalResults: { exact_match: true, f1: 0.48 }, mediaInputs, traceInfo: { traceId } });
  expect(read).toMatchObject({
    eval_results: { exact_match: true, f1: 0.48 },
    media_inputs: mediaInputs,
    trace_info: { trace_id: traceId },
    parent_id: traceId,
  });
});

test("every provider's messages read back as they were recorded", async () => {
  const conversations: RecordPayload["allMessages"][] = [
    [
      { role: "user", content: [{ type: "text", text: "Hi" }] },
      { role: "assistant", content: [{ type: "tool_use", id: "t", name: "f", input: { a: 1 } }] },
    ],
    [
      { role: "user", parts: [{ text: "Hi" }, { inlineData: { mimeType: "image/png", data: "YWJj" } }] },
      { role: "model", parts: [{ functionCall: { name: "f", args: {} }, thoughtSignature: "x" }] },
    ],
    [
      { role: "user", content: [{ text: "What?" }, { image: { format: "png", source: { bytes: "YWJj" } } }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "t", name: "f", input: {} } }] },
    ],
    [{ role: "user", content: "Hi" }, { type: "function_call", call_id: "c", name: "f", arguments: "{}" } as never],
  ];
  for (const allMessages of conversations) {
    expect(JSON.stringify((await recordAndRead({ allMessages })).read["messages"])).toBe(JSON.stringify(allMessages));
  }
});

test("a base URL that ends in a slash records too", async () => {
  const { completionId } = await recordAndRead(
    {},
    new Freeplay({ freeplayApiKey: collector.adminKey, baseUrl: `${collector.origin}/api/` }),
  );
  expect(completionId).toMatch(/^[0-9a-f-]{36}$/);
});

test("a wrong key is a FreeplayClientError that carries the collector's message", async () => {
  const error = await failureOf({}, new Freeplay({ freeplayApiKey: "fp_wrong", baseUrl: `${collector.origin}/api` }));
  const { message } = (await (
    await fetch(`${collector.origin}/v1/recordings`, { headers: { Authorization: "Bearer fp_wrong" } })
  ).json()) as Answer;
  expect(message).toEqual(expect.any(String));
  expect(error).toBeInstanceOf(FreeplayClientError);
  expect(error.message).toBe(`Unable to record LLM call. Received status 401. ${message}`);
});

test("a session id that is none is a FreeplayClientError that says so", async () => {
  const error = await failureOf({ sessionInfo: { sessionId: "not an id" } });
  expect(error).toBeInstanceOf(FreeplayClientError);
  expect(error.message).toMatch(/Received status 400\. .*session/);
});

test("the JVM's offer to go on in HTTP/2 does no harm", async () => {
  const body = JSON.stringify({ messages: conversation });
  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const sent = request(`${collector.origin}/api/v2/projects/${randomUUID()}/sessions/${randomUUID()}/completions`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${collector.adminKey}`,
        "Content-Type": "application/json",
        "Content-Length": Buffer.byteLength(body),
        Connection: "Upgrade, HTTP2-Settings",
        Upgrade: "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
        "User-Agent": "Freeplay/0.6.0 (JVM/17.0.15; Linux/6.1)",
      },
    });
    sent.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject).on("end", () => resolve({ status: response.statusCode, text }));
    });
    sent.end(body);
  });
  expect(answer.status).toBe(201);
  expect(JSON.parse(answer.text)).toEqual({ completion_id: expect.any(String) });
});

/** Records a call in a project of its own with the unmodified SDK, and reads it back through the collector's door. */
async function recordAndRead(call: Call, client = newClient()): Promise<{ read: Answer; sessionId: string; completionId: string }> {
  const payload = payloadOf(call);
  const { completionId } = await client.recordings.create(payload);
  const projectId = payload.promptInfo.projectId;
  const response = await fetch(`${collector.origin}/v1/recordings/${completionId}?project_id=${projectId}`, {
    headers: { Authorization: `Bearer ${collector.adminKey}` },
  });
  expect(response.status).toBe(200);
  return { read: (await response.json()) as Answer, sessionId: payload.sessionInfo.sessionId, completionId };
}

async function failureOf(call: Call, client = newClient()): Promise<Error> {
  return await client.recordings.create(payloadOf(call)).then(
    () => Promise.reject(new Error("The call was recorded.")),
    (thrown: Error) => thrown,
  );
}

function payloadOf({ promptInfo, ...call }: Call): RecordPayload {
  return {
    allMessages: conversation,
    inputs: {},
    sessionInfo: { sessionId: randomUUID() },
    callInfo,
    promptInfo: { projectId: randomUUID(), ...promptInfo },
    ...call,
  } as RecordPayload;
}

function newClient(): Freeplay {
  return new Freeplay({ freeplayApiKey: collector.adminKey, baseUrl: `${collector.origin}/api` });
}

/** What was posted, without what the collector found out about it. */
function content(read: Answer): Answer {
  const head =
    "id project_id session_id usage cost_usd cost_nano_usd cost_source price_version priced_as latency_ms started_at ended_at received_at feedback seq version".split(
      " ",
    );
  return Object.fromEntries(Object.entries(read).filter(([key]) => !head.includes(key)));
}
