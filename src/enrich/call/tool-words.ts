import { isJsonObject, type Json } from "../../model/json";
import type { Tool } from "./tools";

/** Bounds of what is looked at of one tool's schema. */
const schemaLevelsMax = 24;
const schemaValuesMax = 20_000;

/** The words of a tool, without the JSON around them: its name and description, its properties' names and descriptions, the values it offers. */
export function toolWords({ name, description, parameters }: Tool): string[] {
  const words = [name, description];
  walk(parameters ?? {}, (key, schema) => {
    if (key !== null) words.push(key);
    if (typeof schema["description"] === "string") words.push(schema["description"]);
    if (Array.isArray(schema["enum"])) words.push(schema["enum"].filter((value) => typeof value === "string").join(" "));
  });
  return words.filter((text) => text !== "");
}

/** The properties of a tool's parameters, those inside of others too. */
export function countProperties({ parameters }: Tool): number {
  let count = 0;
  walk(parameters ?? {}, (key) => {
    if (key !== null) count += 1;
  });
  return count;
}

/** Visits a schema and all in it; `key` is the property's name, null where a schema is none's. */
function walk(root: Json, visit: (key: string | null, schema: Record<string, Json>) => void): void {
  const open: { key: string | null; schema: Json; level: number }[] = [{ key: null, schema: root, level: 0 }];
  for (let at = 0; at < open.length && at < schemaValuesMax; at += 1) {
    const { key, schema, level } = open[at]!;
    if (!isJsonObject(schema)) continue;
    visit(key, schema);
    if (level >= schemaLevelsMax) continue;
    for (const [name, inner] of Object.entries(isJsonObject(schema["properties"]) ? schema["properties"] : {})) {
      open.push({ key: name, schema: inner, level: level + 1 });
    }
    const others = [
      schema["items"],
      ...listOf(schema["anyOf"]),
      ...listOf(schema["oneOf"]),
      ...listOf(schema["allOf"]),
      ...valuesOf(schema["$defs"]),
    ];
    for (const inner of others) if (isJsonObject(inner)) open.push({ key: null, schema: inner, level: level + 1 });
  }
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function valuesOf(value: Json | undefined): Json[] {
  return isJsonObject(value) ? Object.values(value) : [];
}
