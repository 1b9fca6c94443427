import { isJsonObject, type Json, type JsonObject } from "../../model/json";

/** An object, or an empty one where it is none. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A list, or an empty one where it is none. */
export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOrNull(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

export function numberOrNull(value: Json | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** Any value as a text to be shown; nothing for what is not there. */
export function shownText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
