import { expect } from "vitest";
import { type CapturedRequest, capturedRequests } from "./captured-requests";
import type { Answer } from "./collector";

/** The completions that the SDKs were captured sending. */
export const sdkCompletions = capturedRequests
  .flatMap(({ sdk, requests }): (CapturedRequest & { sdk: string })[] => requests.map((request) => ({ ...request, sdk })))
  .filter(({ route }) => route === "record_completion")
  .map((request, index) => ({ ...request, title: `${index + 1}: ${request.name} of ${request.sdk}` }));

export const contentKeys = [
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
export function promisedContent(sent: Answer, sessionId: string | undefined): Answer {
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

export function promisedUsage(sent: Answer): Answer {
  const usage = sent["call_info"]?.["usage"];
  if (usage !== undefined)
    return { ...usage, prompt_source: "reported", completion_source: "reported", prompt_estimate: null, completion_estimate: null };
  return {
    prompt_tokens: expect.any(Number),
    completion_tokens: expect.any(Number),
    prompt_source: "estimated",
    completion_source: "estimated",
    prompt_estimate: expect.objectContaining({ encoding: expect.any(String), method: expect.any(String) }),
    completion_estimate: expect.objectContaining({ encoding: expect.any(String), method: expect.any(String) }),
  };
}

export function promisedTimes(startTime: number | null | undefined, endTime: number | null | undefined): Answer {
  if (typeof startTime !== "number" || typeof endTime !== "number") return { latency_ms: null, started_at: null, ended_at: null };
  const iso = (seconds: number) => new Date(Math.round(seconds * 1000)).toISOString().replace("Z", "000Z");
  return { latency_ms: Math.round((endTime - startTime) * 1000), started_at: iso(startTime), ended_at: iso(endTime) };
}

export function pick(from: Answer, ...keys: string[]): Answer {
  return Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
}

/** Callers who follow Node's type give the name as `function_name`, and some give both. */
function promisedCall(call: Answer): unknown {
  return expect.objectContaining({ name: call["name"] ?? call["function_name"], arguments: call["arguments"] });
}

function withoutNulls(from: Answer): Answer {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined && value !== null));
}
