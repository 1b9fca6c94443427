import * as z from "zod";
import { checkQuery, pageLimit, ProjectQuery } from "../admit/query-string";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { type Filter, type FilterField, type FilterOp, isWithinBounds } from "../model/filter";
import { Id } from "../model/id";
import type { Deps } from "../env";
import type { KeptContent } from "../model/recording";
import type { Search, SearchPage } from "../store/search-places";
import { searchRecordings } from "../store/search-recordings";
import { type SortKey, sortKeys, sortRecordings } from "../store/sort-recordings";
import { mapFilters, refuseUnknown, typedCondition } from "./list-conditions";

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
export function readRecordingsQuery(parameters: Record<string, string>): RecordingsQuery {
  const query = checkQuery(parameters, RecordingsQuery);
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

/** A page of what was asked for. @throws CollectorError `bad_request` for a cursor that is not of it, or where too many would have to be sorted. */
export async function listRecordings(
  projectId: string,
  { search, sort }: Pick<RecordingsQuery, "search" | "sort">,
  { db }: Pick<Deps, "db">,
): Promise<SearchPage<KeptContent>> {
  return await (sort === undefined ? searchRecordings(db, projectId, search) : sortRecordings(db, projectId, search, sort));
}
