import type { Context } from "hono";
import * as z from "zod";
import { Cursor, pageLimit, readQuery } from "../admit/query-string";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Filter } from "../model/filter";
import { Id } from "../model/id";
import { columnText } from "../model/name";
import type { Search } from "../store/search-places";
import { mapFilters, ofTestRun, refuseUnknown } from "./list-conditions";
import { readCondition } from "./search-condition";
import { pageNumber, skippedRows } from "./search-page";

/** `custom_metadata.<key>=<value>` */
const mapPrefixes = [["custom_metadata.", "session.metadata"]] as const;

const knownParameters = {
  page: pageNumber,
  page_size: pageLimit(limits.searchRowsMax, limits.sessionRowsDefault),
  cursor: Cursor.describe("X-Next-Cursor of the page before, in place of a page: the better way").optional(),
  from_date: z.string().optional().describe("ISO 8601 or a day (UTC), included"),
  to_date: z.string().optional().describe("The same; a day is all of it"),
  test_run_id: Id.optional().describe("Of a test run"),
  prompt_name: columnText(limits.nameCharsMax).optional().describe("With a completion whose prompt_info has this prompt_template_name"),
};

/** The query string of Freeplay's list of sessions, `custom_metadata.<key>=` besides. */
export const SessionsQuery = z.looseObject(knownParameters).superRefine(refuseUnknown(knownParameters, mapPrefixes));

/**
 * What the list of sessions is asked for, as a search.
 * @throws CollectorError `bad_request` naming each parameter that is wrong.
 */
export function readSessionsQuery(c: Pick<Context, "req">): Search {
  const query = readQuery(c, SessionsQuery);
  const ofMetadata = mapFilters(query, mapPrefixes);
  if (ofMetadata.length > limits.listedMetadataKeysMax) {
    throw refusal("custom_metadata", `may be asked for by ${limits.listedMetadataKeysMax} keys`);
  }
  const filters: Filter[] = [];
  if (query.from_date !== undefined) filters.push(timeFilter("from_date", "gte", query.from_date));
  // A day alone is all of it.
  const toDate = /^\d{4}-\d{2}-\d{2}$/.test(query.to_date ?? "") ? `${query.to_date} 23:59:59.999999` : query.to_date;
  if (toDate !== undefined) filters.push(timeFilter("to_date", "lte", toDate));
  const { test_run_id: testRunId, prompt_name: promptName } = query;
  if (testRunId !== undefined) filters.push(ofTestRun(testRunId));
  if (promptName !== undefined) filters.push({ field: "recording.prompt_template_name", key: null, op: "eq", value: promptName });
  filters.push(...ofMetadata);
  const cursor = query.cursor ?? null;
  return { filter: { and: filters }, limit: query.page_size, skip: cursor === null ? skippedRows(query.page, query.page_size) : 0, cursor };
}

function timeFilter(name: string, op: "gte" | "lte", value: string): Filter {
  const read = readCondition("time", op, /^\d+(\.\d+)?$/.test(value) ? Number(value) : value);
  if ("message" in read) throw refusal(name, read.message);
  return { field: "session.time", key: null, ...read };
}

function refusal(path: string, message: string): CollectorError {
  return new CollectorError("bad_request", "The query string is not valid.", { issues: [{ path, message }] });
}
