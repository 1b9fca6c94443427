import type * as z from "zod";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { issuesOf } from "../model/issues";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { Recording, RecordingContent } from "../model/recording";
import { toMicroseconds } from "../model/time";
import type { ReportedUsage } from "../model/usage";
import { isEmpty, type SortedObject, sortInside, sortKeys } from "../model/own-keys";
import {
  callInfoKeys,
  errorKeys,
  functionCallKeys,
  type Payload,
  payloadKeys,
  promptInfoKeys,
  responseInfoKeys,
  sessionInfoKeys,
  testRunInfoKeys,
  traceInfoKeys,
  usageKeys,
} from "./payload";
import { readReportedUsage } from "./usage-wire";

/** A payload whose own keys have their snake_case names, and what was unknown in each of its objects. */
interface SortedPayload extends SortedObject {
  /** By the path of the object it was in. */
  inside: Record<string, JsonObject>;
  /** Read from the usage as it came, whose keys are a provider's as often as ours. */
  reported: ReportedUsage;
  usageIssues: Issue[];
}

/** How one wire reads a payload. */
interface PayloadReader {
  schema: z.ZodType<Payload>;
  /** What this wire calls the messages: other names are taken, but this one is missed. */
  messagesName: string;
}

/**
 * Reads a payload: sorts its keys and checks them by the wire's schema.
 * @throws CollectorError `bad_request` with an issue for each field that is wrong.
 */
export function readPayload(value: Json, { schema, messagesName }: PayloadReader): { payload: Payload; sorted: SortedPayload } {
  if (!isJsonObject(value)) throw new CollectorError("bad_request", "A recording must be a JSON object.");
  const issues: Issue[] = [];
  const sorted = sortPayload(value, issues);
  const parsed = schema.safeParse(sorted.known);
  if (!parsed.success) issues.push(...issuesOf(parsed.error));
  // Of our own two counts the schema has complained already.
  issues.push(...sorted.usageIssues.filter(({ path }) => !issues.some((issue) => issue.path === path)));
  if (parsed.success && issues.length === 0) return { payload: parsed.data, sorted };
  const named = issues.slice(0, limits.issuesMax).map((issue) => withSentName(issue, value, messagesName));
  throw new CollectorError("bad_request", `The recording is not valid: ${named[0]?.path ?? ""} ${named[0]?.message ?? ""}`, {
    issues: named,
  });
}

/** Paths are in snake_case. The messages alone have two such names, and are called by the one that was sent or is missed. */
function withSentName({ path, message }: Issue, value: JsonObject, missedName: string): Issue {
  const sentName = ["messages", "all_messages"].find((name) => name in value) ?? missedName;
  return { path: path.replace(/^messages(?=\.|$)/, sentName), message };
}

/** What a wire decides beside the payload: whose it is, and by which ids. */
export interface Identity {
  projectId: string;
  id: string;
  sessionId: string;
  receivedUs: number;
}

/** The recording that a payload is. Content is what was sent, in our own names; unknown fields stay beside their siblings. */
export function toRecording(payload: Payload, sorted: SortedPayload, identity: Identity): Recording {
  const call = payload.call_info;
  const environment = payload.environment ?? payload.prompt_info?.environment ?? null;
  const parentId = payload.parent_id ?? payload.trace_info?.trace_id;
  return {
    ...identity,
    parentId: parentId ?? null,
    testRunId: payload.test_run_info?.test_run_id ?? null,
    provider: call?.provider ?? null,
    model: call?.model ?? null,
    environment,
    // Anthropic's own usage says that a call was one of a batch.
    apiStyle: call?.api_style ?? (sorted.inside["call_info.usage"]?.["service_tier"] === "batch" ? "batch" : null),
    startedUs: call?.start_time === undefined ? null : toMicroseconds(call.start_time),
    endedUs: call?.end_time === undefined ? null : toMicroseconds(call.end_time),
    reported: sorted.reported,
    sessionMetadata: payload.session_info?.custom_metadata ?? null,
    content: toContent(payload, sorted, identity.sessionId, environment, parentId),
  };
}

function toContent(
  payload: Payload,
  sorted: SortedPayload,
  sessionId: string,
  environment: string | null,
  parentId: string | undefined,
): RecordingContent {
  const { inside, unknown } = sorted;
  const { messages, inputs, media_inputs, tool_schema, output_schema, eval_results } = payload;
  const parts = merge({
    inputs,
    media_inputs: media_inputs === undefined || isEmpty(media_inputs) ? undefined : media_inputs,
    tool_schema,
    output_schema,
    prompt_info: mergeIfAny(payload.prompt_info, inside["prompt_info"]),
    environment: environment ?? undefined,
    parent_id: parentId,
    trace_info: mergeIfAny(payload.trace_info, inside["trace_info"]),
    call_info: callContent(payload, inside),
    response_info: responseContent(payload, inside),
    test_run_info: mergeIfAny(payload.test_run_info, inside["test_run_info"]),
    eval_results,
    error: mergeIfAny(payload.error, inside["error"]),
    extra: mergeIfAny(unknown),
  });
  return { messages, session_info: merge(payload.session_info, { session_id: sessionId }, inside["session_info"]), ...parts };
}

/** A call of which nothing was said is no call: one SDK sends `{}` where another sends none. */
function callContent({ call_info: call }: Payload, inside: Record<string, JsonObject>): JsonObject | undefined {
  const usage = mergeIfAny(call?.usage, inside["call_info.usage"]);
  const given = merge(call, { usage }, inside["call_info"]);
  return isEmpty(given) ? undefined : { model_parameters: {}, ...given };
}

function responseContent({ response_info: response }: Payload, inside: Record<string, JsonObject>): JsonObject | undefined {
  const call = mergeIfAny(response?.function_call_response, inside["response_info.function_call_response"]);
  return mergeIfAny(response, { function_call_response: call }, inside["response_info"]);
}

/** Objects as one, without what is undefined. Own properties alone, so that a key named `__proto__` is a key. */
function merge(...parts: (object | undefined)[]): JsonObject {
  const entries = parts.flatMap((part) => Object.entries(part ?? {}));
  const last = new Map<string, Json | undefined>(entries);
  return Object.fromEntries([...last].filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function mergeIfAny(...parts: (object | undefined)[]): JsonObject | undefined {
  const merged = merge(...parts);
  return isEmpty(merged) ? undefined : merged;
}

function sortPayload(value: JsonObject, issues: Issue[]): SortedPayload {
  const { known, unknown } = sortKeys(value, payloadKeys, "", issues);
  const inside: Record<string, JsonObject> = {
    session_info: sortInside(known, "session_info", sessionInfoKeys, "", issues),
    prompt_info: sortInside(known, "prompt_info", promptInfoKeys, "", issues),
    trace_info: sortInside(known, "trace_info", traceInfoKeys, "", issues),
    call_info: sortInside(known, "call_info", callInfoKeys, "", issues),
    response_info: sortInside(known, "response_info", responseInfoKeys, "", issues),
    test_run_info: sortInside(known, "test_run_info", testRunInfoKeys, "", issues),
    error: sortInside(known, "error", errorKeys, "", issues),
  };
  const { call_info: call, response_info: response } = known;
  let usage: JsonObject = {};
  if (isJsonObject(call)) {
    inside["call_info.usage"] = sortInside(call, "usage", usageKeys, "call_info", issues);
    if (isJsonObject(call["usage"])) usage = { ...call["usage"], ...inside["call_info.usage"] };
    unwrapMembers(call);
  }
  if (isJsonObject(response)) {
    inside["response_info.function_call_response"] = sortFunctionCall(response, issues);
  }
  const provider = isJsonObject(call) && typeof call["provider"] === "string" ? call["provider"] : null;
  const usageIssues: Issue[] = [];
  return { known, unknown, inside, reported: readReportedUsage(usage, provider, usageIssues), usageIssues };
}

/** The Node SDK's type has `function_name` for the name; beside a name it is one more field. */
function sortFunctionCall(response: JsonObject, issues: Issue[]): JsonObject {
  const unknown = sortInside(response, "function_call_response", functionCallKeys, "response_info", issues);
  const call = response["function_call_response"];
  const { function_name: name, ...rest } = unknown;
  if (!isJsonObject(call) || call["name"] !== undefined || name === undefined) return unknown;
  call["name"] = name;
  return rest;
}

/** The data model's `LLMParameters` is a map under `members`; its SDKs send the map itself. Both are the map here. */
function unwrapMembers(call: JsonObject): void {
  const parameters = call["model_parameters"];
  if (isJsonObject(parameters) && isJsonObject(parameters["members"]) && Object.keys(parameters).length === 1) {
    call["model_parameters"] = parameters["members"];
  }
}
