import type { ContentText } from "./content-text";
import type { Json, JsonObject } from "./json";
import type { ReportedUsage, Usage } from "./usage";

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
  /** The trace or recording that it belongs to. */
  parentId: string | null;
  testRunId: string | null;
  provider: string | null;
  model: string | null;
  environment: string | null;
  startedUs: number | null;
  endedUs: number | null;
  receivedUs: number;
  /** The call's `api_style`: `batch` calls have other prices. */
  apiStyle: string | null;
  /** The caller's own counts; null for what he did not say. */
  reported: ReportedUsage;
  /** Merged into the session's metadata when the recording is stored; the recording keeps its own copy. */
  sessionMetadata: JsonObject | null;
  content: RecordingContent;
}

/** Why a call has the cost it has: `free` is a known price of nothing, `unpriced` is not known. */
export type CostSource = "priced" | "unpriced" | "overridden" | "free";

/**
 * What a call cost. `free` is a known price of 0 for tokens that are not 0; `overridden` is a price of the project's
 * own. `unpriced` has no amount, which is not an amount of 0.
 */
export interface Cost {
  /** Integer nano-US-dollars. */
  nanoUsd: number | null;
  source: CostSource;
  priceVersion: string | null;
  /** `provider/model` as the table calls them, or as the project's price names them. */
  pricedAs: string | null;
}

/** A recording that waits to be stored, in D1 or anywhere before it: counted, priced, and its content as text. Plain JSON. */
export interface EnrichedRecording extends Omit<Recording, "content" | "reported"> {
  /** Random, of this delivery of it: the same delivery may come to the store twice, and is then one. */
  receipt: string;
  usage: Usage;
  cost: Cost;
  text: ContentText;
  /** UTF-8 bytes of the whole content. */
  contentBytes: number;
}

/** The same as it goes into a row: what is too large for one stands in the bucket already. */
export interface StorableRecording extends EnrichedRecording {
  /** The SHA-256 of each object that the texts name, or that is the payload. */
  blobs: string[];
  /** The object that holds the whole content's text; then `text` is not stored. */
  payload: string | null;
}

/** What is known of a stored recording beside its content. */
export interface StoredRecording {
  seq: number;
  version: number;
  projectId: string;
  id: string;
  sessionId: string;
  provider: string | null;
  model: string | null;
  apiStyle: string | null;
  startedUs: number | null;
  endedUs: number | null;
  receivedUs: number;
  usage: Usage;
  cost: Cost;
  /** What its users said of it, by name; null is nothing. */
  feedback: JsonObject | null;
}

/** A stored recording with its content as the row has it. */
export interface KeptContent extends StoredRecording {
  /** The whole content's text, but for the media that stand in the bucket; null where all of it does. */
  keptText: string | null;
  payload: string | null;
  /** The objects that the content needs. */
  blobs: string[];
  /** What came after the content, and belongs to it; null is nothing. */
  amended: { evaluations: JsonObject; messages: JsonObject[] } | null;
}

/** A stored recording with its content, still as text: no reader needs it parsed. */
export interface StoredContent extends StoredRecording {
  contentText: string;
}

/** What became of one recording that the store was given. */
export interface StoreOutcome {
  status: "stored" | "duplicate";
  recording: StoredRecording;
  /** Of a duplicate: whether another content is stored under its id. */
  differs: boolean;
}

/** What is known of a recording that was taken in: it has no place in the log while it is spooled. */
export interface TakenRecording extends Omit<StoredRecording, "seq"> {
  seq: number | null;
}

/** What became of one recording that was to be kept: `spooled` is safe, and not in D1 yet. */
export type KeepOutcome = StoreOutcome | { status: "spooled"; recording: TakenRecording };

/** One page of a list, and where the next begins. */
export interface Page<T> {
  rows: T[];
  nextCursor: string | null;
}
