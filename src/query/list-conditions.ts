import type * as z from "zod";
import type { Issue } from "../errors";
import { limits } from "../limits";
import { type FieldType, type Filter, type FilterField, filterFields, type FilterOp } from "../model/filter";
import { columnText } from "../model/name";
import { readCondition } from "./search-condition";

const MapKey = columnText(limits.filterKeyUnitsMax);
const MapValue = columnText(limits.filterTextUnitsMax);

/** Prefixes of parameters that name a key of a map, and the map's field. */
type MapPrefixes = readonly (readonly [prefix: string, field: FilterField])[];

/** Complains of parameters that are neither known nor of a map's key. */
export function refuseUnknown(known: object, prefixes: MapPrefixes) {
  return (query: Record<string, unknown>, context: z.RefinementCtx): void => {
    for (const [name, value] of Object.entries(query)) {
      if (Object.hasOwn(known, name)) continue;
      const [prefix = ""] = prefixes.find(([one]) => name.startsWith(one)) ?? [];
      const isKey = prefix !== "" && MapKey.min(1).safeParse(name.slice(prefix.length)).success;
      if (isKey && MapValue.safeParse(value).success) continue;
      const message = isKey ? "must be well-formed text, not too long" : "is not known here";
      context.addIssue({ code: "custom", path: [name.slice(0, limits.idCharsMax)], message });
    }
  };
}

/** The conditions on keys of maps that a query has. */
export function mapFilters(query: Record<string, unknown>, prefixes: MapPrefixes): Filter[] {
  return prefixes.flatMap(([prefix, field]) =>
    Object.keys(query)
      .filter((name) => name.startsWith(prefix))
      .map((name) => ofMap(field, name.slice(prefix.length), String(query[name]))),
  );
}

/** A condition by a parameter's text. Where it is none an issue says so, and what is returned is not used. */
export function typedCondition(name: string, field: FilterField, op: FilterOp, given: string, issues: Issue[]): Filter {
  const type = filterFields[field];
  const read = readCondition(type, op, typedValue(name, type, given));
  if (!("message" in read)) return { field, key: null, ...read };
  issues.push({ path: name, message: type === "boolean" ? "must be true or false" : read.message });
  return { and: [] };
}

/** A value as its field has it: numbers and booleans written out, and milliseconds as seconds. */
function typedValue(name: string, type: FieldType, given: string): string | number | boolean {
  if (type === "boolean" && (given === "true" || given === "false")) return given === "true";
  const isNumber = (type === "number" || type === "time") && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(given);
  return isNumber ? Number(given) / (name.startsWith("latency_ms") ? 1000 : 1) : given;
}

/** Sessions that a test run's recordings or traces are in. */
export function ofTestRun(id: string): Filter {
  const fields = ["recording.test_run_id", "trace.test_run_id"] as const;
  return { or: fields.map((field): Filter => ({ field, key: null, op: "eq", value: id })) };
}

/** A value of a map's key, which may be a text, a number or a boolean. */
function ofMap(field: FilterField, key: string, given: string): Filter {
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(given) ? Number(given) : Number.NaN;
  const values = [
    given,
    ...(Number.isFinite(number) ? [number] : []),
    ...(given === "true" || given === "false" ? [given === "true"] : []),
  ];
  return { or: values.map((value): Filter => ({ field, key, op: "eq", value })) };
}
