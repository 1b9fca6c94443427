/** Any JSON value. A number that JavaScript cannot hold is a raw number, which prints as it came (`parseJson`). */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

// In V8 since 11.4, not yet in TypeScript's library.
declare global {
  interface JSON {
    rawJSON(text: string): Json;
    isRawJSON(value: unknown): boolean;
  }
}

/** A number that may not come out as it went in, by how it begins: 16 digits, an exponent, -0, or 300 zeros behind the point. */
const mayBend = /(?:^|[:,[])\s*-?(?:\d{16}|[\d.]+[eE]|(?<=-)0|0\.0{300})/;

/**
 * Parses JSON without losing numbers: an integer above 2^53, a number above 1.8e308 or too near to 0, and -0
 * become raw numbers that `JSON.stringify` prints as they came.
 * @throws SyntaxError on text that is not JSON.
 */
export function parseJson(text: string): Json {
  return JSON.parse(text, mayBend.test(text) ? keepNumber : undefined) as Json;
}

/** Whether a value is a JSON object: not an array, null or a raw number. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

/** Whether objects and arrays are nested at most `levels` deep. */
export function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value)) return true;
  if (levels === 0) return false;
  for (const child of Array.isArray(value) ? value : Object.values(value)) {
    if (!isWithinDepth(child, levels - 1)) return false;
  }
  return true;
}

function keepNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const { source } = context;
  return isHeld(value, source) ? value : JSON.rawJSON(source);
}

function isHeld(value: number, source: string): boolean {
  if (value === 0) return /^0[.0]*(?:[eE].*)?$/.test(source);
  if (!Number.isFinite(value)) return false;
  return !Number.isInteger(value) || Number.isSafeInteger(value) || JSON.stringify(value) === source;
}
