import { isJsonObject, type Json } from "../../model/json";
import type { RecordingContent, StoredContent } from "../../model/recording";
import { latencyMs } from "../../model/time";
import { totalUsage } from "../../model/usage";
import { usageBuckets } from "../../model/usage-buckets";
import { usageAnswer } from "../../model/usage-wire";
import type { ExportRow } from "./export-row";

/** `json` is JSON as text; `timestamp` is microseconds UTC since 1970. */
export type ColumnType = "string" | "json" | "int32" | "int64" | "double" | "boolean" | "timestamp";

/** What a column is read from: a row, with its content parsed. */
export interface ColumnRow {
  row: ExportRow;
  /** Of a whole recording all of it, else what of it may go out; empty for a tombstone. */
  content: Partial<RecordingContent>;
  /** Why content is missing that the recording has; null where none is. */
  contentOmitted: "metadata_only" | null;
}

/** A column of the Parquet files. */
export interface ExportColumn {
  name: string;
  type: ColumnType;
  isNullable: boolean;
  /** For docs/exports.md, as Markdown. */
  description: string;
  value: (row: ColumnRow) => string | number | boolean | null;
}

/**
 * Every column, in its order. Columns are added at the end alone, none is changed or taken away, and none may be
 * named `project` or `date`: readers make columns of these from the objects' keys. Each part of the content is one
 * column, whole and as it came, so that nothing is lost; what is often asked for has a typed column beside it.
 */
export const exportColumns: ExportColumn[] = [
  always("id", "string", "the recording's id", ({ row }) => (row.isDeleted ? row.id : row.recording.id)),
  always("project_id", "string", "its project", ({ row }) => (row.isDeleted ? row.projectId : row.recording.projectId)),
  always("seq", "int64", "the recording's place in the log; a deletion has its own", ({ row }) =>
    row.isDeleted ? row.seq : row.recording.seq,
  ),
  always("deleted", "boolean", "true for a deletion, a row of nothing but these first five columns", ({ row }) => row.isDeleted),
  always("committed_at", "timestamp", "when the change that the row stands for was committed", ({ row }) => row.committedUs),
  found("version", "int32", "counts up each time the recording changes", (recording) => recording.version),
  found("session_id", "string", "its session", (recording) => recording.sessionId),
  text("parent_id", "the trace or call that it belongs to", ({ parent_id }) => parent_id),
  text("environment", "as posted", ({ environment }) => environment),
  found("provider", "string", "as posted", (recording) => recording.provider),
  found("model", "string", "as posted", (recording) => recording.model),
  found("api_style", "string", "`batch` or another way of calling; null where nothing was said", (recording) => recording.apiStyle),
  found("started_at", "timestamp", "when the call began, by the caller's clock", (recording) => recording.startedUs),
  found("ended_at", "timestamp", "when it ended, by the caller's clock", (recording) => recording.endedUs),
  found("received_at", "timestamp", "when the collector received it", (recording) => recording.receivedUs),
  found("latency_ms", "double", "from `started_at` to `ended_at`; null where that is negative", ({ startedUs, endedUs }) =>
    latencyMs(startedUs, endedUs),
  ),
  found("prompt_tokens", "int64", "null where unknown, never 0 for it", ({ usage }) => usage.prompt.tokens),
  found("completion_tokens", "int64", "null where unknown, never 0 for it", ({ usage }) => usage.completion.tokens),
  found("prompt_source", "string", "`reported`, `estimated`, `deferred` or `missing`", ({ usage }) => usage.prompt.source),
  found("completion_source", "string", "the same of the completion", ({ usage }) => usage.completion.source),
  bucket("cache_read_tokens", "those of the prompt that were read from a cache", "cacheReadTokens"),
  bucket("cache_write_tokens", "those of the prompt that were written to a cache", "cacheWriteTokens"),
  bucket("input_audio_tokens", "those of the prompt that are audio", "inputAudioTokens"),
  bucket("reasoning_tokens", "those of the completion that are reasoning", "reasoningTokens"),
  bucket("output_audio_tokens", "those of the completion that are audio", "outputAudioTokens"),
  found(
    "cost_nano_usd",
    "int64",
    "integer billionths of a US dollar: sums of it are exact; null where unpriced",
    ({ cost }) => cost.nanoUsd,
  ),
  found("cost_usd", "double", "the same in US dollars", ({ cost }) => (cost.nanoUsd === null ? null : cost.nanoUsd / 1e9)),
  found("cost_source", "string", "`priced`, `overridden`, `free` or `unpriced`", ({ cost }) => cost.source),
  found("price_version", "string", "the table or the project's prices that priced it", ({ cost }) => cost.priceVersion),
  found("priced_as", "string", "the entry there", ({ cost }) => cost.pricedAs),
  found("usage", "json", "as `GET` answers it: how it was counted, parts, notes", ({ usage }) => JSON.stringify(usageAnswer(usage))),
  {
    name: "is_complete",
    type: "boolean",
    isNullable: true,
    description: "whether the answer came to its end",
    value: ({ content }) => (typeof content.response_info?.["is_complete"] === "boolean" ? content.response_info["is_complete"] : null),
  },
  text("error_type", "what kind of error the call ended in; null where it did not", ({ error }) => error?.["type"]),
  text("error_message", "the error in words", ({ error }) => error?.["message"]),
  text("test_run_id", "the test run that it belongs to", ({ test_run_info }) => test_run_info?.["test_run_id"]),
  text("test_case_id", "the test case there", ({ test_run_info }) => test_run_info?.["test_case_id"]),
  text("function_call_name", "the function that the answer calls", (content) => functionCall(content)?.["name"]),
  text("function_call_arguments", "text as the model wrote it, mostly JSON", (content) => functionCall(content)?.["arguments"]),
  json("model_parameters", "of `call_info`", ({ call_info }) => call_info?.["model_parameters"]),
  json(
    "session_metadata",
    "`custom_metadata` of `session_info`, as it came with this recording",
    ({ session_info }) => session_info?.["custom_metadata"],
  ),
  json("messages", "the conversation as posted; the answer is at its end", ({ messages }) => messages),
  json("inputs", "the variables of the prompt", ({ inputs }) => inputs),
  json("media_inputs", "those that are no text", ({ media_inputs }) => media_inputs),
  json("tool_schema", "the tools that the model was offered", ({ tool_schema }) => tool_schema),
  json("output_schema", "the form that was asked of the answer", ({ output_schema }) => output_schema),
  json(
    "session_info",
    "the session. This and the following are whole: with what has a column of its own, and with fields that the collector does not know",
    (content) => content.session_info,
  ),
  json("prompt_info", "the prompt's template and its version", ({ prompt_info }) => prompt_info),
  json("trace_info", "the trace", ({ trace_info }) => trace_info),
  json("call_info", "the call: provider, model, times, parameters, usage as reported", ({ call_info }) => call_info),
  json("response_info", "the answer: whether it is complete, its function call", ({ response_info }) => response_info),
  json("test_run_info", "the test", ({ test_run_info }) => test_run_info),
  json("eval_results", "scores, as posted", ({ eval_results }) => eval_results),
  json("error", "the error", ({ error }) => error),
  json("extra", "top-level fields that the collector does not know", ({ extra }) => extra),
  {
    name: "content_omitted",
    type: "string",
    isNullable: true,
    description: "`metadata_only` where the destination gets no content; else null",
    value: ({ contentOmitted }) => contentOmitted,
  },
  {
    name: "feedback",
    type: "json",
    isNullable: true,
    description: "what its users said of it, by name",
    value: ({ row, contentOmitted }) =>
      row.isDeleted || contentOmitted !== null || row.recording.feedback === null ? null : JSON.stringify(row.recording.feedback),
  },
];

/** A column that deletions have too. */
function always(name: string, type: ColumnType, description: string, value: ExportColumn["value"]): ExportColumn {
  return { name, type, isNullable: false, description, value };
}

/** A column of what the collector found out. */
function found(
  name: string,
  type: ColumnType,
  description: string,
  value: (recording: StoredContent) => string | number | null,
): ExportColumn {
  return { name, type, isNullable: true, description, value: ({ row }) => (row.isDeleted ? null : value(row.recording)) };
}

/** A column of a text in the content. */
function text(name: string, description: string, value: (content: Partial<RecordingContent>) => Json | undefined): ExportColumn {
  const read = ({ content }: ColumnRow) => {
    const given = value(content);
    return typeof given === "string" ? given : null;
  };
  return { name, type: "string", isNullable: true, description, value: read };
}

/** A column of a part of the content, printed as the JSON that it is. */
function json(name: string, description: string, value: (content: Partial<RecordingContent>) => Json | undefined): ExportColumn {
  const read = ({ content }: ColumnRow) => {
    const given = value(content);
    return given === undefined ? null : JSON.stringify(given);
  };
  return { name, type: "json", isNullable: true, description, value: read };
}

const readBucket = {
  cacheReadTokens: ({ input }) => input?.cacheRead,
  cacheWriteTokens: ({ input }) => input?.cacheWrite,
  inputAudioTokens: ({ input }) => input?.audio,
  reasoningTokens: ({ output }) => output?.reasoning,
  outputAudioTokens: ({ output }) => output?.audio,
} satisfies Record<string, (buckets: ReturnType<typeof usageBuckets>) => number | undefined>;

/** A column of a part of the tokens: as the answer's buckets have it, but null where this one was not reported. */
function bucket(name: string, description: string, part: keyof typeof readBucket): ExportColumn {
  return found(name, "int64", `${description}; null where not reported`, ({ usage }) =>
    usage.reported[part] === null ? null : (readBucket[part](usageBuckets(totalUsage(usage), usage.reported)) ?? null),
  );
}

function functionCall({ response_info }: Partial<RecordingContent>) {
  const call = response_info?.["function_call_response"];
  return isJsonObject(call) ? call : undefined;
}
