import { capturedRequests, sdkProject } from "./captured-requests";
import { freeplaySession, messages } from "./freeplay-session";
import { bareBodies, jvmCallInfo, jvmText, pythonText, sdkCall, sdkTimes, wholeBodies } from "./sdk-bodies";

/** A request of an SDK, its body as the text that it sends. */
export interface SdkRequest {
  route: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Null is none. */
  text: string | null;
}

const sdkTrace = "5400f941-7aeb-46b9-b96e-abadfaf3a47e";
export const sdkCompletion = "11111111-1111-4111-8111-111111111111";
const toolTrace = "30bb3631-2315-4a47-9459-3129b81f7414";
const testRun = "22222222-2222-4222-8222-222222222222";
const testRunInfo = sdkCall.testRunInfo;

/** What the JVM leaves unset of a trace. */
const jvmTrace = {
  agent_name: null,
  parent_id: null,
  custom_metadata: null,
  eval_results: null,
  test_run_info: null,
  kind: null,
  name: null,
};

const completionsPath = `/sessions/${freeplaySession}/completions`;

/** Every call of the recording side, as four SDKs send it: two as they were captured, two by the tables of the wire. */
export const sdkRequests: { sdk: string; requests: SdkRequest[] }[] = [
  ...capturedRequests.map(({ sdk, requests }) => ({
    sdk,
    requests: requests.map(({ route, method, path, headers, body }) => {
      const text = sdk.startsWith("Python") ? pythonText(body) : JSON.stringify(body);
      return { route, method, path, headers: without(headers, "Authorization"), text: body === null ? null : text };
    }),
  })),
  { sdk: "Node 0.5.3", requests: nodeRequests() },
  { sdk: "JVM 0.6.0", requests: jvmRequests() },
];

/** Compact JSON; what is undefined is left out. Times of traces are ISO texts with milliseconds. */
function nodeRequests(): SdkRequest[] {
  const send = sender({ "User-Agent": "Freeplay/unknown (Node/20.20.2; Linux/6.1)", Accept: "application/json, text/plain, */*" });
  const at = { start_time: "2026-11-22T15:31:51.684Z", end_time: "2026-11-22T15:31:51.700Z" };
  const record = (body: object) => send("record_completion", "POST", completionsPath, body);
  return [
    record({ messages }),
    record({ messages, call_info: {} }),
    record({
      messages,
      inputs: {},
      prompt_info: { environment: "prod" },
      call_info: { model: "gpt-4o-mini", usage: { prompt_tokens: 25 } },
    }),
    record({ messages, parent_id: sdkTrace, output_schema: { type: "object" }, test_run_info: testRunInfo, eval_results: { f1: 0.5 } }),
    record({ completion_id: "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", messages, session_info: { custom_metadata: sdkCall.metadata } }),
    send("update_completion", "POST", `/completions/${sdkCompletion}`, {
      new_messages: [{ role: "assistant", content: "more" }],
      eval_results: { ok: true },
    }),
    send("update_completion", "POST", `/completions/${sdkCompletion}`, { new_messages: [], eval_results: { ok: 0.5 } }),
    send("record_trace", "POST", tracePath(sdkTrace), { input: { q: "sky?" }, output: { answer: "R" }, agent_name: "explainer", ...at }),
    send("record_trace", "POST", tracePath(toolTrace), {
      input: "Paris",
      output: ["18", 18],
      kind: "tool",
      name: "get_weather",
      parent_id: sdkCompletion,
      ...at,
    }),
    send("completion_feedback", "POST", `/completion-feedback/id/${sdkCompletion}`, { freeplay_feedback: "positive", stars: 5 }),
    send("trace_feedback", "POST", `/trace-feedback/id/${sdkTrace}`, { freeplay_feedback: "negative" }),
    send("session_metadata", "PATCH", `/sessions/id/${freeplaySession}/metadata`, { ticket: "T-1", resolved: true }),
    send("trace_metadata", "PATCH", `${tracePath(sdkTrace)}/metadata`, { stars: 4 }),
    send("create_test_run", "POST", "/test-runs", {
      dataset_name: "golden set",
      include_outputs: true,
      test_run_name: "nightly",
      test_run_description: "d",
      target_evaluation_ids: ["44444444-4444-4444-8444-444444444444"],
    }),
    send("get_test_run", "GET", `/test-runs/id/${testRun}`),
    send("get_prompt", "GET", "/prompt-templates/name/ask?environment=prod"),
    send("get_prompt", "GET", `/prompt-templates/id/${testRun}/versions/${testRun}`),
    send("delete_session", "DELETE", `/sessions/${freeplaySession}`),
  ];
}

/** Compact JSON with explicit nulls. Times of traces are ISO texts with nanoseconds. */
function jvmRequests(): SdkRequest[] {
  const send = sender({ "User-Agent": "Freeplay/0.6.0 (JVM/17.0.15; Linux/6.1)" });
  const at = { start_time: "2026-11-22T15:37:04.439612944Z", end_time: "2026-11-22T15:37:04.500000001Z" };
  const record = (text: string) => send("record_completion", "POST", completionsPath, text);
  const sessionInfo = { session_id: freeplaySession, custom_metadata: null };
  return [
    record(jvmText({ messages })),
    record(
      jvmText({ messages, session_info: sessionInfo, call_info: jvmCallInfo({ usage: { prompt_tokens: null, completion_tokens: null } }) }),
    ),
    record(bareBodies.jvm(sdkProject)),
    record(wholeBodies.jvm(sdkProject)),
    record(
      jvmText({
        messages,
        parent_id: sdkTrace,
        session_info: sessionInfo,
        test_run_info: testRunInfo,
        call_info: jvmCallInfo({ model_parameters: sdkCall.parameters, ...sdkTimes }),
        response_info: { is_complete: true, function_call: sdkCall.functionCall, prompt_tokens: 0, response_tokens: 0 },
      }),
    ),
    record(jvmText({ messages, prompt_version_info: { prompt_template_version_id: testRun, environment: "prod" } })),
    send("record_trace", "POST", tracePath(sdkTrace), { ...jvmTrace, agent_name: "explainer", input: "sky?", output: "Rayleigh", ...at }),
    send("record_trace", "POST", tracePath(toolTrace), {
      ...jvmTrace,
      input: { city: "Paris" },
      output: { temp_c: 18 },
      parent_id: sdkCompletion,
      kind: "tool",
      name: "get_weather",
      ...at,
    }),
    send("update_trace", "PATCH", tracePath(sdkTrace), { output: { final: 1 } }),
    send("update_trace", "PATCH", tracePath(sdkTrace), {
      metadata: { k: "v" },
      feedback: { freeplay_feedback: "positive" },
      eval_results: { e: 0.1 },
      test_run_info: testRunInfo,
    }),
    send("completion_feedback", "POST", `/completion-feedback/id/${sdkCompletion}`, { freeplay_feedback: "positive", stars: 5 }),
    send("trace_feedback", "POST", `/trace-feedback/id/${sdkTrace}`, { freeplay_feedback: "negative", score: 0.5 }),
    { ...send("completion_feedback_v1", "PUT", "", { resolved: true }), path: `/api/v1/completion_feedback/${sdkCompletion}` },
    send("session_metadata", "PATCH", `/sessions/id/${freeplaySession}/metadata`, { ticket: "T-1", resolved: true }),
    send("trace_metadata", "PATCH", `${tracePath(sdkTrace)}/metadata`, { stars: 4 }),
    send("create_test_run", "POST", "/test-runs", {
      dataset_name: "golden set",
      include_outputs: true,
      test_run_name: "nightly",
      test_run_description: "d",
      flavor_name: null,
    }),
    send("get_test_run", "GET", `/test-runs/id/${testRun}`),
    send("get_prompt", "GET", "/prompt-templates/all/prod"),
    send("delete_session", "DELETE", `/sessions/${freeplaySession}`),
  ];
}

function tracePath(trace: string): string {
  return `/sessions/${freeplaySession}/traces/id/${trace}`;
}

/** An SDK's way to send: its headers, and a path within the project. */
function sender(headers: Record<string, string>) {
  return (route: string, method: string, path: string, body?: object | string): SdkRequest => ({
    route,
    method,
    path: `/api/v2/projects/${sdkProject}${path}`,
    headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
    text: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
  });
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
