import {
  integer,
  integerOrNull,
  listOf,
  map,
  numberOrNull,
  objectOf,
  refTo,
  text,
  textOrNull,
  time,
  timeOrNull,
  truth,
} from "./schema-parts";

const named = objectOf({ name: text, value: { description: "Any JSON" } });
const evaluations = objectOf({ auto_evaluations: listOf(map), human_labels: listOf(map), client_evaluations: listOf(named) });
const usage = { prompt_tokens: integerOrNull, completion_tokens: integerOrNull };
const textsOrNull = (...names: string[]) => Object.fromEntries(names.map((name) => [name, textOrNull]));

/** What is known of the recordings of a session or a trace, of which the newest are summed up. */
const sums = {
  usage: objectOf({ ...usage, recordings_without_tokens: integer }),
  cost: { ...numberOrNull, description: "US dollars; null where no recording has a price" },
  recordings_without_cost: integer,
  recordings: integer,
  recordings_are_partial: { ...truth, description: "Whether there may be more than were summed up" },
};

/** Of a completion that is another's child too. */
const callMetadata = {
  start_time: timeOrNull,
  end_time: timeOrNull,
  received_at: time,
  model: textOrNull,
  provider: textOrNull,
  latency: { ...numberOrNull, description: "Seconds" },
  cost: { ...numberOrNull, description: "US dollars" },
  cost_source: text,
};
const promptMetadata = {
  ...textsOrNull("environment", "prompt_template", "prompt_template_id", "prompt_template_version_id", "prompt_version_name"),
  ...textsOrNull("test_run_id", "test_case_id"),
};
const sidedUsage = objectOf({ ...usage, prompt_source: text, completion_source: text });

const traceMetadata = objectOf({
  ...textsOrNull("agent_name", "name", "kind", "parent_id", "test_run_id", "test_case_id"),
  start_time: timeOrNull,
  end_time: timeOrNull,
  created_at: time,
  latency: { ...numberOrNull, description: "Seconds" },
});

const children = {
  children: {
    ...listOf({ oneOf: [refTo("ChildCompletion"), refTo("ChildTrace")] }),
    description: "With include_children, without contents",
  },
};

/** The schemas of what searches and the list of sessions find. */
export const searchRowSchemas: Record<string, unknown> = {
  FoundCompletion: objectOf(
    {
      completion_id: text,
      session_id: text,
      trace_id: textOrNull,
      review_queue_id: { type: "null" },
      evaluation_results: evaluations,
      completion_metadata: objectOf({ ...callMetadata, ...promptMetadata }),
      customer_feedback: map,
      usage: sidedUsage,
      messages: listOf(map),
      input_variables: map,
    },
    children,
  ),
  FoundSession: objectOf(
    {
      session_id: text,
      session_metadata: objectOf({ start_time: time, end_time: timeOrNull, created_at: time }),
      custom_metadata: map,
      test_run_id: textOrNull,
      ...sums,
    },
    children,
  ),
  FoundTrace: objectOf(
    {
      trace_id: text,
      session_id: textOrNull,
      trace_metadata: traceMetadata,
      custom_metadata: map,
      customer_feedback: map,
      input: { description: "Any JSON" },
      output: { description: "Any JSON" },
      evaluation_results: evaluations,
      ...sums,
    },
    children,
  ),
  ChildCompletion: objectOf({
    type: { const: "completion" },
    completion_id: text,
    session_id: text,
    completion_metadata: objectOf(callMetadata),
    customer_feedback: map,
    usage: sidedUsage,
  }),
  ChildTrace: objectOf({ type: { const: "trace" }, trace_id: text, session_id: textOrNull, trace_metadata: traceMetadata }),
  ListedSession: objectOf({
    session_id: text,
    start_time: time,
    custom_metadata: map,
    messages: listOf(refTo("ListedCompletion")),
    messages_are_partial: truth,
  }),
  ListedCompletion: objectOf({
    message_type: { const: "completion" },
    completion_id: text,
    ...textsOrNull("environment", "provider_name", "model_name", "prompt_template_name"),
    input_variables: map,
    prompt: listOf(map),
    response: { description: "The last message's text, or the message where there is more in it than text" },
    customer_feedback: map,
    evaluation_results: listOf(map),
    client_evaluation_results: listOf(named),
    notes: listOf(map),
    trace_id: textOrNull,
    format_version: { type: "null" },
    start_time: timeOrNull,
    end_time: timeOrNull,
  }),
};
