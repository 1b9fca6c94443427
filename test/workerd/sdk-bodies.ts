import type { Answer } from "./collector";
import { freeplaySession } from "./freeplay-session";

/** One call as Node 0.3.1, Python 0.6.1 and JVM 0.6.0 write it; the JVM names its project. */
export interface SdkBodies {
  node: string;
  python: string;
  jvm: (project: string) => string;
}

/** The call that the bodies below say. */
export const sdkCall = {
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

export const sdkTimes = { start_time: 1_767_323_045.678, end_time: 1_767_323_047.25 };

/** The call with little more than its messages. */
export const bareBodies: SdkBodies = {
  node: JSON.stringify({
    messages: sdkCall.messages,
    inputs: sdkCall.inputs,
    prompt_info: {},
    call_info: { ...sdkTimes, model: "gpt-4o-mini", provider: "openai", llm_parameters: sdkCall.parameters },
  }),
  python: pythonText({
    messages: sdkCall.messages,
    inputs: sdkCall.inputs,
    tool_schema: null,
    output_schema: null,
    session_info: { custom_metadata: null },
    parent_id: null,
    call_info: {
      ...sdkTimes,
      model: "gpt-4o-mini",
      provider: "openai",
      provider_info: null,
      llm_parameters: sdkCall.parameters,
      api_style: null,
    },
  }),
  jvm: (project: string) =>
    jvmText({
      messages: sdkCall.messages,
      inputs: sdkCall.inputs,
      session_info: { session_id: freeplaySession, custom_metadata: null },
      prompt_info: { project_id: project, prompt_template_version_id: null, environment: null },
      call_info: jvmCallInfo({ model_parameters: sdkCall.parameters }),
    }),
};

/** The call with all that the three can say. */
export const wholeBodies: SdkBodies = {
  node: JSON.stringify({
    messages: sdkCall.messages,
    inputs: sdkCall.inputs,
    prompt_info: sdkCall.promptInfo,
    call_info: {
      ...sdkTimes,
      model: "gpt-4o-mini",
      provider: "openai",
      provider_info: { region: "us-east-1" },
      llm_parameters: sdkCall.parameters,
      usage: sdkCall.usage,
      api_style: "batch",
    },
    tool_schema: sdkCall.toolSchema,
    session_info: { custom_metadata: sdkCall.metadata },
    test_run_info: sdkCall.testRunInfo,
    eval_results: sdkCall.evalResults,
  }),
  python: pythonText({
    messages: sdkCall.messages,
    inputs: sdkCall.inputs,
    tool_schema: sdkCall.toolSchema,
    output_schema: null,
    session_info: { custom_metadata: sdkCall.metadata },
    parent_id: null,
    prompt_info: sdkCall.promptInfo,
    call_info: {
      ...sdkTimes,
      model: "gpt-4o-mini",
      provider: "openai",
      provider_info: { region: "us-east-1" },
      llm_parameters: sdkCall.parameters,
      api_style: "batch",
      usage: sdkCall.usage,
    },
    custom_metadata: sdkCall.metadata,
    test_run_info: sdkCall.testRunInfo,
    eval_results: sdkCall.evalResults,
  }),
  jvm: (project: string) =>
    jvmText({
      messages: sdkCall.messages,
      inputs: sdkCall.inputs,
      session_info: { session_id: freeplaySession, custom_metadata: sdkCall.metadata },
      prompt_info: { project_id: project, ...sdkCall.promptInfo },
      call_info: jvmCallInfo({
        model_parameters: sdkCall.parameters,
        provider_info: { region: "us-east-1" },
        usage: sdkCall.usage,
        api_style: "batch",
      }),
      tool_schema: sdkCall.toolSchema,
      test_run_info: sdkCall.testRunInfo,
      eval_results: sdkCall.evalResults,
    }),
};

/** As Python's json.dumps prints: a space after each colon and comma, ASCII alone. */
export function pythonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${toAscii(JSON.stringify(key))}: ${pythonText(inner)}`)
      .join(", ")}}`;
  return toAscii(JSON.stringify(value));
}

/** Each unit above ASCII escaped. */
export function toAscii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A body as the JVM's Jackson prints it: every key of its payload there, null where unset, and times with an exponent. */
export function jvmText(given: Answer): string {
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

/** The JVM's call_info: every key of it there. */
export function jvmCallInfo(given: Answer): Answer {
  return {
    provider: "openai",
    model: "gpt-4o-mini",
    ...sdkTimes,
    model_parameters: null,
    provider_info: null,
    usage: null,
    api_style: null,
    ...given,
  };
}
