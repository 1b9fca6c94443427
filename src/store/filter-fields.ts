import type { FilterField, filterFields } from "../model/filter";
import { lastShared, sharedText } from "./transcripts";

/** The fields of these types. */
export type SqlField<Type> = { [Name in FilterField]: (typeof filterFields)[Name] extends Type ? Name : never }[FilterField];

/** When a call was: the expression that recordings_by_time is of. */
export const recordingTime = "coalesce(r.started_us, r.received_us)";

/** How long a call took, in microseconds; NULL where it is not known or its end is before its start. */
export const latencyUs = "iif(r.ended_us >= r.started_us, r.ended_us - r.started_us, NULL)";

/** A row is not parsed where it is corrupt: it is passed over by a search, and breaks none. */
const content = "iif(json_valid(r.content), r.content, '{}')";

const columns: Record<SqlField<"text" | "number" | "boolean" | "time">, string> = {
  "recording.id": "r.id",
  "recording.session_id": "r.session_id",
  "recording.parent_id": "r.parent_id",
  "recording.test_run_id": "r.test_run_id",
  "recording.provider": "r.provider",
  "recording.model": "r.model",
  "recording.environment": "r.environment",
  "recording.prompt_template_name": promptInfo("prompt_template_name"),
  "recording.prompt_template_id": promptInfo("prompt_template_id"),
  "recording.prompt_template_version_id": promptInfo("prompt_template_version_id"),
  "recording.time": recordingTime,
  "recording.cost_usd": "(r.cost_nano_usd / 1e9)",
  "recording.prompt_source": "r.prompt_source",
  "recording.completion_source": "r.completion_source",
  "recording.tokens": "(r.prompt_tokens + r.completion_tokens)",
  "recording.is_complete": `(SELECT p.value FROM json_each(${content}, '$.response_info') AS p WHERE p.key = 'is_complete' AND p.type IN ('true', 'false'))`,
  // Of what stands in the bucket nothing is known.
  "recording.has_error": `iif(r.payload IS NULL, json_type(${content}, '$.error') IS 'object', NULL)`,
  "recording.latency_seconds": `(${latencyUs} / 1e6)`,
  "session.id": "s.id",
  "session.time": "s.created_us",
  "trace.id": "t.id",
  "trace.session_id": "t.session_id",
  "trace.agent_name": "t.agent_name",
  "trace.test_run_id": "t.test_run_id",
  "trace.time": "coalesce(t.started_us, t.created_us)",
};

/**
 * The last message: of those that were appended last, or else of the row's own, or of its transcript. A recording of before has its
 * messages in its content; one that stands in the bucket has none here.
 */
const lastMessage = `(SELECT iif(json_valid(list), json_extract(list, '$[#-1]'), NULL) FROM (SELECT
  CASE WHEN r.later IS NOT NULL THEN '[' || r.later || ']'
    WHEN r.appended > 0 THEN (SELECT '[' || m.messages || ']' FROM amendments AS a CROSS JOIN json_each(a.appended) AS g
      CROSS JOIN appended_messages AS m ON m.project_id = a.project_id AND m.recording_id = a.recording_id AND m.hash = g.key
      WHERE a.project_id = r.project_id AND a.recording_id = r.id ORDER BY g.value ->> 2 DESC, g.key DESC LIMIT 1)
    WHEN r.messages = '' AND r.transcript_id IS NOT NULL THEN '[' || ${lastShared} || ']'
    WHEN r.messages IS NOT NULL THEN '[' || r.messages || ']' ELSE ${content} -> '$.messages' END AS list))`;

/** All messages: those of its transcript that it begins with, its own, and those that were appended. */
const allMessages = `(SELECT iif(json_valid(list), list, '[]') FROM (SELECT '[' || concat_ws(',', nullif(${sharedText}, ''), nullif(r.messages, ''),
  CASE WHEN r.later IS NOT NULL THEN r.later
    WHEN r.appended > 0 THEN (SELECT group_concat(m.messages, ',') FROM appended_messages AS m WHERE m.project_id = r.project_id AND m.recording_id = r.id) END,
  iif(r.messages IS NULL AND r.transcript_id IS NULL, ${content} -> '$.messages', NULL)) || ']' AS list))`;

const jsons: Record<SqlField<"map" | "texts">, string> = {
  "recording.texts": allMessages,
  "recording.output": lastMessage,
  "recording.inputs": `${content}, '$.inputs'`,
  "recording.feedback": "r.feedback",
  "recording.evaluations": "r.evaluations",
  "session.metadata": "s.metadata",
  "trace.input": "t.fields ->> '$.input[0]'",
  "trace.output": "t.fields ->> '$.output[0]'",
  "trace.input_texts": "t.fields ->> '$.input[0]'",
  "trace.output_texts": "t.fields ->> '$.output[0]'",
  "trace.metadata": "t.metadata",
  "trace.feedback": "t.feedback",
  "trace.evaluations": "t.evaluations",
};

/** The maps that hold values themselves; in all others they are stamped. */
export const plainMaps: readonly FilterField[] = ["recording.inputs", "recording.feedback", "trace.input", "trace.output"];

/** Fields that stand in what a row has of a recording's content: one that is too large for a row has nothing there. */
export const contentFields: readonly FilterField[] = [
  "recording.prompt_template_name",
  "recording.prompt_template_id",
  "recording.prompt_template_version_id",
  "recording.is_complete",
  "recording.has_error",
  "recording.texts",
  "recording.output",
  "recording.inputs",
  "recording.evaluations",
];

/** One value of a row's. */
export function columnSql(field: SqlField<"text" | "number" | "boolean" | "time">): string {
  return columns[field];
}

/** What json_each or json_tree takes for a row's values. */
export function jsonSql(field: SqlField<"map" | "texts">): string {
  return jsons[field];
}

/** Evaluations that were set by themselves outrank, key by key, those that came with the recording. */
export function evaluationsSql(ofKey: (source: string) => string, compare: string): string {
  const set = ofKey("r.evaluations");
  return `(EXISTS (${set} AND ${compare}) OR (NOT EXISTS (${set}) AND EXISTS (${ofKey(`${content}, '$.eval_results'`)} AND ${compare})))`;
}

function promptInfo(key: string): string {
  return `(SELECT p.value FROM json_each(iif(json_valid(r.content), r.content, '{}'), '$.prompt_info') AS p WHERE p.key = '${key}' AND p.type = 'text')`;
}
