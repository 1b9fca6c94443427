import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { checkQuery, Cursor, pageLimit, ProjectQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import type { Filter } from "../model/filter";
import { Id } from "../model/id";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";
import type { RecordingSums } from "../store/recording-sums";
import type { Search } from "../store/search-places";
import { type FoundSession, searchSessions } from "../store/search-sessions";
import { mapFilters, ofTestRun, refuseUnknown, typedCondition } from "./list-conditions";

/** `GET /v1/sessions`: the sessions of a project, and what their recordings come to. */
export const sessionList = new Hono<Http>();

const knownParameters = {
  ...ProjectQuery.shape,
  from: z.string().optional().describe("When it was first heard of: ISO 8601 or Unix seconds, included"),
  to: z.string().optional().describe("The same, not included"),
  test_run_id: Id.optional().describe("With a recording or a trace of this test run"),
  limit: pageLimit(limits.searchRowsMax, limits.pageRowsDefault),
  cursor: Cursor.optional(),
};
const mapPrefixes = [["metadata.", "session.metadata"]] as const;
/** The query string of the list, `metadata.<key>=` besides. */
export const SessionSumsQuery = z.looseObject(knownParameters).superRefine(refuseUnknown(knownParameters, mapPrefixes));

sessionList.get("/v1/sessions", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { projectId: named, search } = readSessionListQuery(c.req.query());
  const projectId = projectOf(principal, named);
  const page = await searchSessions(deps.db, projectId, search);
  return c.json({
    sessions: page.rows.map((row) => sessionAnswer(projectId, row)),
    next_cursor: page.nextCursor,
    is_complete: page.isComplete,
    scanned_to: toIso(page.searchedToUs),
  });
});

/**
 * What the list of sessions is asked for, as a search.
 * @throws CollectorError `bad_request` naming each parameter that is wrong.
 */
export function readSessionListQuery(parameters: Record<string, string>): { projectId: string | undefined; search: Search } {
  const query = checkQuery(parameters, SessionSumsQuery);
  const issues: Issue[] = [];
  const filters: Filter[] = mapFilters(query, mapPrefixes);
  if (query.from !== undefined) filters.push(typedCondition("from", "session.time", "gte", query.from, issues));
  if (query.to !== undefined) filters.push(typedCondition("to", "session.time", "lt", query.to, issues));
  if (query.test_run_id !== undefined) filters.push(ofTestRun(query.test_run_id));
  if (issues.length > 0) throw new CollectorError("bad_request", "The query string is not valid.", { issues });
  const search = { filter: { and: filters }, limit: query.limit, skip: 0, cursor: query.cursor ?? null };
  return { projectId: query.project_id, search };
}

/** Sums are of its newest recordings, where it has very many; what is not known is told beside them, and is no zero. */
function sessionAnswer(projectId: string, { id, createdUs, metadata, sums }: FoundSession): JsonObject {
  return {
    id,
    project_id: projectId,
    custom_metadata: metadata,
    created_at: toIso(createdUs),
    ...sumsAnswer(sums),
  };
}

/** What the recordings of a session come to, in the collector's own JSON. */
export function sumsAnswer(sums: RecordingSums): JsonObject {
  return {
    started_at: toIso(sums.startedUs),
    ended_at: toIso(sums.endedUs),
    recordings: sums.recordings,
    recordings_are_partial: sums.isPartial,
    prompt_tokens: sums.promptTokens,
    completion_tokens: sums.completionTokens,
    recordings_without_tokens: sums.uncounted,
    cost_usd: sums.costNanoUsd === null ? null : sums.costNanoUsd / 1e9,
    recordings_without_cost: sums.unpriced,
  };
}
