import * as z from "zod";

/** What many schemas are made of. */
export const text = { type: "string" };
export const textOrNull = { type: ["string", "null"] };
export const integer = { type: "integer" };
export const integerOrNull = { type: ["integer", "null"] };
export const numberOrNull = { type: ["number", "null"] };
export const truth = { type: "boolean" };
export const time = { type: "string", format: "date-time" };
export const timeOrNull = { type: ["string", "null"], format: "date-time" };
/** An object of the caller's own, with any keys. */
export const map = { type: "object" };
export const mapOrNull = { type: ["object", "null"] };

/** A reference to a schema by its name. */
export function refTo(schema: string): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}

/** An object that has all of these fields, and the optional ones where they say something. */
export function objectOf(properties: Record<string, unknown>, optional: Record<string, unknown> = {}) {
  return { type: "object", required: Object.keys(properties), properties: { ...properties, ...optional } };
}

/** The same, or null. */
export function objectOrNull(properties: Record<string, unknown>, description?: string) {
  return { ...objectOf(properties), type: ["object", "null"], ...(description === undefined ? {} : { description }) };
}

export function listOf(items: unknown) {
  return { type: "array", items };
}

/** A page of things, called `name`, each by a schema. */
export function pageOf(name: string, schema: string, more: Record<string, unknown> = {}): unknown {
  return objectOf({ [name]: listOf(refTo(schema)), next_cursor: nextCursor, ...more });
}

export const nextCursor = { ...textOrNull, description: "Where the next page begins; null where this is the last" };

/** What a zod schema takes, in JSON Schema. */
export function schemaOf(schema: z.ZodType): z.core.JSONSchema.JSONSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return described;
}
