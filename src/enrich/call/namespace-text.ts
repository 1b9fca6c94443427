import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import { jsonText } from "./json-text";
import type { OutputSchema, Tool } from "./tools";

/** Levels of a schema that are written: one that refers to itself is written out for ever. */
const schemaLevelsMax = 24;
/** UTF-16 units that are written of all tools, beside thrice their own: what is referred to often is written often, up to that. */
const spareUnits = 20_000;

/**
 * The tools as OpenAI's models read them: a TypeScript namespace. The form is that of openai/harmony
 * (`src/encoding.rs`), with what the token counts of gpt-4o and gpt-5 show beside: a schema's own title and description
 * as comments, descriptions line by line without indentation, `Array<…>` around objects, `// default:` behind a property.
 */
export function namespaceText(tools: Tool[]): string {
  let text = "# Tools\n\n## functions\n\nnamespace functions {\n\n";
  let unitsLeft = spareUnits + 3 * jsonText(tools.map((tool) => ({ ...tool }))).length;
  for (const { name, description, parameters } of tools) {
    text += comment(description);
    const hasProperties = isJsonObject(parameters?.["properties"]) && Object.keys(parameters["properties"]).length > 0;
    const writer: Writer = { root: parameters ?? {}, unitsLeft };
    text += hasProperties ? `type ${name} = (_: ${typeText(parameters, writer, 0)}) => any;\n\n` : `type ${name} = () => any;\n\n`;
    unitsLeft = writer.unitsLeft;
  }
  return `${text}} // namespace functions`;
}

/** Whether a tool's first property has no comment of its own: OpenAI then counts a token less. */
export function beginsBare({ parameters }: Tool): boolean {
  const properties = parameters?.["properties"];
  if (!isJsonObject(properties)) return false;
  const [first] = Object.values(properties);
  return isJsonObject(first) && (first["title"] ?? "") === "" && (first["description"] ?? "") === "";
}

/**
 * The schema of the answer as OpenAI's models read it (openai/harmony's "# Response Formats"): JSON without
 * `additionalProperties` and without the properties' titles.
 */
export function responseFormatText({ name, description, schema }: OutputSchema): string {
  const title = typeof schema["title"] === "string" ? schema["title"] : null;
  const kept = withoutTitles(schema, 0);
  const titled = title === null || !isJsonObject(kept) ? kept : { ...kept, title };
  return `# Response Formats\n\n## ${name}\n\n${description === "" ? "" : `// ${description}\n`}${jsonText(titled)}`;
}

/** One tool's schema, and how much more may be written of all. What is written or looked through is taken off at once. */
interface Writer {
  root: JsonObject;
  unitsLeft: number;
}

function typeText(value: Json | undefined, writer: Writer, level: number): string {
  writer.unitsLeft -= 4;
  if (!isJsonObject(value) || level > schemaLevelsMax || writer.unitsLeft < 0) return "any";
  const { $ref: reference, enum: options, type, const: constant } = value;
  if (typeof reference === "string") return typeText(resolve(reference, writer.root), writer, level + 1);
  const alternatives = value["anyOf"] ?? value["oneOf"];
  if (Array.isArray(alternatives)) return alternatives.map((inner) => typeText(inner, writer, level + 1)).join(" | ");
  const all = value["allOf"];
  if (Array.isArray(all) && all.length === 1) return typeText(all[0], writer, level + 1);
  if (Array.isArray(options)) return spend(options.map(literal).join(" | "), writer);
  if (constant !== undefined) return spend(literal(constant), writer);
  if (Array.isArray(type)) return type.map((name) => plainType(name)).join(" | ");
  if (type === "array") return arrayText(value["items"], writer, level);
  if (isJsonObject(value["properties"])) return objectText(value, value["properties"], writer, level);
  return plainType(type);
}

function spend(text: string, writer: Writer): string {
  writer.unitsLeft -= text.length;
  return text;
}

function literal(value: Json): string {
  return JSON.stringify(value) ?? "";
}

function plainType(type: Json | undefined): string {
  if (type === "integer") return "number";
  return typeof type === "string" && ["string", "number", "boolean", "null", "object"].includes(type.toLowerCase())
    ? type.toLowerCase()
    : "any";
}

function arrayText(items: Json | undefined, writer: Writer, level: number): string {
  if (items === undefined) return "any[]";
  const inner = typeText(items, writer, level + 1);
  return inner.includes("{") ? `Array<\n${inner}\n>` : `${inner}[]`;
}

function objectText(schema: JsonObject, properties: JsonObject, writer: Writer, level: number): string {
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  writer.unitsLeft -= 4 * required.size;
  let text = writtenComment(schema["title"], writer) + (level === 0 ? "" : writtenComment(schema["description"], writer));
  text += "{\n";
  for (const [key, property] of Object.entries(properties)) {
    if (writer.unitsLeft < 0) break;
    if (isJsonObject(property)) text += writtenComment(property["title"], writer) + writtenComment(property["description"], writer);
    text += `${spend(key, writer)}${required.has(key) ? "" : "?"}: ${typeText(property, writer, level + 1)},`;
    if (isJsonObject(property) && property["default"] !== undefined && writer.unitsLeft >= 0)
      text += ` // default: ${spend(literal(property["default"]), writer)}`;
    text += "\n";
  }
  return `${text}}`;
}

/** A comment of a schema. All of the text is looked through, whatever is written of it. */
function writtenComment(text: Json | undefined, writer: Writer): string {
  if (typeof text !== "string" || writer.unitsLeft < 0) return "";
  writer.unitsLeft -= text.length;
  return comment(text);
}

/** A text as comment lines: indentation and empty lines are dropped. */
function comment(text: Json | undefined): string {
  if (typeof text !== "string") return "";
  let lines = "";
  for (const line of text.split("\n")) if (line.trim() !== "") lines += `// ${line.trim()}\n`;
  return lines;
}

function resolve(reference: string, root: JsonObject): Json | undefined {
  let value: Json | undefined = root;
  for (const key of reference.split("/", 20).slice(1)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** A copy without `additionalProperties` and titles. A property that is named so is kept: its value is a schema, no text. */
function withoutTitles(value: Json, level: number): Json {
  if (Array.isArray(value)) return value.map((inner) => withoutTitles(inner, level + 1));
  if (!isJsonObject(value)) return value;
  const kept: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (key === "additionalProperties" || (key === "title" && typeof inner === "string")) continue;
    kept.push([key, withoutTitles(inner, level + 1)]);
  }
  return Object.fromEntries(kept);
}
