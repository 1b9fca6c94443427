import { limits } from "../limits";
import type { Entity, FilterField } from "../model/filter";

type Fields = readonly [FilterField, ...FilterField[]];

/** Freeplay's names of fields that are one of ours. */
const plainFields: Record<string, FilterField> = {
  cost: "recording.cost_usd",
  latency: "recording.latency_seconds",
  environment: "recording.environment",
  prompt_template: "recording.prompt_template_name",
  prompt_template_id: "recording.prompt_template_id",
  prompt_template_version_id: "recording.prompt_template_version_id",
  completion_id: "recording.id",
  model: "recording.model",
  provider: "recording.provider",
  completion_output: "recording.output",
  agent_name: "trace.agent_name",
  trace_agent_name: "trace.agent_name",
  trace_input: "trace.input_texts",
  trace_output: "trace.output_texts",
};

/** Those that are another of each thing that is searched for; of several, any. */
const scopedFields: Record<string, Record<Entity, Fields>> = {
  start_time: { recording: ["recording.time"], session: ["session.time"], trace: ["trace.time"] },
  session_id: { recording: ["recording.session_id"], session: ["session.id"], trace: ["trace.session_id"] },
  // A recording names its trace before that exists, and may do so for ever.
  trace_id: { recording: ["recording.parent_id"], session: ["trace.id", "recording.parent_id"], trace: ["trace.id"] },
  test_run_id: {
    recording: ["recording.test_run_id"],
    session: ["recording.test_run_id", "trace.test_run_id"],
    trace: ["trace.test_run_id"],
  },
};

/** Those of whose map a key is named behind a dot. */
const mapFields: Record<string, FilterField> = {
  completion_inputs: "recording.inputs",
  completion_feedback: "recording.feedback",
  completion_client_evaluation_results: "recording.evaluations",
  session_custom_metadata: "session.metadata",
  trace_custom_metadata: "trace.metadata",
  trace_input: "trace.input",
  trace_output: "trace.output",
  trace_feedback: "trace.feedback",
  trace_client_eval_results: "trace.evaluations",
};

/** Those that Freeplay has and nothing is kept of here, with what comes nearest. */
const absentFields: Record<string, string> = {
  review_status: "reviews are not kept here; search by completion_feedback.<name>",
  assignee: "reviews are not kept here; search by session_custom_metadata.<key>",
  api_key: "which key sent a recording is not kept here; search by session_custom_metadata.<key>",
  evaluation_notes: "notes are not kept here; search by completion_feedback.<name>",
  completion_evaluation_results: "evaluations are not run here; search by completion_client_evaluation_results.<name>",
  trace_evaluation_results: "evaluations are not run here; search by trace_client_eval_results.<name>",
};

/** The fields of ours that one of Freeplay's means, any of which may meet a condition, and the key of a map; or what is wrong with it. */
export function alternativesOf(field: string, scope: Entity): { fields: Fields; key: string | null } | string {
  const [name = ""] = field.split(".", 1);
  const key = field.length > name.length ? field.slice(name.length + 1) : null;
  const absent = own(absentFields, name);
  if (absent !== undefined) return absent;
  const plain = own(plainFields, name);
  const fields = own(scopedFields, name)?.[scope] ?? (plain === undefined ? undefined : ([plain] as const));
  if (key === null && fields !== undefined) return { fields, key };
  const map = own(mapFields, name);
  if (map === undefined) return fields === undefined ? "is not known here" : "has no keys";
  if (key === null || key === "") return `needs a key: ${name}.<key>`;
  if (key.length > limits.filterKeyUnitsMax) return `may have a key of ${limits.filterKeyUnitsMax} characters`;
  return key.isWellFormed() && !key.includes("\0") ? { fields: [map], key } : "must have a key of well-formed text without NUL";
}

function own<Value>(table: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
