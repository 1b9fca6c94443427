import type { Context } from "hono";
import * as z from "zod";
import { pageLimit, ProjectQuery, readQuery } from "../admit/query-string";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { type FieldType, type Filter, type FilterField, filterFields, type FilterOp, isWithinBounds } from "../model/filter";
import { Id } from "../model/id";
import { columnText } from "../model/name";
import type { Search } from "../store/search-places";
import { type SortKey, sortKeys } from "../store/sort-recordings";
import { readCondition } from "./search-condition";

/** A query string has no types: each parameter is of one field, compared in one way. */
const conditionParameters = {
  session_id: ["recording.session_id", "eq"],
  trace_id: ["recording.parent_id", "eq"],
  test_run_id: ["recording.test_run_id", "eq"],
  provider: ["recording.provider", "eq"],
  model: ["recording.model", "eq"],
  environment: ["recording.environment", "eq"],
  prompt_version_id: ["recording.prompt_template_version_id", "eq"],
  complete: ["recording.is_complete", "eq"],
  error: ["recording.has_error", "eq"],
  from: ["recording.time", "gte"],
  to: ["recording.time", "lt"],
  cost_usd_min: ["recording.cost_usd", "gte"],
  cost_usd_max: ["recording.cost_usd", "lte"],
  latency_ms_min: ["recording.latency_seconds", "gte"],
  latency_ms_max: ["recording.latency_seconds", "lte"],
  tokens_min: ["recording.tokens", "gte"],
  tokens_max: ["recording.tokens", "lte"],
  text: ["recording.texts", "contains"],
} as const satisfies Record<string, readonly [FilterField, FilterOp]>;
type ConditionParameter = keyof typeof conditionParameters;

/** `metadata.<key>=` of the session, and `feedback.<name>=`. */
const mapPrefixes = [
  ["metadata.", "session.metadata"],
  ["feedback.", "recording.feedback"],
] as const satisfies [string, FilterField][];
const MapKey = columnText(limits.filterKeyUnitsMax);
const MapValue = columnText(limits.filterTextUnitsMax);

const sources = ["reported", "estimated", "deferred", "missing"] as const;

const knownParameters = {
  ...ProjectQuery.shape,
  ...(Object.fromEntries(Object.keys(conditionParameters).map((name) => [name, z.string().optional()])) as Record<
    ConditionParameter,
    z.ZodOptional<z.ZodString>
  >),
  session_id: Id.optional(),
  trace_id: Id.optional(),
  test_run_id: Id.optional(),
  usage_source: z.enum(sources, `must be one of ${sources.join(", ")}`).optional(),
  sort: z.enum(sortKeys, `must be one of ${sortKeys.join(", ")}`).optional(),
  // A page of a conversation holds the same images again and again.
  media: z.enum(["inline", "links"]).default("links"),
  limit: pageLimit(limits.pageRowsMax, limits.pageRowsDefault),
  cursor: z.string().optional(),
};

const RecordingsQuery = z.looseObject(knownParameters).superRefine(refuseUnknown(knownParameters, mapPrefixes));

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

/** Which recordings are listed, and how. */
export interface RecordingsQuery {
  projectId: string | undefined;
  media: "inline" | "links";
  search: Search;
  /** What comes first; undefined is the newest. */
  sort: SortKey | undefined;
}

/**
 * What a list of recordings is asked for, as a search.
 * @throws CollectorError `bad_request` naming each parameter that is wrong.
 */
export function readRecordingsQuery(c: Pick<Context, "req">): RecordingsQuery {
  const query = readQuery(c, RecordingsQuery);
  const issues: Issue[] = [];
  const filters: Filter[] = [];
  for (const name of Object.keys(conditionParameters) as ConditionParameter[]) {
    const given = query[name];
    const [field, op] = conditionParameters[name];
    if (given !== undefined) filters.push(typedCondition(name, field, op, given, issues));
  }
  const { usage_source: source } = query;
  if (source !== undefined) {
    const sides = ["recording.prompt_source", "recording.completion_source"] as const;
    filters.push({ or: sides.map((field): Filter => ({ field, key: null, op: "eq", value: source })) });
  }
  filters.push(...mapFilters(query, mapPrefixes));
  const filter: Filter = { and: filters };
  if (!isWithinBounds(filter))
    issues.push({ path: "metadata", message: `with all others, may be ${limits.filterConditionsMax} conditions` });
  if (issues.length > 0) throw new CollectorError("bad_request", "The query string is not valid.", { issues });
  const search = { filter, limit: query.limit, skip: 0, cursor: query.cursor ?? null };
  return { projectId: query.project_id, media: query.media, search, sort: query.sort };
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
