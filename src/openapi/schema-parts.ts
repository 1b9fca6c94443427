/** What many schemas are made of. */
export const text = { type: "string" };
export const textOrNull = { type: ["string", "null"] };
export const integer = { type: "integer" };

/** A reference to a schema by its name. */
export function refTo(schema: string): { $ref: string } {
  return { $ref: `#/components/schemas/${schema}` };
}

/** A page of things, called `name`, each by a schema. */
export function pageOf(name: string, schema: string): unknown {
  return { type: "object", properties: { [name]: { type: "array", items: refTo(schema) }, next_cursor: textOrNull } };
}
