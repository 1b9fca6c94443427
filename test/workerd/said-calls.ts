import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { buildDeps } from "../../src/env";
import { countRecordings } from "../../src/jobs/count-recordings";
import { drainAmendments } from "../../src/jobs/drain-amendments";
import { drainSpool } from "../../src/jobs/drain-spool";
import { type Answer, askJson } from "./collector";

/** The ids that what is said below is of. */
export const recordingId = "c-1";
const otherId = "c-2";
export const sessionId = "s-1";
export const traceId = "t-1";

/** One request about them, within a project. */
export interface Said {
  name: string;
  method: string;
  path: string;
  body: Answer;
  status: number;
}

const own = [
  { role: "user", content: "Why is the sky blue?" },
  { role: "assistant", content: "Rayleigh scattering." },
];
export const more = [
  { role: "user", content: "And sunsets?" },
  { role: "assistant", content: "Longer path." },
];
const call = { provider: "openai", model: "gpt-4o-mini", start_time: 1_767_323_045.678, end_time: 1_767_323_047.25 };
const tracePath = `/sessions/${sessionId}/traces/id/${traceId}`;

/** The post of the recording, whole. */
export const recordIt = said("record the completion", "POST", `/sessions/${sessionId}/completions`, 201, {
  completion_id: recordingId,
  messages: own,
  call_info: call,
  parent_id: traceId,
  session_info: { custom_metadata: { user: "u-1", plan: "free" } },
  eval_results: { base: 1, exact: false },
});

/** The post of the trace, whole. */
export const recordTrace = said("record the trace", "POST", tracePath, 201, {
  input: { q: "sky?" },
  output: { draft: 1 },
  agent_name: "explainer",
  custom_metadata: { step: 1, stars: 1 },
  eval_results: { good: true, e: 0.9 },
  start_time: "2026-11-22T15:33:12.523779+00:00",
  end_time: "2026-11-22T15:33:12.696509+00:00",
});

/**
 * All that can be said of a recording, its trace and its session. No two contradict each other, but for a post of the whole and
 * what is set by itself: there it is settled which counts.
 */
export const everything: Said[] = [
  recordIt,
  recordTrace,
  said("append", "POST", `/completions/${recordingId}`, 200, { new_messages: more, eval_results: null }),
  said("evaluate", "POST", `/completions/${recordingId}`, 200, { new_messages: null, eval_results: { helpful: true, base: 2 } }),
  said("give feedback", "POST", `/completion-feedback/id/${recordingId}`, 201, { stars: 5, comment: "nice ☀️" }),
  {
    ...said("give feedback the old way", "PUT", "", 201, { freeplay_feedback: "positive" }),
    path: `/v1/completion_feedback/${recordingId}`,
  },
  said("update the trace", "PATCH", tracePath, 200, {
    output: { final: 1 },
    metadata: { k: "v" },
    eval_results: { e: 0.1 },
    feedback: { useful: false },
  }),
  said("set the trace's metadata", "PATCH", `${tracePath}/metadata`, 200, { stars: 4 }),
  said("give the trace feedback", "POST", `/trace-feedback/id/${traceId}`, 201, { freeplay_feedback: "negative" }),
  said("set the session's metadata", "PATCH", `/sessions/id/${sessionId}/metadata`, 200, { ticket: "T-1", plan: "pro" }),
  said("record another of the trace", "POST", `/sessions/${sessionId}/completions`, 201, {
    completion_id: otherId,
    messages: [...own, ...more],
    call_info: call,
    parent_id: traceId,
    session_info: { custom_metadata: { seen: true } },
  }),
];

/** One request, with any key of the project's admin. */
export function said(name: string, method: string, path: string, status: number, body: Answer): Said {
  return { name, method, path: `/v2/projects/{project}${path}`, status, body };
}

/** Sends it. */
export async function say({ name, method, path, body, status }: Said, project: string, key: string): Promise<void> {
  const answer = await askJson(method, `/api${path.replace("{project}", project)}`, { key, body });
  expect(answer, name).toMatchObject({ status });
}

/** What everything is at the end, without what tells when and in which order it came. */
export interface EndState {
  recording: Answer;
  other: Answer;
  trace: Answer;
  session: Answer;
}

/** Everything as it is read back, once all of it is in D1, and counted. */
export async function endState(project: string, key: string): Promise<EndState> {
  await settle(project, key, [recordingId, otherId]);
  const read = async (path: string) => {
    const { status, json } = await askJson("GET", path, { key });
    expect(status, path).toBe(200);
    return timeless(json);
  };
  return {
    recording: await read(`/v1/recordings/${recordingId}`),
    other: await read(`/v1/recordings/${otherId}`),
    trace: await read(`/v1/traces/${traceId}`),
    session: await read(`/v1/sessions/${sessionId}`),
  };
}

/** Has recordings stored, and counted, without waiting for the queue. */
export async function settle(project: string, key: string, ids: string[]): Promise<void> {
  const deps = buildDeps(env, createExecutionContext());
  await drainSpool(deps);
  await drainAmendments(deps);
  for (const id of ids) {
    const path = `/v1/recordings/${id}?project_id=${project}`;
    const { status, json } = await askJson("GET", path, { key });
    expect({ status, where: json["status"] }).toEqual({ status: 200, where: undefined });
    if (isDeferred(json)) await countRecordings([json["seq"]], deps);
    expect(isDeferred((await askJson("GET", path, { key })).json)).toBe(false);
  }
}

function isDeferred({ usage }: Answer): boolean {
  return [usage.prompt_source, usage.completion_source].includes("deferred");
}

const passing = /^(project_id|seq|version|received_at|created_at|updated_at)$/;

/** The recordings of a trace or a session come in the order of their commits. */
function timeless(answer: Answer): Answer {
  const inOrder = (key: string, value: unknown) =>
    Array.isArray(value) && key.includes("recording") ? value.map((one) => JSON.stringify(one)).toSorted() : value;
  return Object.fromEntries(Object.entries(answer).flatMap(([key, value]) => (passing.test(key) ? [] : [[key, inOrder(key, value)]])));
}
