import * as z from "zod";
import { limits } from "../limits";
import { Id } from "../model/id";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import { columnText } from "../model/name";
import { onFirstUse } from "../model/on-first-use";
import { Moment } from "../model/time";
import type { KeyTable } from "../model/own-keys";

/** The names of the data model, on every wire. What is not in a table is kept as it came. */
export const payloadKeys = {
  id: ["completion_id"],
  project_id: [],
  session_id: [],
  messages: ["all_messages"],
  inputs: [],
  media_inputs: [],
  tool_schema: [],
  output_schema: [],
  session_info: [],
  prompt_info: ["prompt_version_info"],
  environment: [],
  parent_id: [],
  trace_info: [],
  call_info: [],
  response_info: [],
  test_run_info: [],
  eval_results: [],
  error: [],
} satisfies KeyTable;

export const callInfoKeys = {
  provider: [],
  model: [],
  start_time: [],
  end_time: [],
  model_parameters: ["llm_parameters"],
  usage: [],
  provider_info: [],
  api_style: [],
} satisfies KeyTable;

export const usageKeys = { prompt_tokens: [], completion_tokens: [] } satisfies KeyTable;
export const sessionInfoKeys = { session_id: [], custom_metadata: [] } satisfies KeyTable;
export const promptInfoKeys = {
  prompt_template_version_id: [],
  prompt_template_id: [],
  project_id: [],
  environment: [],
} satisfies KeyTable;
export const traceInfoKeys = { trace_id: [] } satisfies KeyTable;
export const responseInfoKeys = { is_complete: [], function_call_response: ["function_call"] } satisfies KeyTable;
export const functionCallKeys = { name: [], arguments: [] } satisfies KeyTable;
export const testRunInfoKeys = { test_run_id: [], test_case_id: [] } satisfies KeyTable;
export const errorKeys = { type: [], message: [] } satisfies KeyTable;

/** JSON that is the caller's own: checked to be an object, never copied, so that every key of it survives. */
const OpenObject = z.custom<JsonObject>(isJsonObject, "must be an object").meta({ type: "object" });

/** Many such, at least so many. Complains of the first few that are none: a schema's own array makes an issue of each of a million. */
export function openObjects(countMin: number) {
  const check = (list: unknown, context: z.RefinementCtx) => {
    const complain = (message: string, path: number[] = []) => context.addIssue({ code: "custom", path, message });
    if (list === undefined) return complain("is required");
    if (!Array.isArray(list)) return complain("must be an array of objects");
    if (list.length < countMin) complain(`must hold at least ${countMin}`);
    let wrong = 0;
    for (let index = 0; index < list.length && wrong < limits.issuesMax; index += 1) {
      if (isJsonObject(list[index])) continue;
      complain("must be an object", [index]);
      wrong += 1;
    }
  };
  return z
    .custom<JsonObject[]>()
    .superRefine(check)
    .meta({ type: "array", items: { type: "object" }, minItems: countMin });
}

/** A name that is filtered by. */
export const Name = columnText(limits.nameCharsMax);

/** A call's parts, where nothing is demanded: what the Freeplay SDKs send. */
export const looseCallInfo = onFirstUse(() => {
  const tokenCount = z.number("must be a whole number").int("must be a whole number").nonnegative();
  const usageReport = z.object({ prompt_tokens: tokenCount.optional(), completion_tokens: tokenCount.optional() });
  return z.object({
    provider: Name.optional(),
    model: Name.optional(),
    start_time: Moment.optional(),
    end_time: Moment.optional(),
    model_parameters: OpenObject.optional(),
    usage: usageReport.optional(),
    provider_info: z.custom<Json>().optional(),
    api_style: z.string().max(limits.nameCharsMax).optional(),
  });
});

/** A recording's parts, where only the messages are demanded. */
export const loosePayload = onFirstUse(() => {
  const functionCallResponse = z.object({ name: z.string(), arguments: z.string() });
  return z.object({
    id: Id.optional(),
    project_id: Id.optional(),
    session_id: Id.optional(),
    messages: openObjects(1).describe("The whole conversation so far; all_messages is the same"),
    inputs: OpenObject.optional(),
    media_inputs: OpenObject.optional(),
    tool_schema: z.union([openObjects(0), OpenObject], "must be an array of tools").optional(),
    output_schema: OpenObject.optional(),
    session_info: z.object({ session_id: Id.optional(), custom_metadata: OpenObject.optional() }).optional(),
    prompt_info: z
      .object({
        prompt_template_version_id: z.string().max(limits.nameCharsMax).optional(),
        prompt_template_id: z.string().max(limits.nameCharsMax).optional(),
        project_id: z.string().max(limits.nameCharsMax).optional(),
        environment: Name.optional(),
      })
      .optional(),
    environment: Name.optional(),
    parent_id: Id.optional(),
    trace_info: z.object({ trace_id: Id.optional() }).optional(),
    call_info: looseCallInfo().optional(),
    response_info: z.object({ is_complete: z.boolean().optional(), function_call_response: functionCallResponse.optional() }).optional(),
    test_run_info: z.object({ test_run_id: Id, test_case_id: Id }).optional(),
    eval_results: OpenObject.optional(),
    error: z.object({ type: z.string().optional(), message: z.string() }).optional(),
  });
});
export type Payload = z.output<ReturnType<typeof loosePayload>>;
