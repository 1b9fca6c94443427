import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import type { Recording } from "../model/recording";
import { isEmpty } from "./own-keys";
import { LoosePayload } from "./payload";
import { readPayload, type SortedPayload, toRecording } from "./to-recording";

/** What the path of a completion names. */
export interface CompletionPath {
  projectId: string;
  sessionId: string;
}

/**
 * A completion as the Freeplay SDKs send it. Their differences end here: the same call sent by Node, Python and
 * the JVM becomes the same recording.
 * @throws CollectorError `bad_request` naming each field that is wrong.
 */
export function recordingFromCompletion(value: Json, path: CompletionPath, deps: Deps): Recording {
  const { payload, sorted } = readPayload(value, { schema: LoosePayload, messagesName: "messages", adjust }, path);
  return toRecording(payload, sorted, {
    projectId: path.projectId,
    id: payload.id ?? deps.newId(),
    sessionId: path.sessionId,
    receivedUs: deps.now() * 1000,
  });
}

function adjust(sorted: SortedPayload, path: CompletionPath): void {
  liftOldFields(sorted);
  dropUnsetTokens(sorted);
  mendFunctionCall(sorted.known);
  dropRepeatedIds(sorted.known, path);
  for (const key of ["test_run_info", "response_info", "error"]) {
    const value = sorted.known[key];
    if (isJsonObject(value) && isEmpty(value)) delete sorted.known[key];
  }
}

/** Fields of the first wire stood at the top, and Python still sends a session's metadata there too. */
function liftOldFields({ known, unknown }: SortedPayload): void {
  for (const [key, home] of [
    ["is_complete", "response_info"],
    ["function_call_response", "response_info"],
    ["custom_metadata", "session_info"],
  ] as const) {
    const value = unknown[key];
    if (value === undefined) continue;
    delete unknown[key];
    if (value === null) continue;
    const within = known[home];
    if (within === undefined) known[home] = { [key]: value };
    else if (isJsonObject(within)) known[home] = { ...within, [key]: mergeMaps(value, within[key]) };
  }
}

function mergeMaps(outer: Json, inner: Json | undefined): Json {
  if (inner === undefined) return outer;
  return isJsonObject(outer) && isJsonObject(inner) ? { ...outer, ...inner } : inner;
}

/** The JVM sends its response's token counts beside it, 0 when they were never set: only a number above 0 is one. */
function dropUnsetTokens({ known, inside }: SortedPayload): void {
  const response = inside["response_info"];
  if (response === undefined) return;
  const call = isJsonObject(known["call_info"]) ? known["call_info"] : {};
  const usage = isJsonObject(call["usage"]) ? call["usage"] : {};
  for (const [key, side] of [
    ["prompt_tokens", "prompt_tokens"],
    ["response_tokens", "completion_tokens"],
  ] as const) {
    const tokens = response[key];
    delete response[key];
    if (typeof tokens === "number" && tokens > 0) usage[side] ??= tokens;
  }
  if (!isEmpty(usage)) known["call_info"] = { ...call, usage };
}

/** Node passes a function call on as the caller made it: its arguments may be an object, or missing. */
function mendFunctionCall(known: JsonObject): void {
  const response = known["response_info"];
  if (!isJsonObject(response)) return;
  const call = response["function_call_response"];
  if (!isJsonObject(call)) return;
  if (isEmpty(call)) delete response["function_call_response"];
  else if (typeof call["arguments"] !== "string")
    call["arguments"] = call["arguments"] === undefined ? "" : JSON.stringify(call["arguments"]);
}

/** The JVM repeats the path's ids in the body. */
function dropRepeatedIds(known: JsonObject, path: CompletionPath): void {
  const repeats = [
    [known, "project_id", path.projectId],
    [known, "session_id", path.sessionId],
    [known["prompt_info"], "project_id", path.projectId],
    [known["session_info"], "session_id", path.sessionId],
  ] as const;
  for (const [holder, key, id] of repeats) {
    if (!isJsonObject(holder) || holder[key] === undefined) continue;
    if (holder[key] !== id)
      throw new CollectorError("bad_request", `The body's ${key} is not the path's.`, {
        issues: [{ path: key, message: "differs from the path" }],
      });
    delete holder[key];
  }
}
