import { integer, refTo, text, textOrNull } from "./schema-parts";

const bounds = ["body_bytes_max", "items_max", "id_chars_max", "json_depth_max", "json_values_max"];
const routes = ["record", "beacon", "feedback", "client", "record_call", "freeplay", "openapi"];
const key = { scope: text, project_id: textOrNull, body_bytes_max: integer, rate_tier: textOrNull, expires_at: textOrNull };

/** The schemas of what pages and their client use. */
export function describeClientSchemas(): Record<string, unknown> {
  return {
    FeedbackItem: {
      type: "object",
      description: "What a user says of a recording, among recordings",
      required: ["id", "feedback"],
      properties: { id: { ...text, description: "The recording's" }, project_id: text, feedback: refTo("Feedback") },
    },
    Info: {
      type: "object",
      properties: {
        version: text,
        limits: { type: "object", properties: Object.fromEntries(bounds.map((name) => [name, integer])) },
        encodings: { type: "array", items: text },
        routes: { type: "object", properties: Object.fromEntries(routes.map((name) => [name, text])) },
        key: { type: ["object", "null"], properties: key },
      },
    },
  };
}
