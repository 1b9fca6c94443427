import * as z from "zod";
import { projectOf } from "../admit/principal";
import type { Deps } from "../env";
import { CollectorError } from "../errors";
import type { Json } from "../model/json";
import type { Principal } from "../model/key";
import { onFirstUse } from "../model/on-first-use";
import type { Recording } from "../model/recording";
import { looseCallInfo, loosePayload, Name } from "./payload";
import { readPayload, toRecording } from "./to-recording";

/** The data model's RecordPayload, strict where a mistake would spoil the numbers. */
export const recordPayload = onFirstUse(() => {
  const callInfo = looseCallInfo()
    .extend({ provider: Name.min(1), model: Name.min(1) })
    .superRefine((call, context) => {
      if ((call.start_time === undefined) === (call.end_time === undefined)) return;
      const path = [call.start_time === undefined ? "start_time" : "end_time"];
      context.addIssue({ code: "custom", path, message: "is missing: give both start_time and end_time, or neither" });
    });
  return loosePayload().extend({ call_info: callInfo.optional() });
});

/**
 * One recording of `POST /v1/recordings`, whose project its key may write to.
 * @throws CollectorError `bad_request` naming each field that is wrong; `not_found` for another project.
 */
export function recordingFromPayload(value: Json, principal: Principal, deps: Deps): Recording {
  const { payload, sorted } = readPayload(value, { schema: recordPayload(), messagesName: "all_messages" });
  const inner = payload.session_info?.session_id;
  if (payload.session_id !== undefined && inner !== undefined && payload.session_id !== inner) {
    const issue = { path: "session_id", message: "differs from session_info.session_id; send one" };
    throw new CollectorError("bad_request", `The recording is not valid: ${issue.path} ${issue.message}`, { issues: [issue] });
  }
  const id = payload.id ?? deps.newId();
  return toRecording(payload, sorted, {
    projectId: projectOf(principal, payload.project_id),
    id,
    // A session of its own, and the same one where the recording is sent again: a repetition does not differ by it.
    sessionId: inner ?? payload.session_id ?? id,
    receivedUs: deps.now() * 1000,
  });
}

/** The schema above in JSON Schema, for the API's description: the messages by either of their names. */
export function recordPayloadSchema(): unknown {
  const { properties, required: _, $schema: __, ...schema } = z.toJSONSchema(recordPayload(), { io: "input", unrepresentable: "any" });
  const anyOf = ["all_messages", "messages"].map((name) => ({ properties: { [name]: { type: "array" } }, required: [name] }));
  return { ...schema, properties: { all_messages: properties?.["messages"], ...properties }, anyOf };
}
