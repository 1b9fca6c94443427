import { integer, refTo, text, textOrNull } from "./schema-parts";

const map = { type: "object" };
const boolean = { type: "boolean" };
const numberOrNull = { type: ["number", "null"] };
const integerOrNull = { type: ["integer", "null"] };
const list = (items: unknown) => ({ type: "array", items });
const named = { type: "object", properties: { name: text, value: {} } };
const evaluations = {
  type: "object",
  properties: { auto_evaluations: list(map), human_labels: list(map), client_evaluations: list(named) },
};
const usage = { prompt_tokens: integerOrNull, completion_tokens: integerOrNull };
const children = { ...list(map), description: "With include_children: each with its `type`, completion or trace, and without contents" };

/** What is known of the recordings of a session or a trace, of which the newest are summed up. */
const sums = {
  usage: { type: "object", properties: { ...usage, recordings_without_tokens: integer } },
  cost: { ...numberOrNull, description: "US dollars; null where no recording has a price" },
  recordings_without_cost: integer,
  recordings: integer,
  recordings_are_partial: { ...boolean, description: "Whether there may be more than were summed up" },
};

const completionMetadata = {
  ...Object.fromEntries(["start_time", "end_time", "model", "provider", "environment"].map((name) => [name, textOrNull])),
  received_at: text,
  latency: { ...numberOrNull, description: "Seconds" },
  cost: { ...numberOrNull, description: "US dollars" },
  cost_source: text,
  ...Object.fromEntries(
    ["prompt_template", "prompt_template_id", "prompt_template_version_id", "prompt_version_name", "test_run_id", "test_case_id"].map(
      (name) => [name, textOrNull],
    ),
  ),
};

const traceMetadata = {
  ...Object.fromEntries(
    ["agent_name", "name", "kind", "parent_id", "test_run_id", "test_case_id", "start_time", "end_time"].map((name) => [name, textOrNull]),
  ),
  created_at: text,
  latency: { ...numberOrNull, description: "Seconds" },
};

const rows = {
  FoundCompletion: {
    completion_id: text,
    session_id: text,
    trace_id: textOrNull,
    review_queue_id: { type: "null" },
    evaluation_results: evaluations,
    completion_metadata: { type: "object", properties: completionMetadata },
    customer_feedback: map,
    usage: { type: "object", properties: { ...usage, prompt_source: text, completion_source: text } },
    messages: list(map),
    input_variables: map,
    children,
  },
  FoundSession: {
    session_id: text,
    session_metadata: { type: "object", properties: { start_time: text, end_time: textOrNull, created_at: text } },
    custom_metadata: map,
    test_run_id: textOrNull,
    ...sums,
    children,
  },
  FoundTrace: {
    trace_id: text,
    session_id: textOrNull,
    trace_metadata: { type: "object", properties: traceMetadata },
    custom_metadata: map,
    customer_feedback: map,
    input: { description: "Any JSON" },
    output: { description: "Any JSON" },
    evaluation_results: evaluations,
    ...sums,
    children,
  },
  ListedSession: {
    session_id: text,
    start_time: text,
    custom_metadata: map,
    messages: list(refTo("ListedCompletion")),
    messages_are_partial: boolean,
  },
  ListedCompletion: {
    message_type: { const: "completion" },
    completion_id: text,
    ...Object.fromEntries(["environment", "provider_name", "model_name", "prompt_template_name"].map((name) => [name, textOrNull])),
    input_variables: map,
    prompt: list(map),
    response: { description: "The last message's text, or the message where there is more in it than text" },
    customer_feedback: map,
    evaluation_results: list(map),
    client_evaluation_results: list(named),
    notes: list(map),
    trace_id: textOrNull,
    format_version: { type: "null" },
    start_time: textOrNull,
    end_time: textOrNull,
  },
};

/** The schemas of what searches and the list of sessions find. */
export const searchRowSchemas: Record<string, unknown> = Object.fromEntries(
  Object.entries(rows).map(([name, properties]) => [name, { type: "object", properties }]),
);
