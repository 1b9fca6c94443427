import type { Issue } from "../errors";
import { isJsonObject, type Json, type JsonObject } from "./json";

/** The keys of one of our objects by their snake_case names, each with the other names it goes by. */
export type KeyTable = Record<string, readonly string[]>;

/** An object of ours, sorted: what we know under its own name, and what we do not know as it came. */
export interface SortedObject {
  known: JsonObject;
  unknown: JsonObject;
}

/**
 * Sorts an object's keys by a table. camelCase is another name of every key; null is absent. A key that is there
 * under two names is an issue: nobody can say which is meant.
 */
export function sortKeys(value: JsonObject, table: KeyTable, path: string, issues: Issue[]): SortedObject {
  const names = namesOf(table);
  const known: [string, Json][] = [];
  const unknown: [string, Json][] = [];
  const givenAs = new Map<string, string>();
  for (const [key, inner] of Object.entries(value)) {
    const name = names.get(key);
    if (name === undefined) {
      unknown.push([key, inner]);
    } else if (inner !== null) {
      const other = givenAs.get(name);
      if (other !== undefined) issues.push({ path: join(path, name), message: `is there twice, as ${other} and as ${key}; send one` });
      givenAs.set(name, key);
      known.push([name, inner]);
    }
  }
  return { known: Object.fromEntries(known), unknown: Object.fromEntries(unknown) };
}

/**
 * Sorts the object under one key of `parent` in place of itself: known keys renamed, unknown ones left beside
 * them. What is no object stays for the schema to refuse.
 */
export function sortInside(parent: JsonObject, key: string, table: KeyTable, path: string, issues: Issue[]): JsonObject {
  const value = parent[key];
  // A raw number is an object to JavaScript, and so to a schema; as NaN it is refused as the number that it is.
  if (JSON.isRawJSON(value)) parent[key] = Number.NaN;
  if (!isJsonObject(value)) return {};
  const { known, unknown } = sortKeys(value, table, join(path, key), issues);
  parent[key] = known;
  return unknown;
}

/** Whether an object has no keys. */
export function isEmpty(value: JsonObject): boolean {
  return Object.keys(value).length === 0;
}

const namesByTable = new WeakMap<KeyTable, Map<string, string>>();

function namesOf(table: KeyTable): Map<string, string> {
  const made = namesByTable.get(table);
  if (made !== undefined) return made;
  const names = new Map<string, string>();
  for (const [name, others] of Object.entries(table)) {
    for (const spelling of [name, ...others]) {
      names.set(spelling, name);
      names.set(toCamelCase(spelling), name);
    }
  }
  namesByTable.set(table, names);
  return names;
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
