import * as fc from "fast-check";
import type { Answer } from "./collector";

/** The body with some of its places made hostile, one after the other. */
export function mutate(body: unknown, mutations: Mutation[]): unknown {
  const holder: Answer = { body };
  for (const { kind, place, value, key } of mutations) {
    const places = placesIn(holder["body"], 0);
    const found = places[place % Math.max(1, places.length)];
    const hostile = hostileValues[value]?.();
    if (kind === "root" && place % 10 === 0) holder["body"] = hostile;
    if (found === undefined || kind === "root") continue;
    // Another valid project would be one more tenant: that is a case of its own.
    const safe = /^project_?id$/i.test(found.key) && typeof hostile === "string" ? [hostile] : hostile;
    if (kind === "replace") withKey(found.parent, found.key, safe);
    else if (kind === "wrap") withKey(found.parent, found.key, [found.parent[found.key]]);
    else if (kind === "delete") delete found.parent[found.key];
    else if (kind === "insert") withKey(found.parent, key, hostile);
    else withKey(found.parent, respell(found.key), place % 2 === 0 ? safe : found.parent[found.key]);
  }
  return holder["body"];
}

/** Planted as a value. No valid id holds a space, so no answer may hold this. */
export const marker = "marker 51b7";

/** Numbers that a double does not hold, and that are kept to the digit. */
export const beyondDouble = ["1e4077", "-1e4077", "98765432109876543210"];

const hostileKeys = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "toJSON",
  "then",
  "length",
  "rawJSON",
  "",
  "\u0000",
  "\ud800",
  "0",
  "a.b",
  marker,
];

const plainValues: unknown[] = [
  [null, true, false, 0, -1, 1.5, 1e12, 1e300, 5e-324, "", "5", marker, `${marker}\ud800`, "\ud800", "\udfff\ud800", "\u0000"],
  ["__proto__", "constructor", "a".repeat(300), "2026-02-30T00:00:00Z", "2026-13-45T99:99:99Z", "2026-01-01T00:00:00.123456789012Z"],
  [[], {}, [[]], [marker], { a: marker }, [{ a: [marker] }], [null], { content: marker, role: 5 }, { rawJSON: "1" }],
].flat();

/** Made anew for each place they go to; raw numbers are frozen, and no copy of one is one. */
const hostileValues: (() => unknown)[] = [
  ...plainValues.map((value) => () => structuredClone(value)),
  ...[...beyondDouble, "-0", "1e-400", "9007199254740993", "0.10000000000000000000000001"].map((number) => () => JSON.rawJSON(number)),
  () => [JSON.rawJSON("1e4077")],
  () => ({ a: JSON.rawJSON("98765432109876543210") }),
  () => withKey({}, "__proto__", marker),
  () => withKey({}, "__proto__", withKey({}, "constructor", { prototype: marker })),
  () => JSON.parse(`{"hasOwnProperty":"${marker}","toString":null,"valueOf":1,"toJSON":"${marker}","then":"${marker}"}`) as unknown,
  () => nested(150),
  () => nested(250),
];

export const Mutation = fc.record({
  kind: fc.constantFrom("replace", "replace", "replace", "delete", "insert", "insert", "respell", "wrap", "root"),
  place: fc.nat(),
  value: fc.nat({ max: hostileValues.length - 1 }),
  key: fc.constantFrom(...hostileKeys),
});
export type Mutation = typeof Mutation extends fc.Arbitrary<infer Value> ? Value : never;

interface Place {
  parent: Answer;
  key: string;
}

/** Every place of a value below, but those of raw numbers and of deep nests. */
function placesIn(value: unknown, depth: number): Place[] {
  if (typeof value !== "object" || value === null || JSON.isRawJSON(value) || depth > 12) return [];
  const parent = value as Answer;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key], depth + 1)]);
}

/** Sets a key of its own, `__proto__` included. */
function withKey(parent: Answer, key: string, value: unknown): Answer {
  // JSON has no list with keys.
  const place = Array.isArray(parent) && !/^\d+$/.test(key) ? parent.length : key;
  return Object.defineProperty(parent, place, { value, enumerable: true, configurable: true, writable: true });
}

function respell(key: string): string {
  if (key === "all_messages") return "messages";
  if (key === "model_parameters") return "llm_parameters";
  return /_/.test(key)
    ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function nested(levels: number): unknown {
  let value: unknown = marker;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
