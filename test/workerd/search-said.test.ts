import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, askJson, makeKey, newProject } from "./collector";
import { everything, more, recordIt, recordingId, say, sessionId, settle, traceId } from "./said-calls";

const project = newProject();
/** One in which the same was recorded, under the same ids, and nothing said since. */
const silent = newProject();
const keys = new Map<string, string>();

beforeAll(async () => {
  for (const one of [project, silent]) keys.set(one, (await makeKey({ scope: "admin", project_id: one })).key);
  for (const call of everything) await say(call, project, keyOf(project));
  await say(recordIt, silent, keyOf(silent));
  await settle(project, keyOf(project), [recordingId]);
});

/** What was said of a recording, its trace and its session since they were posted, and what it took the place of. */
const said: { field: string; value: unknown; instead?: unknown; scopes: string[] }[] = [
  { field: "completion_feedback.stars", value: 5, scopes: ["completions", "sessions", "traces"] },
  { field: "completion_feedback.comment", value: "nice ☀️", scopes: ["completions"] },
  { field: "completion_feedback.freeplay_feedback", value: "positive", scopes: ["completions", "sessions"] },
  { field: "completion_client_evaluation_results.helpful", value: true, scopes: ["completions", "sessions"] },
  { field: "completion_client_evaluation_results.base", value: 2, instead: 1, scopes: ["completions"] },
  { field: "session_custom_metadata.ticket", value: "T-1", scopes: ["completions", "sessions", "traces"] },
  { field: "session_custom_metadata.plan", value: "pro", instead: "free", scopes: ["completions", "sessions"] },
  { field: "trace_custom_metadata.stars", value: 4, instead: 1, scopes: ["completions", "sessions", "traces"] },
  { field: "trace_custom_metadata.k", value: "v", scopes: ["traces"] },
  { field: "trace_feedback.freeplay_feedback", value: "negative", scopes: ["completions", "sessions", "traces"] },
  { field: "trace_feedback.useful", value: false, scopes: ["traces"] },
  { field: "trace_client_eval_results.e", value: 0.1, instead: 0.9, scopes: ["completions", "traces"] },
  { field: "trace_output.final", value: 1, scopes: ["completions", "traces"] },
  { field: "agent_name", value: "explainer", scopes: ["completions", "sessions", "traces"] },
];

describe.each(["completions", "sessions", "traces"])("a search for %s finds what was said since", (scope) => {
  const expected = { completions: recordingId, sessions: sessionId, traces: traceId }[scope];
  test.each(said.filter(({ scopes }) => scopes.includes(scope)))("by $field", async ({ field, value, instead }) => {
    const find = async (wanted: unknown) => await idsOf(project, scope, { field, op: "eq", value: wanted });
    expect(await find(value)).toContain(expected);
    if (instead !== undefined) expect(await find(instead)).not.toContain(expected);
    expect(await idsOf(silent, scope, { field, op: "eq", value })).toEqual([]);
  });
});

test("what was appended is the output, and what it follows is none any more", async () => {
  const find = async (text: string) => await idsOf(project, "completions", { field: "completion_output", op: "contains", value: text });
  expect(await find("longer PATH")).toContain(recordingId);
  expect(await find("Rayleigh")).toEqual([]);
  expect(await idsOf(silent, "completions", { field: "completion_output", op: "contains", value: "rayleigh" })).toEqual([recordingId]);
});

test("the rows that are found have it all", async () => {
  const filters = { field: "completion_id", op: "eq", value: recordingId };
  const [row] = await rowsOf(project, "completions", filters);
  expect(row).toMatchObject({
    messages: [...recordIt.body["messages"], ...more],
    customer_feedback: { stars: 5, comment: "nice ☀️", freeplay_feedback: "positive" },
  });
  expect(byName(row?.["evaluation_results"].client_evaluations)).toEqual({ base: 2, exact: false, helpful: true });
  const [trace] = await rowsOf(project, "traces", { field: "trace_id", op: "eq", value: traceId });
  expect(trace).toMatchObject({
    input: { q: "sky?" },
    output: { final: 1 },
    custom_metadata: { step: 1, stars: 4, k: "v" },
    customer_feedback: { useful: false, freeplay_feedback: "negative" },
  });
  expect(byName(trace?.["evaluation_results"].client_evaluations)).toEqual({ good: true, e: 0.1 });
  const [session] = await rowsOf(project, "sessions", { field: "session_id", op: "eq", value: sessionId });
  expect(session?.["custom_metadata"]).toEqual({ user: "u-1", plan: "pro", ticket: "T-1", seen: true });
});

test("the list of sessions has it too, by their metadata", async () => {
  const list = async (query: string) =>
    (await askJson("GET", `/api/v2/projects/${project}/sessions?${query}`, { key: keyOf(project) })).json;
  expect(await list("custom_metadata.plan=free")).toEqual([]);
  const listed = await list("custom_metadata.plan=pro&custom_metadata.seen=true");
  expect(listed).toHaveLength(1);
  const message = listed[0].messages.find((one: Answer) => one["completion_id"] === recordingId);
  expect(message).toMatchObject({
    response: "Longer path.",
    customer_feedback: { stars: 5 },
    trace_id: traceId,
    prompt: [...recordIt.body["messages"], more[0]],
  });
  expect(byName(message.client_evaluation_results)).toEqual({ base: 2, exact: false, helpful: true });
});

test("the same ids in another project are others, and have nothing of it", async () => {
  const { json } = await askJson("GET", `/v1/recordings/${recordingId}?project_id=${silent}`);
  expect(json).toMatchObject({ messages: recordIt.body["messages"], feedback: null, eval_results: { base: 1, exact: false } });
  expect((await askJson("GET", `/v1/traces/${traceId}?project_id=${silent}`)).status).toBe(404);
  expect((await askJson("GET", `/v1/sessions/${sessionId}?project_id=${silent}`)).json["custom_metadata"]).toEqual({
    user: "u-1",
    plan: "free",
  });
});

async function rowsOf(within: string, scope: string, filters: Answer): Promise<Answer[]> {
  const { status, json } = await askJson("POST", `/api/v2/projects/${within}/search/${scope}`, { key: keyOf(within), body: { filters } });
  expect({ status, json }).toMatchObject({ status: 200, json: { pagination: { has_next: false } } });
  return json["data"];
}

async function idsOf(within: string, scope: string, filters: Answer): Promise<string[]> {
  return (await rowsOf(within, scope, filters)).map((row) => row[`${scope.slice(0, -1)}_id`]);
}

function byName(evaluations: { name: string; value: unknown }[]): Answer {
  return Object.fromEntries(evaluations.map(({ name, value }) => [name, value]));
}

function keyOf(one: string): string {
  return keys.get(one) ?? "";
}
