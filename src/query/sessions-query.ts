import type { Context } from "hono";
import * as z from "zod";
import { pageLimit, readQuery } from "../admit/query-string";
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
  cursor: z.string().optional(),
  from_date: z.string().optional(),
  to_date: z.string().optional(),
  test_run_id: Id.optional(),
  prompt_name: columnText(limits.nameCharsMax).optional(),
};

const SessionsQuery = z.looseObject(knownParameters).superRefine(refuseUnknown(knownParameters, mapPrefixes));

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
