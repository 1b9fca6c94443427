import { isJsonObject, type JsonObject } from "../../model/json";
import type { RecordingContent } from "../../model/recording";

/** The parts of a recording's content that go out without it, and of each the fields. */
const allowed = {
  session_info: ["session_id", "custom_metadata"],
  prompt_info: ["prompt_template_version_id", "prompt_template_id", "project_id", "environment"],
  trace_info: ["trace_id"],
  call_info: ["provider", "model", "start_time", "end_time", "api_style"],
  response_info: ["is_complete"],
  test_run_info: ["test_run_id", "test_case_id"],
  error: ["type"],
} satisfies Partial<Record<keyof RecordingContent, string[]>>;

/**
 * What of a recording's content goes out where only metadata may. A list of what may, for an unknown field may hold
 * anything: one client's `trace_info` has the trace's input and output in it.
 */
export function metadataOf(content: RecordingContent): JsonObject {
  const metadata: JsonObject = {};
  if (content.environment !== undefined) metadata["environment"] = content.environment;
  if (content.parent_id !== undefined) metadata["parent_id"] = content.parent_id;
  for (const [part, fields] of Object.entries(allowed)) {
    const given = content[part as keyof typeof allowed];
    if (!isJsonObject(given)) continue;
    const kept = Object.entries(given).filter(([field]) => fields.includes(field));
    if (kept.length > 0) metadata[part] = Object.fromEntries(kept);
  }
  return metadata;
}
