import { isJsonObject, type Json, type JsonObject } from "../model/json";

/** A value of a usage object, and the key it was sent under, below `call_info.usage`. */
export interface SentCount {
  value: Json;
  key: string;
}

/** OpenTelemetry's attributes carry their place in their name. */
const attributePrefix = /^gen_ai\.usage\./;

/** The objects that hold parts of one side, whatever they are called. The counts of AI SDK's v3 stand in one themselves. */
const detailsOf = new Map([
  ["prompt_tokens_details", "input"],
  ["input_tokens_details", "input"],
  ["input_token_details", "input"],
  ["input_tokens", "input"],
  ["tool_use_prompt_tokens_details", "input"],
  ["completion_tokens_details", "output"],
  ["candidates_tokens_details", "output"],
  ["response_tokens_details", "output"],
  ["output_tokens_details", "output"],
  ["output_token_details", "output"],
  ["output_tokens", "output"],
  ["cache_tokens_details", "input.cached_tokens_details"],
  ["cache_creation", "cache_creation"],
  ["cache_details", "cache_creation"],
  ["tokens", "tokens"],
  ["billed_units", "billed_units"],
]);

/** Protobuf's enum for AUDIO, where a host prints numbers. */
const audioModality = 4;

/**
 * The counts of a usage object by one spelling: snake_case, those of an object inside it behind the side it tells
 * of (`input.cached_tokens`). The first key that maps to a name is the one that counts. Null is not said.
 */
export function collectCounts(usage: JsonObject): Map<string, SentCount> {
  const counts = new Map<string, SentCount>();
  for (const [key, value] of Object.entries(usage)) {
    if (value === null) continue;
    const name = toSnakeCase(key.replace(attributePrefix, ""));
    const details = detailsOf.get(name);
    if (details !== undefined && Array.isArray(value) && name.endsWith("details")) collectList(value, details, key, counts);
    else if (details !== undefined && isJsonObject(value)) collectInside(value, details, key, counts);
    else put(counts, name, { value, key });
  }
  return counts;
}

function collectInside(details: JsonObject, name: string, key: string, counts: Map<string, SentCount>): void {
  for (const [innerKey, value] of Object.entries(details)) {
    if (value === null) continue;
    const innerName = `${name}.${toSnakeCase(innerKey)}`;
    if (isJsonObject(value)) collectInside(value, innerName, `${key}.${innerKey}`, counts);
    else put(counts, innerName, { value, key: `${key}.${innerKey}` });
  }
}

/** Lists are Gemini's, one entry a modality, of which audio is priced apart, and Converse's, one a lifetime of what was cached. */
function collectList(list: Json[], name: string, key: string, counts: Map<string, SentCount>): void {
  for (const entry of list) {
    if (!isJsonObject(entry)) continue;
    const { modality, ttl } = entry;
    if (modality === "AUDIO" || modality === audioModality)
      addCount(counts, `${name}.audio_tokens`, entry["tokenCount"] ?? entry["token_count"], key);
    if (typeof ttl === "string") addCount(counts, `${name}.ephemeral_${ttl}_input_tokens`, entry["inputTokens"], key);
  }
}

function addCount(counts: Map<string, SentCount>, name: string, value: Json | undefined, key: string): void {
  const sum = counts.get(name)?.value ?? 0;
  if (typeof value === "number" && typeof sum === "number") counts.set(name, { value: sum + value, key });
}

function put(counts: Map<string, SentCount>, name: string, count: SentCount): void {
  if (!counts.has(name)) counts.set(name, count);
}

function toSnakeCase(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
