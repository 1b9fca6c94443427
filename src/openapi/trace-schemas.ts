import { TraceBody } from "../receive/freeplay-traces-wire";
import { limits } from "../limits";
import { integer, integerOrNull, listOf, map, nextCursor, numberOrNull, objectOf, objectOrNull } from "./schema-parts";
import { conversationProperties, sessionSchemas, treeProperties } from "./session-schemas";
import { refTo, text, textOrNull, time, timeOrNull, truth, schemaOf } from "./schema-parts";

const recordings = { recording_ids: listOf(text), has_more_recordings: truth };

const trace = objectOf({
  id: text,
  project_id: text,
  session_id: { ...textOrNull, description: "Null while nothing but feedback came" },
  parent_id: textOrNull,
  kind: textOrNull,
  name: textOrNull,
  agent_name: textOrNull,
  input: { description: "Any JSON" },
  output: { description: "Any JSON" },
  custom_metadata: map,
  feedback: map,
  eval_results: map,
  test_run_info: objectOrNull({ test_run_id: textOrNull, test_case_id: textOrNull }),
  extra: map,
  started_at: timeOrNull,
  ended_at: timeOrNull,
  latency_ms: numberOrNull,
  created_at: time,
  updated_at: time,
  ...recordings,
  ...treeProperties,
});

const sums = {
  started_at: timeOrNull,
  ended_at: timeOrNull,
  recordings: integer,
  recordings_are_partial: {
    ...truth,
    description: `Whether there may be more than the ${limits.summedRecordingsMax} that are summed up`,
  },
  prompt_tokens: integerOrNull,
  completion_tokens: integerOrNull,
  recordings_without_tokens: integer,
  cost_usd: numberOrNull,
  recordings_without_cost: integer,
};

const sessionSums = objectOf({
  id: text,
  project_id: text,
  custom_metadata: map,
  created_at: time,
  ...sums,
});

/** The schemas of traces, sessions, and what is said of them. */
export function describeTraceSchemas(): Record<string, unknown> {
  return {
    TracePayload: {
      ...schemaOf(TraceBody),
      description: "Keys may be camelCase; null says nothing; metadata is custom_metadata; unknown fields are kept.",
    },
    Feedback: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
    Metadata: { type: "object", description: "A flat map of any values; null says nothing" },
    Trace: trace,
    SessionSums: { ...sessionSums, description: "A session, and what its newest recordings come to. What none of them knows is null" },
    SessionSumsPage: objectOf({
      sessions: listOf(refTo("SessionSums")),
      next_cursor: nextCursor,
      is_complete: { ...truth, description: "Whether the page is full or the last, and not ended because enough rows were read" },
      scanned_to: { ...timeOrNull, description: "The time of the last session that was looked at; null where all were" },
    }),
    Session: objectOf({
      id: text,
      project_id: text,
      custom_metadata: map,
      created_at: time,
      ...sums,
      ...recordings,
      trace_ids: listOf(text),
      has_more_traces: truth,
      ...conversationProperties,
      ...treeProperties,
      next_cursor: nextCursor,
    }),
    ...sessionSchemas,
  };
}
