import * as z from "zod";
import { KeyRequest } from "../manage/keys";
import { recordPayloadSchema } from "../receive/records-wire";

const text = { type: "string" };
const textOrNull = { type: ["string", "null"] };
const integerOrNull = { type: ["integer", "null"], minimum: 0 };
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
      encoding: textOrNull,
      note: textOrNull,
    },
  },
  cost_usd: { type: ["number", "null"] },
  cost_source: { enum: ["priced", "unpriced"] },
  price_version: textOrNull,
  priced_as: textOrNull,
  latency_ms: { type: ["number", "null"] },
  started_at: textOrNull,
  ended_at: textOrNull,
  received_at: text,
  seq: { type: "integer" },
  version: { type: "integer" },
};
const issue = { type: "object", properties: { path: text, message: text } };
const error = { message: text, code: text, request_id: text, issues: { type: "array", items: issue } };
const item = {
  index: { type: "integer" },
  id: textOrNull,
  status: { enum: ["stored", "duplicate", "rejected"] },
  error: { type: "object", properties: { message: text, code: text, issues: error.issues } },
};
const batch = {
  id: text,
  destination: text,
  state: { enum: ["cut", "written"] },
  from_seq: { type: "integer" },
  to_seq: { type: "integer" },
  lines: integerOrNull,
  bytes: integerOrNull,
  sha256: textOrNull,
  key: textOrNull,
  attempts: { type: "integer" },
  cut_at: text,
  written_at: textOrNull,
};

/** The schemas that the operations name. What is taken comes from the code that takes it. */
export function describeSchemas(): Record<string, unknown> {
  return {
    RecordPayload: {
      ...(recordPayloadSchema() as object),
      description: "Keys may be camelCase; null is absent; unknown fields are kept.",
    },
    KeyRequest: z.toJSONSchema(KeyRequest, { io: "input" }),
    RecordingHead: { type: "object", properties: head },
    Recording: { type: "object", description: "The head, and what was posted under its own names.", properties: head },
    RecordingPage: page("recordings", { $ref: "#/components/schemas/Recording" }),
    ExportPage: page("exports", { type: "object", properties: batch }),
    ItemResults: {
      type: "object",
      properties: {
        stored: { type: "integer" },
        duplicates: { type: "integer" },
        rejected: { type: "integer" },
        results: { type: "array", items: { type: "object", properties: item } },
      },
    },
    Completion: { type: "object", properties: { completion_id: text } },
    Key: {
      type: "object",
      properties: { id: text, key: text, scope: text, project_id: textOrNull, origins: { type: "array", items: text }, label: textOrNull },
    },
    Error: { type: "object", required: ["message", "code", "request_id"], properties: error },
  };
}

function page(name: string, items: unknown): unknown {
  return { type: "object", properties: { [name]: { type: "array", items }, next_cursor: textOrNull } };
}
