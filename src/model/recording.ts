import type { CollectorError } from "../errors";
import type { Json, JsonObject } from "./json";

/** Where a token count comes from. Unknown is `missing` or `deferred`, never 0. */
export type TokenSource = "reported" | "estimated" | "deferred" | "missing";

/**
 * What was posted, in the collector's own JSON: snake_case keys of ours, everything inside as it came, absent
 * parts left out. Stored as it stands and answered as it stands; a type, not an interface, to be JSON itself.
 */
export type RecordingContent = {
  messages: JsonObject[];
  inputs?: JsonObject;
  media_inputs?: JsonObject;
  tool_schema?: Json;
  output_schema?: Json;
  session_info: JsonObject;
  prompt_info?: JsonObject;
  environment?: string;
  parent_id?: string;
  trace_info?: JsonObject;
  call_info?: JsonObject;
  response_info?: JsonObject;
  test_run_info?: JsonObject;
  eval_results?: JsonObject;
  error?: JsonObject;
  /** Top-level fields that the collector does not know. Unknown ones deeper down stay where they were. */
  extra?: JsonObject;
};

/** A function call as text: the data model's `function_call_response`. */
export interface FunctionCall {
  name: string;
  arguments: string;
}

/** One recording, whichever wire it came by. Times in microseconds UTC; null is unknown. */
export interface Recording {
  projectId: string;
  id: string;
  sessionId: string;
  provider: string | null;
  model: string | null;
  environment: string | null;
  startedUs: number | null;
  endedUs: number | null;
  receivedUs: number;
  /** The caller's own counts; null for a side that he did not give. */
  reported: { promptTokens: number | null; completionTokens: number | null };
  functionCall: FunctionCall | null;
  /** Merged into the session's metadata when the recording is stored; the recording keeps its own copy. */
  sessionMetadata: JsonObject | null;
  content: RecordingContent;
}

/** Token counts with their provenance. */
export interface Usage {
  promptTokens: number | null;
  completionTokens: number | null;
  promptSource: TokenSource;
  completionSource: TokenSource;
  /** The tokenizer's vocabulary, where a side was estimated. */
  encoding: string | null;
  /** `sampled` where a text was too long to be counted whole. */
  note: string | null;
}

/** Price of the call in integer nano-US-dollars, and the table and the entry of it that it comes from; all null when unpriced. */
export interface Cost {
  nanoUsd: number | null;
  priceVersion: string | null;
  /** `provider/model` as the table calls them. */
  pricedAs: string | null;
}

/** A recording as it will be stored: counted, priced, and its content as text. */
export interface EnrichedRecording extends Recording {
  usage: Usage;
  cost: Cost;
  contentText: string;
  /** UTF-8 bytes of `contentText`. */
  contentBytes: number;
}

/** What is known of a stored recording beside its content. */
export interface StoredRecording {
  seq: number;
  version: number;
  projectId: string;
  id: string;
  sessionId: string;
  startedUs: number | null;
  endedUs: number | null;
  receivedUs: number;
  usage: Usage;
  cost: Cost;
}

/** A stored recording with its content, still as text: no reader needs it parsed. */
export interface StoredContent extends StoredRecording {
  contentText: string;
}

/** What became of one recording that the store was given. */
export interface StoreOutcome {
  status: "stored" | "duplicate";
  recording: StoredRecording;
}

/** What became of one recording of a post. */
export type IngestOutcome = StoreOutcome | { status: "refused"; error: CollectorError };

/** One page of a list, and where the next begins. */
export interface Page<T> {
  rows: T[];
  nextCursor: string | null;
}
