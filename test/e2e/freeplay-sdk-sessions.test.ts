import { randomUUID } from "node:crypto";
import { getSessionInfo } from "freeplay";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningCollector, startCollector } from "./running-collector";
import { type Answer, conversation, endedAt, more, openProject, startedAt } from "./sdk-project";

let collector: RunningCollector;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => await collector.stop());

test("recordings.update appends messages and merges evaluations, and the rest reads back as it was recorded", async () => {
  const sdk = await openProject(collector);
  const { completionId } = await sdk.client.recordings.create(
    sdk.call({ inputs: { question: "Why?" }, evalResults: { f1: 0.5, base: 1 } }),
  );
  const before = await sdk.recording(completionId);
  expect(before).toMatchObject({ eval_results: { f1: 0.5, base: 1 }, messages: conversation, feedback: null });

  const update = { projectId: sdk.projectId, completionId, newMessages: more, evalResults: { base: 2, helpful: true } };
  expect(await sdk.client.recordings.update(update)).toEqual({ completionId });
  const after = await sdk.recording(completionId);
  expect(after["messages"]).toEqual([...conversation, ...more]);
  expect(after["eval_results"]).toEqual({ f1: 0.5, base: 2, helpful: true });
  expect(after["seq"]).toBe(before["seq"]);
  expect(after["version"]).toBeGreaterThan(before["version"]);
  const rest = ({ messages: _m, eval_results: _e, version: _v, usage: _u, ...others }: Answer) => others;
  expect(rest(after)).toEqual(rest(before));
  // What was reported is what was paid.
  expect(after["usage"]).toMatchObject({ prompt_tokens: 25, completion_tokens: 4, completion_source: "reported" });
  expect(await sdk.client.recordings.update(update)).toEqual({ completionId });
  expect((await sdk.recording(completionId))["messages"]).toHaveLength(5);
});

test("recordings.update without evaluations, and one before its recording is there", async () => {
  const sdk = await openProject(collector);
  const completionId = randomUUID();
  await sdk.client.recordings.update({ projectId: sdk.projectId, completionId, newMessages: more });
  await sdk.client.recordings.update({ projectId: sdk.projectId, completionId, newMessages: [], evalResults: { late: false } });
  expect(await sdk.status(`/v1/recordings/${completionId}?project_id=${sdk.projectId}`)).toBe(404);
  await sdk.client.recordings.create(sdk.call({ completionId }));
  expect(await sdk.recording(completionId)).toMatchObject({ messages: [...conversation, ...more], eval_results: { late: false } });
});

test("customerFeedback.update is with the recording, each name's last value", async () => {
  const sdk = await openProject(collector);
  const { completionId } = await sdk.client.recordings.create(sdk.call());
  await sdk.client.customerFeedback.update({
    completionId,
    customerFeedback: { freeplay_feedback: "positive", comment: "nice ☀️", stars: 4 },
  });
  await sdk.client.customerFeedback.update({ completionId, customerFeedback: { stars: 5, resolved: true } });
  const feedback = { freeplay_feedback: "positive", comment: "nice ☀️", stars: 5, resolved: true };
  expect((await sdk.recording(completionId))["feedback"]).toEqual(feedback);
  const found = await sdk.post("search/completions", { filters: { field: "completion_feedback.stars", op: "eq", value: 5 } });
  expect(found["data"]).toMatchObject([{ completion_id: completionId, customer_feedback: feedback }]);
});

test("a session is there with its first recording, with the metadata of all of them", async () => {
  const sdk = await openProject(collector);
  const session = sdk.client.sessions.create({ customMetadata: { user_id: "u-1", beta: true, score: 4.5 } });
  expect(await sdk.status(`/v1/sessions/${session.sessionId}?project_id=${sdk.projectId}`)).toBe(404);
  const first = await sdk.client.recordings.create(
    sdk.call({ sessionInfo: getSessionInfo(session), inputs: { question: "Why?" }, evalResults: { f1: 0.5 } }),
  );
  const restored = sdk.client.sessions.restoreSession(session.sessionId, { plan: "pro" });
  const second = await sdk.client.recordings.create(
    sdk.call({ sessionInfo: getSessionInfo(restored), allMessages: [...conversation, ...more] }),
  );
  const metadata = { user_id: "u-1", beta: true, score: 4.5, plan: "pro" };

  const read = await sdk.get(`/v1/sessions/${session.sessionId}?project_id=${sdk.projectId}`);
  expect(read).toMatchObject({
    id: session.sessionId,
    project_id: sdk.projectId,
    custom_metadata: metadata,
    recording_ids: [first.completionId, second.completionId],
    trace_ids: [],
  });
  const listed = await sdk.get("sessions");
  expect(listed).toHaveLength(1);
  expect(listed[0]).toMatchObject({ session_id: session.sessionId, custom_metadata: metadata });
  const messages = new Map<string, Answer>(listed[0]["messages"].map((message: Answer) => [message["completion_id"], message]));
  expect(new Set(messages.keys())).toEqual(new Set([first.completionId, second.completionId]));
  expect(messages.get(first.completionId)).toEqual({
    message_type: "completion",
    completion_id: first.completionId,
    environment: null,
    provider_name: "openai",
    model_name: "gpt-4o-mini",
    input_variables: { question: "Why?" },
    prompt: conversation.slice(0, 2),
    prompt_template_name: null,
    response: "Rayleigh scattering.",
    customer_feedback: {},
    evaluation_results: [],
    client_evaluation_results: [{ name: "f1", value: 0.5 }],
    notes: [],
    trace_id: null,
    format_version: null,
    start_time: startedAt,
    end_time: endedAt,
  });

  const found = await sdk.post("search/sessions", { filters: { field: "session_custom_metadata.plan", op: "eq", value: "pro" } });
  expect(found).toMatchObject({
    data: [{ session_id: session.sessionId, custom_metadata: metadata, usage: { prompt_tokens: 50, completion_tokens: 8 } }],
    pagination: { page: 1, page_size: 30, has_next: false },
  });
});

test("a trace's recordings come before it, and its output, metadata and evaluations read back", async () => {
  const sdk = await openProject(collector);
  const session = sdk.client.sessions.create();
  const trace = session.createTrace({ input: "Why is the sky blue?", agentName: "explainer", customMetadata: { step: 1 } });
  const { traceId } = trace;
  const { completionId } = await sdk.client.recordings.create(sdk.call({ sessionInfo: getSessionInfo(session), traceInfo: { traceId } }));
  expect(await sdk.recording(completionId)).toMatchObject({ parent_id: traceId, trace_info: { trace_id: traceId } });

  const testRunInfo = { testRunId: randomUUID(), testCaseId: randomUUID() };
  await trace.recordOutput(sdk.projectId, "Rayleigh scattering.", { good: true, score: 0.9 }, testRunInfo);
  const read = await sdk.get(`/v1/traces/${traceId}?project_id=${sdk.projectId}`);
  expect(read).toMatchObject({
    id: traceId,
    session_id: session.sessionId,
    input: "Why is the sky blue?",
    output: "Rayleigh scattering.",
    agent_name: "explainer",
    custom_metadata: { step: 1 },
    eval_results: { good: true, score: 0.9 },
    test_run_info: { test_run_id: testRunInfo.testRunId, test_case_id: testRunInfo.testCaseId },
  });
  expect(read["recording_ids"]).toEqual([completionId]);

  await sdk.client.customerFeedback.updateTrace({
    projectId: sdk.projectId,
    traceId,
    customerFeedback: { freeplay_feedback: "negative", stars: 2 },
  });
  await sdk.client.customerFeedback.updateTrace({ projectId: sdk.projectId, traceId, customerFeedback: { stars: 3 } });
  const feedback = { freeplay_feedback: "negative", stars: 3 };
  expect((await sdk.get(`/v1/traces/${traceId}?project_id=${sdk.projectId}`))["feedback"]).toEqual(feedback);
  const found = await sdk.post("search/traces", {
    filters: {
      and: [
        { field: "agent_name", op: "eq", value: "explainer" },
        { field: "trace_feedback.stars", op: "gte", value: 3 },
      ],
    },
  });
  expect(found["data"]).toMatchObject([
    {
      session_id: session.sessionId,
      trace_id: traceId,
      input: "Why is the sky blue?",
      output: "Rayleigh scattering.",
      custom_metadata: { step: 1 },
      customer_feedback: feedback,
      trace_metadata: { agent_name: "explainer", test_run_id: testRunInfo.testRunId },
      evaluation_results: { client_evaluations: [{ name: "good" }, { name: "score", value: 0.9 }] },
    },
  ]);
});

test("a trace from a plain input, restored and recorded again, is one trace with what came last", async () => {
  const sdk = await openProject(collector);
  const session = sdk.client.sessions.create();
  const { traceId } = session.createTrace("first");
  const restored = sdk.client.sessions.restoreSession(session.sessionId);
  await restored.restoreTrace(traceId, "first").recordOutput(sdk.projectId, "draft", { draft: true });
  await restored.restoreTrace(traceId, { input: "second", agentName: "writer" }).recordOutput(sdk.projectId, "final");
  const read = await sdk.get(`/v1/traces/${traceId}?project_id=${sdk.projectId}`);
  expect(read).toMatchObject({ input: "second", output: "final", agent_name: "writer", eval_results: { draft: true } });
  expect((await sdk.post("search/traces", {}))["data"]).toHaveLength(1);
  // Without an input the SDK does not even ask.
  await expect(restored.restoreTrace(traceId).recordOutput(sdk.projectId, "x")).rejects.toThrow(/Input is required/);
});

test("sessions.delete takes the session, its recordings and its traces, and nothing else", async () => {
  const sdk = await openProject(collector);
  const sessions = [sdk.client.sessions.create({ customMetadata: { a: 1 } }), sdk.client.sessions.create()] as const;
  const ids: string[][] = [];
  for (const session of sessions) {
    const trace = session.createTrace("in");
    const { completionId } = await sdk.client.recordings.create(
      sdk.call({ sessionInfo: getSessionInfo(session), traceInfo: { traceId: trace.traceId } }),
    );
    await trace.recordOutput(sdk.projectId, "out");
    ids.push([`/v1/sessions/${session.sessionId}`, `/v1/recordings/${completionId}`, `/v1/traces/${trace.traceId}`]);
  }
  await sdk.client.sessions.delete(sdk.projectId, sessions[0].sessionId);
  for (const [index, paths] of ids.entries())
    for (const path of paths) expect(await sdk.status(`${path}?project_id=${sdk.projectId}`), path).toBe(index === 0 ? 404 : 200);
  expect(await sdk.get("sessions")).toMatchObject([{ session_id: sessions[1].sessionId }]);
  expect((await sdk.post("search/traces", {}))["data"]).toHaveLength(1);
});

test("what was recorded is found by what it says", async () => {
  const sdk = await openProject(collector);
  const session = sdk.client.sessions.create({ customMetadata: { user_id: "u-1" } });
  const promptInfo = { promptTemplateVersionId: "55555555-5555-4555-8555-555555555555", environment: "prod" };
  const call = { sessionInfo: getSessionInfo(session), promptInfo, inputs: { city: "Paris", days: 3 }, evalResults: { f1: 0.5 } };
  const { completionId } = await sdk.client.recordings.create(sdk.call(call));
  const other = await sdk.client.recordings.create(sdk.call({ inputs: { city: "Rome" } }));
  const idsOf = async (filters: object) =>
    (await sdk.post("search/completions", { filters }))["data"].map((row: Answer) => row["completion_id"]);
  const found = [
    { field: "completion_inputs.city", op: "contains", value: "par" },
    { field: "completion_inputs.days", op: "between", value: [2, 4] },
    { field: "environment", op: "eq", value: "prod" },
    { field: "session_custom_metadata.user_id", op: "eq", value: "u-1" },
    { field: "completion_client_evaluation_results.f1", op: "lt", value: 0.6 },
    { field: "session_id", op: "eq", value: session.sessionId },
    { not: { field: "completion_inputs.city", op: "eq", value: "Rome" } },
    {
      and: [
        { field: "model", op: "eq", value: "gpt-4o-mini" },
        { field: "latency", op: "gt", value: 1.5 },
        { field: "environment", op: "contains", value: "ROD" },
      ],
    },
  ];
  for (const filters of found) expect(await idsOf(filters), JSON.stringify(filters)).toEqual([completionId]);
  expect(await idsOf({ field: "completion_output", op: "contains", value: "rayleigh" })).toEqual([other.completionId, completionId]);
  expect(await idsOf({ field: "start_time", op: "lt", value: "2024-06-01 00:00:00" })).toEqual([]);

  const [row] = (await sdk.post("search/completions", { filters: found[0] }))["data"];
  expect(row).toMatchObject({
    completion_id: completionId,
    session_id: session.sessionId,
    review_queue_id: null,
    usage: { prompt_tokens: 25, completion_tokens: 4 },
    messages: conversation,
    input_variables: { city: "Paris", days: 3 },
    customer_feedback: {},
    completion_metadata: {
      environment: "prod",
      start_time: startedAt,
      end_time: endedAt,
      model: "gpt-4o-mini",
      provider: "openai",
      prompt_template_version_id: promptInfo.promptTemplateVersionId,
    },
    evaluation_results: { auto_evaluations: [], human_labels: [], client_evaluations: [{ name: "f1", value: 0.5 }] },
  });
});
