import { integer, listOf, objectOf, objectOrNull, refTo, text, textOrNull, timeOrNull } from "./schema-parts";

const bounds = ["body_bytes_max", "items_max", "id_chars_max", "json_depth_max", "json_values_max"];
const routes = ["record", "beacon", "feedback", "client", "record_call", "freeplay", "openapi"];
const key = { scope: text, project_id: textOrNull, body_bytes_max: integer, rate_tier: textOrNull, expires_at: timeOrNull };

/** The schemas of what pages and their client use. */
export function describeClientSchemas(): Record<string, unknown> {
  return {
    FeedbackItem: {
      type: "object",
      description: "What a user says of a recording, among recordings",
      required: ["id", "feedback"],
      properties: { id: { ...text, description: "The recording's" }, project_id: text, feedback: refTo("Feedback") },
    },
    Info: objectOf({
      version: text,
      limits: objectOf(Object.fromEntries(bounds.map((name) => [name, integer]))),
      encodings: listOf(text),
      routes: objectOf(Object.fromEntries(routes.map((name) => [name, text]))),
      key: objectOrNull(key, "What the key that asks may; null where none does"),
    }),
  };
}
