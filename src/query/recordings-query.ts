import * as z from "zod";
import { checkQuery, Cursor, pageLimit, ProjectQuery } from "../admit/query-string";
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
  session_id: ["recording.session_id", "eq", "Of one session"],
  trace_id: ["recording.parent_id", "eq", "Of one trace: its parent_id"],
  test_run_id: ["recording.test_run_id", "eq", "Of one test run"],
  provider: ["recording.provider", "eq", "By its name"],
  model: ["recording.model", "eq", "By its name, as posted"],
  environment: ["recording.environment", "eq", "By its name"],
  prompt_version_id: ["recording.prompt_template_version_id", "eq", "By prompt_template_version_id"],
  complete: ["recording.is_complete", "eq", "true or false, where somebody said so"],
  error: ["recording.has_error", "eq", "true or false: whether the call failed"],
  from: ["recording.time", "gte", "When the call began, or was received: ISO 8601 or Unix seconds, included"],
  to: ["recording.time", "lt", "The same, not included"],
  cost_usd_min: ["recording.cost_usd", "gte", "US dollars"],
  cost_usd_max: ["recording.cost_usd", "lte", "US dollars"],
  latency_ms_min: ["recording.latency_seconds", "gte", "Milliseconds"],
  latency_ms_max: ["recording.latency_seconds", "lte", "Milliseconds"],
  tokens_min: ["recording.tokens", "gte", "Of both sides together"],
  tokens_max: ["recording.tokens", "lte", "Of both sides together"],
  text: ["recording.texts", "contains", "Anywhere in a text of its messages, ASCII letters in either case"],
} as const satisfies Record<string, readonly [FilterField, FilterOp, meaning: string]>;
type ConditionParameter = keyof typeof conditionParameters;

/** `metadata.<key>=` of the session, and `feedback.<name>=`. */
const mapPrefixes = [
  ["metadata.", "session.metadata"],
  ["feedback.", "recording.feedback"],
] as const satisfies [string, FilterField][];

/** `media=` of what answers recordings. */
export function mediaForm(preset: "inline" | "links") {
  return z
    .enum(["inline", "links"])
    .default(preset)
    .describe("How media come: inline (as base64, as posted) or links (as paths of /v1/media)");
}

function isId(field: FilterField): boolean {
  return ["recording.session_id", "recording.parent_id", "recording.test_run_id"].includes(field);
}

const sources = ["reported", "estimated", "deferred", "missing"] as const;

const knownParameters = {
  ...ProjectQuery.shape,
  ...(Object.fromEntries(
    Object.entries(conditionParameters).map(([name, [field, , meaning]]) => {
      return [name, (isId(field) ? Id : z.string()).optional().describe(meaning)];
    }),
  ) as Record<ConditionParameter, z.ZodOptional<z.ZodString>>),
  usage_source: z
    .enum(sources, `must be one of ${sources.join(", ")}`)
    .optional()
    .describe("Of either side"),
  sort: z
    .enum(sortKeys, `must be one of ${sortKeys.join(", ")}`)
    .optional()
    .describe(`The highest first; of ${limits.sortedRowsMax} recordings at most`),
  // A page of a conversation holds the same images again and again.
  media: mediaForm("links"),
  limit: pageLimit(limits.pageRowsMax, limits.pageRowsDefault),
  cursor: Cursor.optional(),
};

/** The query string of the list, `metadata.<key>=` and `feedback.<name>=` besides. */
export const RecordingsQuery = z.looseObject(knownParameters).superRefine(refuseUnknown(knownParameters, mapPrefixes));

/** Which recordings are listed, and how. */
interface RecordingsAsked {
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
export function readRecordingsQuery(parameters: Record<string, string>): RecordingsAsked {
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
  { search, sort }: Pick<RecordingsAsked, "search" | "sort">,
  { db }: Pick<Deps, "db">,
): Promise<SearchPage<KeptContent>> {
  return await (sort === undefined ? searchRecordings(db, projectId, search) : sortRecordings(db, projectId, search, sort));
}
