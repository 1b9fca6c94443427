import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { Recording } from "../model/recording";
import { loosePayload } from "./payload";
import { readPayload, toRecording } from "./to-recording";

/** What the path of a completion names. */
export interface CompletionPath {
  projectId: string;
  sessionId: string;
}

/**
 * A completion as the Freeplay SDKs send it. Their differences end here: the same call sent by Node, Python and
 * the JVM becomes the same recording. What is mended is what an SDK is known to send; all else is kept or refused.
 * @throws CollectorError `bad_request` naming each field that is wrong.
 */
export function recordingFromCompletion(value: Json, path: CompletionPath, deps: Deps): Recording {
  const mended = isJsonObject(value) ? mend(value, path) : value;
  const { payload, sorted } = readPayload(mended, { schema: loosePayload(), messagesName: "messages" });
  return toRecording(payload, sorted, {
    projectId: path.projectId,
    id: payload.id ?? deps.newId(),
    sessionId: path.sessionId,
    receivedUs: deps.now() * 1000,
  });
}

function mend(value: JsonObject, path: CompletionPath): JsonObject {
  // Own objects are copied before they are changed: the body is the caller's.
  const body = { ...value };
  for (const key of ["session_info", "prompt_info", "call_info", "response_info", "test_run_info", "error"]) {
    const part = body[key];
    if (isJsonObject(part)) body[key] = { ...part };
  }
  lift(body, "is_complete", "response_info");
  lift(body, "function_call_response", "response_info");
  lift(body, "custom_metadata", "session_info");
  moveResponseTokens(body);
  for (const key of ["function_call_response", "function_call"]) mendFunctionCall(body["response_info"], key);
  dropRepeatedIds(body, path);
  for (const key of ["completion_id", "parent_id"]) if (body[key] === "") delete body[key];
  for (const key of ["test_run_info", "response_info", "error"]) if (saysNothing(body[key])) delete body[key];
  return body;
}

/**
 * The first wire had these fields at the top, and Python still sends a session's metadata there too. One that
 * stands in its place already, saying something else, stays at the top as an unknown field.
 */
function lift(body: JsonObject, key: string, home: string): void {
  const outer = body[key] ?? null;
  const holder = body[home] ?? {};
  if (outer === null || !isJsonObject(holder)) return;
  const inner = holder[key] ?? null;
  if (inner !== null && JSON.stringify(inner) !== JSON.stringify(outer)) return;
  delete body[key];
  body[home] = { ...holder, [key]: outer };
}

/** The JVM sends its response's token counts too, 0 when they were never set: only what is above 0 is a count. */
function moveResponseTokens(body: JsonObject): void {
  const response = body["response_info"];
  if (!isJsonObject(response)) return;
  const sides = [
    ["prompt_tokens", "prompt_tokens"],
    ["response_tokens", "completion_tokens"],
  ] as const;
  for (const [key, side] of sides) {
    const tokens = response[key] ?? 0;
    const call = body["call_info"] ?? {};
    const usage = isJsonObject(call) ? (call["usage"] ?? {}) : null;
    if (tokens === 0) {
      delete response[key];
    } else if (typeof tokens === "number" && isJsonObject(call) && isJsonObject(usage) && (usage[side] ?? null) === null) {
      delete response[key];
      body["call_info"] = { ...call, usage: { ...usage, [side]: tokens } };
    }
  }
}

/** Node passes a function call on as the caller made it: its arguments may be an object, or missing. */
function mendFunctionCall(response: Json | undefined, key: string): void {
  if (!isJsonObject(response)) return;
  const call = response[key];
  if (!isJsonObject(call)) return;
  const args = call["arguments"] ?? "";
  if (saysNothing(call)) delete response[key];
  else response[key] = { ...call, arguments: typeof args === "string" ? args : JSON.stringify(args) };
}

/** The JVM repeats the path's ids in the body. A prompt's project may be another; a recording's may not. */
function dropRepeatedIds(body: JsonObject, path: CompletionPath): void {
  const { prompt_info: prompt, session_info: session } = body;
  if (isJsonObject(prompt) && prompt["project_id"] === path.projectId) delete prompt["project_id"];
  const repeats = [
    [body, "project_id", path.projectId],
    [body, "session_id", path.sessionId],
    [session, "session_id", path.sessionId],
  ] as const;
  for (const [holder, key, id] of repeats) {
    if (!isJsonObject(holder) || (holder[key] ?? null) === null) continue;
    if (holder[key] !== id) {
      throw new CollectorError("bad_request", `The body's ${key} is not the path's.`, {
        issues: [{ path: key, message: "differs from the path" }],
      });
    }
    delete holder[key];
  }
}

/** Whether an object holds nothing but nulls: an SDK's way of leaving it out. */
function saysNothing(value: Json | undefined): boolean {
  return isJsonObject(value) && Object.values(value).every((inner) => inner === null);
}
