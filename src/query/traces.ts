import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { growTree } from "../model/session-tree";
import { latencyMs, toIso } from "../model/time";
import { readBelow } from "../store/trace-tree";
import { findTrace, type Trace } from "../store/traces";
import { nodeAnswer, recordingItem, type SessionNode, traceItem } from "./session-nodes";

/** `GET /v1/traces/{id}`: one trace, with what belongs to it. */
export const traces = new Hono<Http>();

traces.get("/v1/traces/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const answer = await readTraceAnswer(deps, projectId, readId(c.req.param("id"), "id"));
  if (answer === null) throw notFound();
  return c.json(answer);
});

/** What `GET /v1/traces/{id}` answers: the trace, and below it the traces and recordings that belong to it. Null where there is none. */
export async function readTraceAnswer(
  { db }: Pick<Deps, "db">,
  projectId: string,
  id: string,
): Promise<(Record<string, unknown> & { tree: SessionNode[] }) | null> {
  const trace = await findTrace(db, projectId, id, limits.childrenNamed);
  if (trace === null) return null;
  const below = await readBelow(db, projectId, trace);
  // Its own node is the top of its tree, whatever it belongs to.
  const items = [traceItem({ ...trace, parentId: null }), ...below.traces.map(traceItem), ...below.recordings.map(recordingItem)];
  const own = growTree(items).find(({ item }) => item.type === "trace" && item.id === id);
  return {
    ...traceAnswer(projectId, trace),
    ...firstOf("recording", trace.recordingIds),
    tree: own?.children.map(nodeAnswer) ?? [],
    tree_is_partial: below.isPartial,
  };
}

/** The ids of what is in something, of which one more than are named was asked for, and whether there are more. */
export function firstOf(what: "recording" | "trace", ids: string[]): Record<string, unknown> {
  return { [`${what}_ids`]: ids.slice(0, limits.childrenNamed), [`has_more_${what}s`]: ids.length > limits.childrenNamed };
}

function traceAnswer(projectId: string, trace: Trace): Record<string, unknown> {
  const { testRunId, testCaseId, startedUs, endedUs } = trace;
  return {
    id: trace.id,
    project_id: projectId,
    session_id: trace.sessionId,
    parent_id: trace.parentId,
    kind: trace.kind,
    name: trace.name,
    agent_name: trace.agentName,
    input: trace.input,
    output: trace.output,
    custom_metadata: trace.metadata,
    feedback: trace.feedback,
    eval_results: trace.evaluations,
    test_run_info: testRunId === null && testCaseId === null ? null : { test_run_id: testRunId, test_case_id: testCaseId },
    extra: trace.extra,
    started_at: toIso(startedUs),
    ended_at: toIso(endedUs),
    latency_ms: latencyMs(startedUs, endedUs),
    created_at: toIso(trace.createdUs),
    updated_at: toIso(trace.updatedUs),
  };
}

/** One that was just taken in may still be in the spool or the Queue. */
function notFound(): CollectorError {
  return new CollectorError("not_found", "There is no such trace in this project.", { retryAfterSeconds: limits.retryAfterSeconds });
}
