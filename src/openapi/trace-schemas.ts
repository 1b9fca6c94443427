import * as z from "zod";
import { TraceBody } from "../receive/freeplay-traces-wire";
import { limits } from "../limits";
import { refTo, text, textOrNull } from "./schema-parts";
import { conversationProperties, sessionSchemas, treeProperties } from "./session-schemas";

const map = { type: "object" };
const ids = { type: "array", items: text };
const recordings = { recording_ids: ids, has_more_recordings: { type: "boolean" } };

const sums = {
  started_at: textOrNull,
  ended_at: textOrNull,
  recordings: { type: "integer" },
  recordings_are_partial: {
    type: "boolean",
    description: `Whether there may be more than the ${limits.summedRecordingsMax} that are summed up`,
  },
  prompt_tokens: { type: ["integer", "null"] },
  completion_tokens: { type: ["integer", "null"] },
  recordings_without_tokens: { type: "integer" },
  cost_usd: { type: ["number", "null"] },
  recordings_without_cost: { type: "integer" },
};

/** The schemas of traces, sessions, and what is said of them. */
export function describeTraceSchemas(): Record<string, unknown> {
  return {
    TracePayload: {
      ...z.toJSONSchema(TraceBody, { io: "input", unrepresentable: "any" }),
      description: "Keys may be camelCase; null says nothing; metadata is custom_metadata; unknown fields are kept.",
    },
    Feedback: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
    Metadata: { type: "object", description: "A flat map of any values; null says nothing" },
    Done: { type: "object", properties: { message: text } },
    Trace: {
      type: "object",
      properties: {
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
        test_run_info: { type: ["object", "null"], properties: { test_run_id: textOrNull, test_case_id: textOrNull } },
        extra: map,
        started_at: textOrNull,
        ended_at: textOrNull,
        latency_ms: { type: ["number", "null"] },
        created_at: text,
        updated_at: text,
        ...recordings,
        ...treeProperties,
      },
    },
    SessionSums: {
      type: "object",
      description: "A session, and what its newest recordings come to. What none of them knows is null",
      properties: {
        id: text,
        project_id: text,
        custom_metadata: map,
        created_at: text,
        ...sums,
      },
    },
    SessionSumsPage: {
      type: "object",
      properties: {
        sessions: { type: "array", items: refTo("SessionSums") },
        next_cursor: textOrNull,
        is_complete: { type: "boolean" },
        scanned_to: textOrNull,
      },
    },
    Session: {
      type: "object",
      properties: {
        id: text,
        project_id: text,
        custom_metadata: map,
        created_at: text,
        ...sums,
        ...recordings,
        trace_ids: ids,
        has_more_traces: { type: "boolean" },
        ...conversationProperties,
        ...treeProperties,
        next_cursor: textOrNull,
      },
    },
    ...sessionSchemas,
  };
}
