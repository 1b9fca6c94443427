import { recordPayloadSchema } from "../receive/records-wire";
import { loosePayload } from "../receive/payload";
import { integer, integerOrNull, listOf, map, mapOrNull, nextCursor, numberOrNull, objectOf, objectOrNull } from "./schema-parts";
import { refTo, schemaOf, text, textOrNull, time, timeOrNull, truth } from "./schema-parts";

const tokensOrNull = { ...integerOrNull, minimum: 0 };
const source = { enum: ["reported", "estimated", "deferred", "missing"] };

function bucketsOf(...names: string[]): unknown {
  const parts = Object.fromEntries(names.map((name) => [name, integer]));
  return objectOrNull(parts, "Disjoint parts that sum to the side's tokens; null where no part was reported");
}

const usage = objectOf({
  prompt_tokens: tokensOrNull,
  completion_tokens: tokensOrNull,
  prompt_source: source,
  completion_source: source,
  prompt_estimate: refTo("Estimate"),
  completion_estimate: refTo("Estimate"),
  input_buckets: bucketsOf("uncached", "cache_read", "cache_write", "audio"),
  output_buckets: bucketsOf("text", "reasoning", "audio"),
  billed: objectOrNull({ prompt_tokens: integer, completion_tokens: integer }, "What the provider bills, where it says so"),
  notes: listOf(text),
});

const head = {
  id: text,
  project_id: text,
  session_id: text,
  usage,
  cost_usd: { ...numberOrNull, description: "Null while it has no price" },
  cost_nano_usd: tokensOrNull,
  cost_source: { enum: ["priced", "unpriced", "overridden", "free"] },
  price_version: textOrNull,
  priced_as: { ...textOrNull, description: "Which entry of the table, or of the project's own prices, it is priced by" },
  latency_ms: numberOrNull,
  started_at: timeOrNull,
  ended_at: timeOrNull,
  received_at: time,
  feedback: { ...mapOrNull, description: "What its users said of it, by name; null where nothing was said" },
  seq: { ...integerOrNull, description: "The place in the log; null while the recording is spooled" },
  version: { ...integer, description: "Counted up by each change" },
};

const estimate = objectOrNull(
  {
    encoding: text,
    method: { ...text, description: "The method with its version, and the family of models" },
    error_pct: { ...numberOrNull, description: "Median absolute error of calls like this one, in percent" },
    plain_tokens: { ...integer, description: "What js-tiktoken counts of the text alone, without overhead and calibration" },
    calibration: objectOrNull(
      { ratio: { type: "number" }, calls: integer },
      "The project's own ratio of reported to estimated tokens that was used, and of how many calls it is",
    ),
    notes: listOf(text),
  },
  "How the side was counted; null where it was not",
);

/** What was posted, as it is answered: what is absent was not said. */
const content = {
  messages: listOf(map),
  session_info: { ...map, description: "With its custom_metadata" },
};
const sometimes = {
  ...Object.fromEntries(
    ["inputs", "media_inputs", "prompt_info", "trace_info", "call_info", "response_info", "test_run_info", "eval_results", "error"].map(
      (name) => [name, map],
    ),
  ),
  tool_schema: { description: "Any JSON" },
  output_schema: { description: "Any JSON" },
  environment: text,
  parent_id: text,
  extra: { ...map, description: "Fields of the payload that the collector does not know" },
  status: { const: "spooled", description: "Only where it is safe but not in D1 yet" },
};

const item = objectOf(
  { index: integer, id: textOrNull, status: { enum: ["stored", "spooled", "duplicate", "rejected"] } },
  { error: refTo("ItemError") },
);

/** The schemas of recordings. */
export function describeRecordingSchemas(): Record<string, unknown> {
  return {
    RecordPayload: {
      ...(recordPayloadSchema() as object),
      description: "Keys may be camelCase; null is absent; unknown fields are kept.",
    },
    CompletionPayload: {
      ...schemaOf(loosePayload()),
      description: "As RecordPayload, and nothing but messages is demanded; the path names the session.",
    },
    CompletionUpdate: {
      type: "object",
      description: "At least one of both; null is as if it were absent",
      properties: {
        new_messages: { type: ["array", "null"], items: map, description: "They follow the recording's own messages" },
        eval_results: { ...mapOrNull, description: "By name; they stand over those that the recording has" },
      },
    },
    Completion: objectOf({ completion_id: text }),
    Estimate: estimate,
    RecordingHead: { ...objectOf(head), description: "What the collector found out or decided about a recording" },
    Recording: { ...objectOf({ ...head, ...content }, sometimes), description: "The head, and what was posted under its own names." },
    RecordingPage: objectOf({
      recordings: listOf(refTo("Recording")),
      next_cursor: nextCursor,
      is_complete: { ...truth, description: "Whether the page is as full as it would be if any number of rows were looked at" },
      scanned_to: { ...timeOrNull, description: "The time of the last recording that was looked at; null where all were" },
      not_searched: { ...integer, description: "Recordings too large for a row, whose contents are not looked into" },
    }),
    ItemError: objectOf({ message: text, code: text }, { issues: listOf(objectOf({ path: text, message: text })) }),
    ItemResults: objectOf({ stored: integer, spooled: integer, duplicates: integer, rejected: integer, results: listOf(item) }),
  };
}
