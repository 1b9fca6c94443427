import * as z from "zod";
import { KeyRequest } from "../manage/keys";
import { RepriceRequest } from "../manage/reprices";
import { PriceOverrides } from "../model/price-override";
import { recordPayloadSchema } from "../receive/records-wire";
import { describeClientSchemas } from "./client-schemas";
import { describeTestRunSchemas } from "./dataset-schemas";
import { describeExportSchemas } from "./export-schemas";
import { describeLedgerSchemas } from "./ledger-schemas";
import { metricsSchemas } from "./metrics-schemas";
import { describeSearchSchemas } from "./search-schemas";
import { describeTraceSchemas } from "./trace-schemas";
import { refTo, text, textOrNull } from "./schema-parts";

const integerOrNull = { type: ["integer", "null"], minimum: 0 };
const numberOrNull = { type: ["number", "null"] };
const source = { enum: ["reported", "estimated", "deferred", "missing"] };
const head = {
  id: text,
  project_id: text,
  session_id: text,
  usage: {
    type: "object",
    properties: {
      prompt_tokens: integerOrNull,
      completion_tokens: integerOrNull,
      prompt_source: source,
      completion_source: source,
      prompt_estimate: refTo("Estimate"),
      completion_estimate: refTo("Estimate"),
      input_buckets: bucketsOf("uncached", "cache_read", "cache_write", "audio"),
      output_buckets: bucketsOf("text", "reasoning", "audio"),
      billed: { type: ["object", "null"], properties: { prompt_tokens: { type: "integer" }, completion_tokens: { type: "integer" } } },
      notes: { type: "array", items: text },
    },
  },
  cost_usd: { type: ["number", "null"] },
  cost_nano_usd: integerOrNull,
  cost_source: { enum: ["priced", "unpriced", "overridden", "free"] },
  price_version: textOrNull,
  priced_as: textOrNull,
  latency_ms: { type: ["number", "null"] },
  started_at: textOrNull,
  ended_at: textOrNull,
  received_at: text,
  feedback: { type: ["object", "null"], description: "What its users said of it, by name; null where nothing was said" },
  seq: { type: ["integer", "null"], description: "The place in the log; null while the recording is spooled" },
  version: { type: "integer" },
};
function bucketsOf(...names: string[]): unknown {
  return {
    type: ["object", "null"],
    description: "Disjoint parts that sum to the side's tokens; null where no part was reported",
    properties: Object.fromEntries(names.map((name) => [name, { type: "integer" }])),
  };
}
const estimate = {
  type: ["object", "null"],
  description: "How the side was counted; null where it was not",
  properties: {
    encoding: text,
    method: { ...text, description: "The method with its version, and the family of models" },
    error_pct: { ...numberOrNull, description: "Median absolute error of calls like this one, in percent" },
    plain_tokens: { type: "integer", description: "What js-tiktoken counts of the text alone, without overhead and calibration" },
    calibration: {
      type: ["object", "null"],
      description: "The project's own ratio of reported to estimated tokens that was used, and of how many calls it is",
      properties: { ratio: { type: "number" }, calls: { type: "integer" } },
    },
    notes: { type: "array", items: text },
  },
};
const calibrationSide = {
  type: "object",
  properties: { calls: { type: "integer" }, ratio: numberOrNull, error_pct: numberOrNull, error_before_pct: numberOrNull },
};
const calibration = {
  type: "object",
  properties: { provider: text, model: text, method: text, prompt: calibrationSide, completion: calibrationSide, updated_at: text },
};
const reprice = {
  id: text,
  project_id: text,
  state: { enum: ["running", "done"] },
  from: text,
  to: text,
  looked_at: { type: "integer" },
  changed: { type: "integer" },
  created_at: text,
  updated_at: text,
};
const issue = { type: "object", properties: { path: text, message: text } };
const error = { message: text, code: text, request_id: text, issues: { type: "array", items: issue } };
const item = {
  index: { type: "integer" },
  id: textOrNull,
  status: { enum: ["stored", "spooled", "duplicate", "rejected"] },
  error: { type: "object", properties: { message: text, code: text, issues: error.issues } },
};
/** The schemas that the operations name. What is taken comes from the code that takes it. */
export function describeSchemas(): Record<string, unknown> {
  return {
    RecordPayload: {
      ...(recordPayloadSchema() as object),
      description: "Keys may be camelCase; null is absent; unknown fields are kept.",
    },
    KeyRequest: z.toJSONSchema(KeyRequest, { io: "input" }),
    PricesRequest: z.toJSONSchema(PriceOverrides, { io: "input" }),
    Prices: {
      type: "object",
      properties: {
        project_id: text,
        version: { type: "integer" },
        created_at: textOrNull,
        overrides: { type: "array", items: { type: "object" } },
      },
    },
    RepriceRequest: z.toJSONSchema(RepriceRequest, { io: "input", unrepresentable: "any" }),
    Reprice: { type: "object", properties: reprice },
    Calibrations: { type: "object", properties: { project_id: text, calibrations: { type: "array", items: calibration } } },
    Estimate: estimate,
    RecordingHead: { type: "object", properties: head },
    Recording: {
      type: "object",
      description: "The head, and what was posted under its own names.",
      properties: { ...head, status: { const: "spooled", description: "Only where it is safe but not in D1 yet" } },
    },
    RecordingPage: {
      type: "object",
      properties: {
        recordings: { type: "array", items: refTo("Recording") },
        next_cursor: textOrNull,
        is_complete: { type: "boolean", description: "Whether the page is as full as it would be if any number of rows were looked at" },
        scanned_to: { ...textOrNull, description: "The time of the last recording that was looked at; null where all were" },
        not_searched: { type: "integer", description: "Recordings too large for a row, whose contents are not looked into" },
      },
    },
    ...describeClientSchemas(),
    ...describeExportSchemas(),
    ...describeLedgerSchemas(),
    ...metricsSchemas,
    ...describeSearchSchemas(),
    ...describeTestRunSchemas(),
    ...describeTraceSchemas(),
    ItemResults: {
      type: "object",
      properties: {
        stored: { type: "integer" },
        spooled: { type: "integer" },
        duplicates: { type: "integer" },
        rejected: { type: "integer" },
        results: { type: "array", items: { type: "object", properties: item } },
      },
    },
    Completion: { type: "object", properties: { completion_id: text } },
    CompletionUpdate: {
      type: "object",
      description: "At least one of both; null is as if it were absent",
      properties: {
        new_messages: { type: ["array", "null"], items: { type: "object" }, description: "They follow the recording's own messages" },
        eval_results: { type: ["object", "null"], description: "By name; they stand over those that the recording has" },
      },
    },
    Key: {
      type: "object",
      properties: {
        id: text,
        key: text,
        scope: text,
        project_id: textOrNull,
        origins: { type: "array", items: text },
        label: textOrNull,
        rate_tier: textOrNull,
        body_bytes_max: { type: "integer" },
        expires_at: textOrNull,
        created_at: text,
        revoked_at: textOrNull,
      },
    },
    Error: { type: "object", required: ["message", "code", "request_id"], properties: error },
  };
}
