import { answerMessages, promptMessages, times } from "./messages.mjs";

/**
 * The recording of a row of Langfuse's `observations_v2` export; none of a row that is no call of a model.
 *
 * @param {Record<string, any>} row
 * @returns {object[]}
 */
export function recordingsOfLangfuse(row) {
  const model = row.provided_model_name || row.model;
  if (row.type !== "GENERATION" || !model) return [];
  const messages = [...promptMessages(parsed(row.input)), ...answerMessages(parsed(row.output))];
  if (messages.length === 0) return [];
  const { name, metadata, tags, user_id: userId, trace_name: traceName, total_cost: totalCost, tool_definitions: tools } = row;
  return [
    {
      id: row.id,
      all_messages: messages,
      parent_id: row.trace_id || null,
      session_info: { session_id: row.session_id || row.trace_id, custom_metadata: userId ? { user_id: userId } : {} },
      environment: row.environment || null,
      call_info: {
        provider: "unknown",
        model,
        ...times(row.start_time, row.end_time),
        model_parameters: parsed(row.model_parameters || "{}"),
        usage: usageOf(row.usage_details),
      },
      error: row.level === "ERROR" ? { message: row.status_message || "error" } : null,
      langfuse: { name, metadata, tags, trace_name: traceName, total_cost: totalCost, tool_definitions: tools },
    },
  ];
}

/** Langfuse's kinds of tokens are disjoint, as Anthropic's are: so they are told in Anthropic's words. */
function usageOf(details) {
  const entries = Object.entries(details ?? {}).filter(([, count]) => typeof count === "number");
  const sum = (belongs) => entries.filter(([kind]) => belongs(kind)).reduce((total, [, count]) => total + count, 0);
  const isWrite = (kind) => /input.*(creation|write)|(creation|write).*input/.test(kind);
  const isRead = (kind) => !isWrite(kind) && /input.*cache|cache.*input/.test(kind);
  if (!entries.some(([kind]) => /input|output/.test(kind))) return null;
  return {
    input_tokens: sum((kind) => kind.includes("input") && !isRead(kind) && !isWrite(kind)),
    cache_read_input_tokens: sum(isRead),
    cache_creation_input_tokens: sum(isWrite),
    output_tokens: sum((kind) => kind.includes("output")),
  };
}

/** JSON where it is some; else the text as it is. */
function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
