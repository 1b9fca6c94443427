import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import type { FunctionCall, RecordingContent } from "../../model/recording";

/** All of a recording that says how many tokens its call took. */
export interface CallToCount {
  provider: string | null;
  model: string | null;
  /** The conversation, its answer last. */
  messages: JsonObject[];
  toolSchema: Json | undefined;
  outputSchema: JsonObject | undefined;
  /** The call's parameters, as its provider names them. */
  parameters: JsonObject;
  functionCall: FunctionCall | null;
}

/** The call of a recording, from its content as it is stored. */
export function callToCount(provider: string | null, model: string | null, content: RecordingContent): CallToCount {
  const parameters = content.call_info?.["model_parameters"];
  const functionCall = content.response_info?.["function_call_response"];
  return {
    provider,
    model,
    messages: content.messages,
    toolSchema: content.tool_schema,
    outputSchema: isJsonObject(content.output_schema) ? content.output_schema : undefined,
    parameters: isJsonObject(parameters) ? parameters : {},
    functionCall: isJsonObject(functionCall) ? readFunctionCall(functionCall) : null,
  };
}

function readFunctionCall({ name, arguments: args }: JsonObject): FunctionCall | null {
  return typeof name === "string" && typeof args === "string" ? { name, arguments: args } : null;
}
