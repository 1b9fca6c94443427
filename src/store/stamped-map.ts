import type { ValueTexts } from "../model/amendment";

/**
 * A stamped map is JSON: `{key: [value as JSON text, rank, received_us]}`. Merging two takes of each key the value with the higher
 * rank, then the later stamp, then the greater text: in any order, any number of times, the same comes of it.
 */
export type StampedMap = Record<string, [valueText: string, rank: number, receivedUs: number]>;

/** Values as a stamped map. */
export function stampedMap(values: ValueTexts, rank: number, receivedUs: number): StampedMap {
  return Object.fromEntries(values.map(([key, text]) => [key, [text, rank, receivedUs]]));
}

/** The merge of two stamped maps, as SQL of their SQL. Of equal keys the one that `order` puts first counts. */
export function mergedMap(one: string, other: string, order: "latest" | "first" = "latest"): string {
  const direction = order === "latest" ? "DESC" : "ASC";
  return `(SELECT json_group_object(key, json(value)) FROM (
    SELECT key, value, row_number() OVER (PARTITION BY key ORDER BY value ->> 1 ${direction}, value ->> 2 ${direction}, value ->> 0 ${direction}) AS place
    FROM (SELECT key, value FROM json_each(${one}) UNION ALL SELECT key, value FROM json_each(${other}))) WHERE place = 1)`;
}

/** The plain object of a stamped map, its keys sorted, as SQL of its SQL. */
export function plainMap(stamped: string): string {
  return `(SELECT json_group_object(key, json(value ->> 0)) FROM (SELECT key, value FROM json_each(${stamped}) ORDER BY key))`;
}
