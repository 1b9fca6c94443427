import { causeText, logEvent } from "../log";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../model/json";
import type { RecordingContent, StoredContent, StoredRecording } from "../model/recording";
import { latencyMs, toIso } from "../model/time";
import type { RecordingSums } from "../store/recording-sums";
import type { Children } from "../store/search-children";
import type { FoundSession } from "../store/search-sessions";
import type { FoundTrace, TraceHead } from "../store/search-traces";

/** A recording as Freeplay's search has it, with what is known beside: cost in US dollars, latency in seconds. */
export function completionRow(recording: StoredContent, content: RecordingContent): JsonObject {
  return {
    completion_id: recording.id,
    session_id: recording.sessionId,
    trace_id: content.parent_id ?? null,
    review_queue_id: null,
    evaluation_results: { auto_evaluations: [], human_labels: [], client_evaluations: namedValues(content.eval_results) },
    completion_metadata: completionMetadata(recording, content),
    customer_feedback: recording.feedback ?? {},
    usage: usageOf(recording),
    messages: content.messages,
    input_variables: content.inputs ?? {},
  };
}

/** The same without what stands in the content. */
export function childRows({ recordings, traces }: Children): Json[] {
  const ofRecording = (recording: StoredRecording): JsonObject => ({
    type: "completion",
    completion_id: recording.id,
    session_id: recording.sessionId,
    completion_metadata: completionMetadata(recording, null),
    customer_feedback: recording.feedback ?? {},
    usage: usageOf(recording),
  });
  const ofTrace = (trace: TraceHead): JsonObject => ({
    type: "trace",
    trace_id: trace.id,
    session_id: trace.sessionId,
    trace_metadata: traceMetadata(trace),
  });
  return [...recordings.map(ofRecording), ...traces.map(ofTrace)];
}

export function sessionRow({ id, createdUs, metadata, sums }: FoundSession): JsonObject {
  return {
    session_id: id,
    session_metadata: { start_time: toIso(sums.startedUs ?? createdUs), end_time: toIso(sums.endedUs), created_at: toIso(createdUs) },
    custom_metadata: metadata,
    test_run_id: sums.testRunId,
    ...sumsAnswer(sums),
  };
}

export function traceRow(trace: FoundTrace): JsonObject {
  return {
    trace_id: trace.id,
    session_id: trace.sessionId,
    trace_metadata: traceMetadata(trace),
    custom_metadata: trace.metadata,
    customer_feedback: trace.feedback,
    input: trace.input,
    output: trace.output,
    evaluation_results: { auto_evaluations: [], human_labels: [], client_evaluations: namedValues(trace.evaluations) },
    ...sumsAnswer(trace.sums),
  };
}

/** What a reader of many makes of each and its content, parsed: one that is corrupt is told in the log and keeps none of the others. */
export function readContents<Read>(
  recordings: StoredContent[],
  read: (recording: StoredContent, content: RecordingContent) => Read,
): Read[] {
  return recordings.flatMap((recording) => {
    try {
      return [read(recording, parseJson(recording.contentText) as RecordingContent)];
    } catch (thrown) {
      logEvent("recording_row_passed", { seq: recording.seq, cause: causeText(thrown) });
      return [];
    }
  });
}

/** Values by name as Freeplay lists evaluations. */
export function namedValues(values: JsonObject | undefined): Json[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({ name, value }));
}

/** A text of an object of the content, which may not be there. */
export function textIn(value: Json | undefined, key: string): string | null {
  const inner = isJsonObject(value) ? value[key] : null;
  return typeof inner === "string" ? inner : null;
}

function completionMetadata(recording: StoredRecording, content: RecordingContent | null): JsonObject {
  const latency = latencyMs(recording.startedUs, recording.endedUs);
  const found = {
    start_time: toIso(recording.startedUs),
    end_time: toIso(recording.endedUs),
    received_at: toIso(recording.receivedUs),
    model: recording.model,
    provider: recording.provider,
    latency: latency === null ? null : latency / 1000,
    cost: costOf(recording.cost.nanoUsd),
    cost_source: recording.cost.source,
  };
  if (content === null) return found;
  const { prompt_info: prompt, test_run_info: testRun } = content;
  return {
    ...found,
    environment: content.environment ?? null,
    prompt_template: textIn(prompt, "prompt_template_name"),
    prompt_template_id: textIn(prompt, "prompt_template_id"),
    prompt_template_version_id: textIn(prompt, "prompt_template_version_id"),
    prompt_version_name: textIn(prompt, "prompt_version_name"),
    test_run_id: textIn(testRun, "test_run_id"),
    test_case_id: textIn(testRun, "test_case_id"),
  };
}

function traceMetadata(trace: TraceHead): JsonObject {
  const latency = latencyMs(trace.startedUs, trace.endedUs);
  return {
    agent_name: trace.agentName,
    name: trace.name,
    kind: trace.kind,
    parent_id: trace.parentId,
    test_run_id: trace.testRunId,
    test_case_id: trace.testCaseId,
    start_time: toIso(trace.startedUs),
    end_time: toIso(trace.endedUs),
    created_at: toIso(trace.createdUs),
    latency: latency === null ? null : latency / 1000,
  };
}

function usageOf({ usage }: StoredRecording): JsonObject {
  return {
    prompt_tokens: usage.prompt.tokens,
    completion_tokens: usage.completion.tokens,
    prompt_source: usage.prompt.source,
    completion_source: usage.completion.source,
  };
}

/** Of sums it is said what they leave out: nothing unknown is a zero. */
function sumsAnswer(sums: RecordingSums): JsonObject {
  return {
    usage: { prompt_tokens: sums.promptTokens, completion_tokens: sums.completionTokens, recordings_without_tokens: sums.uncounted },
    cost: costOf(sums.costNanoUsd),
    recordings_without_cost: sums.unpriced,
    recordings: sums.recordings,
    recordings_are_partial: sums.isPartial,
  };
}

function costOf(nanoUsd: number | null): number | null {
  return nanoUsd === null ? null : nanoUsd / 1e9;
}
