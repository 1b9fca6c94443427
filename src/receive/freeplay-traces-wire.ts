import * as z from "zod";
import type { Deps } from "../env";
import type { Issue } from "../errors";
import { type Amendment, valueTexts } from "../model/amendment";
import { Id } from "../model/id";
import { issuesOf } from "../model/issues";
import { isJsonObject, type Json, type JsonObject } from "../model/json";
import { isEmpty, type KeyTable, sortInside, sortKeys } from "../model/own-keys";
import { Moment, toMicroseconds } from "../model/time";
import { extraPrefix } from "../model/trace";
import { mapIssues } from "./amended-map";
import { feedbackIssues, newAmendment, refuse } from "./feedback-wire";
import { Name, testRunInfoKeys } from "./payload";

/** What the path of a trace names. */
export interface TracePath {
  projectId: string;
  sessionId: string;
  id: string;
}

const traceKeys = {
  input: [],
  output: [],
  kind: [],
  name: [],
  agent_name: [],
  parent_id: [],
  start_time: [],
  end_time: [],
  test_run_info: [],
  custom_metadata: ["metadata"],
  feedback: [],
  eval_results: [],
  project_id: [],
  session_id: [],
  trace_id: ["id"],
} satisfies KeyTable;

/** Python sends a time without a zone where its caller has none. Nobody else's is known, so it is taken for UTC. */
const zoneless = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const TraceTime = z
  .preprocess((value) => (typeof value === "string" && zoneless.test(value) ? `${value}Z` : value), Moment)
  .transform(toMicroseconds);

const OpenMap = z.custom<JsonObject>(isJsonObject, "must be an object");

/** What is known of a trace's body, by our names. */
export const TraceBody = z.object({
  input: z.custom<Json>().optional(),
  output: z.custom<Json>().optional(),
  kind: Name.optional(),
  name: Name.optional(),
  agent_name: Name.optional(),
  parent_id: Id.optional(),
  start_time: TraceTime.optional(),
  end_time: TraceTime.optional(),
  test_run_info: z.object({ test_run_id: Id.optional(), test_case_id: Id.optional() }).optional(),
  custom_metadata: OpenMap.optional(),
  feedback: OpenMap.optional(),
  eval_results: OpenMap.optional(),
});

/**
 * A trace as the Freeplay SDKs send it, whole (rank 0) or in parts (rank 1). Their differences end here: the same trace sent by
 * Node, Python and the JVM becomes the same amendment. What is null says nothing.
 * @throws CollectorError `bad_request` naming each field that is wrong.
 */
export function amendmentFromTrace(body: JsonObject, path: TracePath, rank: Amendment["rank"], deps: Deps): Amendment {
  const issues: Issue[] = [];
  const { known, unknown } = sortKeys(body, traceKeys, "", issues);
  issues.push(...mapIssues(unknown, "extra"), ...dropRepeatedIds(known, path));
  const unknownOfRun = sortInside(known, "test_run_info", testRunInfoKeys, "", issues);
  if (known["parent_id"] === "") delete known["parent_id"];
  const parsed = TraceBody.safeParse(known);
  // Of its two names the one that was sent.
  const metadataName = "metadata" in body ? "metadata" : "custom_metadata";
  if (!parsed.success)
    issues.push(...issuesOf(parsed.error).map((issue) => (issue.path === "custom_metadata" ? { ...issue, path: metadataName } : issue)));
  const { custom_metadata: metadata = {}, feedback = {}, eval_results: evaluations = {}, ...own } = parsed.data ?? {};
  issues.push(...mapIssues(metadata, metadataName), ...mapIssues(evaluations, "eval_results"), ...feedbackIssues(feedback));
  refuse("trace", issues);
  const extra = isEmpty(unknownOfRun) ? unknown : { ...unknown, test_run_info: unknownOfRun };
  const maps = {
    fields: [
      ...valueTexts({
        input: own.input ?? null,
        output: own.output ?? null,
        kind: own.kind ?? null,
        name: own.name ?? null,
        agent_name: own.agent_name ?? null,
        parent_id: own.parent_id ?? null,
        started_us: own.start_time ?? null,
        ended_us: own.end_time ?? null,
        test_run_id: own.test_run_info?.test_run_id ?? null,
        test_case_id: own.test_run_info?.test_case_id ?? null,
      }),
      ...valueTexts(Object.fromEntries(Object.entries(extra).map(([key, value]) => [extraPrefix + key, value]))),
    ],
    metadata: valueTexts(metadata),
    feedback: valueTexts(feedback),
    evaluations: valueTexts(evaluations),
  };
  return newAmendment({ subject: "trace", ...path, rank }, maps, deps);
}

/** The path's ids may be said again in the body, and not otherwise. */
function dropRepeatedIds(known: JsonObject, path: TracePath): Issue[] {
  const repeats = [
    ["project_id", path.projectId],
    ["session_id", path.sessionId],
    ["trace_id", path.id],
  ] as const;
  return repeats.flatMap(([key, id]) => {
    const given = known[key] ?? id;
    delete known[key];
    return given === id ? [] : [{ path: key, message: "differs from the path" }];
  });
}
