import { isJsonObject, type Json, type JsonObject } from "../../model/json";
import type { CallToCount } from "./call-to-count";

/** A tool that the model may call. */
export interface Tool {
  /** Empty for one that runs at the provider's, such as a web search. */
  name: string;
  description: string;
  parameters: JsonObject | null;
}

/** What a call says about the use of its tools. `name` is the one tool that is to be called. */
export interface ToolChoice {
  mode: "auto" | "none" | "required" | "named";
  name: string | null;
  /** Whether the model may call one tool at a time alone. */
  isSerial: boolean;
}

/** The schema that an answer must have. */
export interface OutputSchema {
  name: string;
  description: string;
  schema: JsonObject;
}

/** A call's tools, whichever provider's form they have: a list, or a list in a list, or Bedrock's and Gemini's wrappings. */
export function readTools(call: CallToCount): Tool[] {
  const tools: Tool[] = [];
  const config = call.parameters["toolConfig"];
  const given =
    call.toolSchema ?? call.parameters["tools"] ?? call.parameters["functions"] ?? (isJsonObject(config) ? config["tools"] : undefined);
  collectTools(given, tools, 0);
  return tools;
}

function collectTools(value: Json | undefined, tools: Tool[], depth: number): void {
  if (depth > 4) return;
  if (Array.isArray(value)) for (const inner of value) collectTools(inner, tools, depth + 1);
  if (!isJsonObject(value)) return;
  const nested = value["functionDeclarations"] ?? value["function_declarations"] ?? value["tools"];
  if (Array.isArray(nested)) return collectTools(nested, tools, depth + 1);
  const inner = [value["function"], value["toolSpec"], value["custom"]].find(isJsonObject) ?? value;
  const type = value["type"];
  const isHosted = typeof inner["name"] !== "string" || (typeof type === "string" && /_\d{8}$/.test(type));
  tools.push({
    name: isHosted ? "" : textOf(inner["name"]),
    description: textOf(inner["description"]),
    parameters: schemaOf(inner),
  });
}

function schemaOf(tool: JsonObject): JsonObject | null {
  for (const key of [
    "parameters",
    "input_schema",
    "inputSchema",
    "parametersJsonSchema",
    "parameters_json_schema",
    "parameter_definitions",
  ]) {
    const schema = tool[key];
    if (isJsonObject(schema)) return isJsonObject(schema["json"]) ? schema["json"] : schema;
  }
  return null;
}

/** OpenAI's, Anthropic's, Mistral's and Cohere's `tool_choice`, Bedrock's and Gemini's `toolConfig`. */
export function readToolChoice({ parameters }: CallToCount): ToolChoice {
  const config = parameters["toolConfig"] ?? parameters["tool_config"];
  const choice =
    parameters["tool_choice"] ??
    parameters["toolChoice"] ??
    parameters["function_call"] ??
    (isJsonObject(config) ? (config["toolChoice"] ?? config["functionCallingConfig"] ?? config["function_calling_config"]) : undefined);
  const isSerial = parameters["parallel_tool_calls"] === false || (isJsonObject(choice) && choice["disable_parallel_tool_use"] === true);
  if (typeof choice === "string") return { mode: modeOf(choice), name: null, isSerial };
  if (!isJsonObject(choice)) return { mode: "auto", name: null, isSerial };
  const inner = [choice["function"], choice["tool"]].find(isJsonObject) ?? choice;
  if (typeof inner["name"] === "string") return { mode: "named", name: inner["name"], isSerial };
  const word = choice["mode"] ?? choice["type"] ?? (choice["any"] === undefined ? "auto" : "any");
  return { mode: modeOf(typeof word === "string" ? word : "auto"), name: null, isSerial };
}

function modeOf(word: string): ToolChoice["mode"] {
  if (/^none$/i.test(word)) return "none";
  return /^(?:any|required)$/i.test(word) ? "required" : "auto";
}

/** The schema of the answer: the recording's own, or the parameter by which a provider is told. */
export function readOutputSchema({ parameters, outputSchema }: CallToCount): OutputSchema | null {
  for (const key of ["response_format", "text", "output_config", "generationConfig", "generation_config", "format", "text_format"]) {
    const found = schemaIn(parameters[key]) ?? null;
    if (found !== null) return found;
  }
  const found = schemaIn({ format: parameters, schema: null });
  if (found !== null) return found;
  return outputSchema === undefined ? null : { name: "", description: "", schema: outputSchema };
}

const schemaKeys = ["schema", "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema"];

function schemaIn(value: Json | undefined, depth = 0): OutputSchema | null {
  if (!isJsonObject(value) || depth > 3) return null;
  for (const key of schemaKeys) {
    const schema = value[key];
    if (isJsonObject(schema)) return { name: textOf(value["name"]), description: textOf(value["description"]), schema };
  }
  for (const key of ["json_schema", "format"]) {
    const found = schemaIn(value[key], depth + 1);
    if (found !== null) return found;
  }
  // Ollama's format is the schema itself.
  return isJsonObject(value["properties"]) ? { name: "", description: "", schema: value } : null;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
