import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Answer, askJson, makeKey, newProject } from "./collector";
import {
  endState,
  type EndState,
  everything,
  more,
  recordIt,
  recordingId,
  recordTrace,
  said,
  type Said,
  say,
  sessionId,
  settle,
  traceId,
} from "./said-calls";

const runs = { numRuns: 20, endOnFailure: true };

/** Everything, each once or twice, in any order. */
const anyOrder = fc
  .array(fc.boolean(), { minLength: everything.length, maxLength: everything.length })
  .map((twice) => everything.flatMap((one, place) => (twice[place] === true ? [one, one] : [one])))
  .chain((calls) => fc.shuffledSubarray(calls, { minLength: calls.length, maxLength: calls.length }));

let first: EndState | undefined;

/** What comes of it when each is said once, in the order in which it is thought. */
async function inOrder(): Promise<EndState> {
  first ??= await endOf(everything);
  return first;
}

describe("whatever is said of a recording, its trace and its session", () => {
  test("is with it at the end", async () => {
    const { recording, other, trace, session } = await inOrder();
    expect(recording).toMatchObject({
      id: recordingId,
      session_id: sessionId,
      parent_id: traceId,
      messages: [...recordIt.body["messages"], ...more],
      eval_results: { base: 2, exact: false, helpful: true },
      feedback: { stars: 5, comment: "nice ☀️", freeplay_feedback: "positive" },
      session_info: { session_id: sessionId, custom_metadata: { user: "u-1", plan: "free" } },
    });
    expect(other).toMatchObject({ parent_id: traceId, feedback: null });
    expect(other).not.toHaveProperty("eval_results");
    expect(trace).toMatchObject({
      id: traceId,
      session_id: sessionId,
      input: { q: "sky?" },
      output: { final: 1 },
      agent_name: "explainer",
    });
    expect(mapsOf(trace)).toEqual({
      metadata: { step: 1, stars: 4, k: "v" },
      evaluations: { good: true, e: 0.1 },
      feedback: { useful: false, freeplay_feedback: "negative" },
    });
    expect(mapsOf(session).metadata).toEqual({ user: "u-1", plan: "pro", ticket: "T-1", seen: true });
  });

  test("comes to the same in any order, once or twice", async () => {
    const expected = await inOrder();
    await fc.assert(
      fc.asyncProperty(anyOrder, async (calls) => {
        expect(await endOf(calls)).toEqual(expected);
      }),
      runs,
    );
  });

  test("comes to the same when it is said all at once", async () => {
    const expected = await inOrder();
    await fc.assert(
      fc.asyncProperty(anyOrder, async (calls) => {
        expect(await endOf(calls, true)).toEqual(expected);
      }),
      { ...runs, numRuns: 8 },
    );
  });
});

describe("of two that contradict each other the later one counts, whether the recording comes before, between or after", () => {
  const feedback = (value: string) => said(value, "POST", `/completion-feedback/id/${recordingId}`, 201, { verdict: value, [value]: true });
  const oldFeedback = (value: string): Said => ({ ...feedback(value), method: "PUT", path: `/v1/completion_feedback/${recordingId}` });
  const evaluation = (value: number) => said(`${value}`, "POST", `/completions/${recordingId}`, 200, { eval_results: { base: value } });
  const pairs: { name: string; earlier: Said; later: Said; read: Answer }[] = [
    {
      name: "two feedbacks",
      earlier: feedback("z"),
      later: feedback("a"),
      read: { feedback: { verdict: "a", z: true, a: true }, eval_results: { base: 1, exact: false } },
    },
    {
      name: "two feedbacks, the later the old way",
      earlier: feedback("z"),
      later: oldFeedback("a"),
      read: { feedback: { verdict: "a", z: true, a: true }, eval_results: { base: 1, exact: false } },
    },
    {
      name: "two evaluations",
      earlier: evaluation(9),
      later: evaluation(3),
      read: { feedback: null, eval_results: { base: 3, exact: false } },
    },
  ];
  const places = [0, 1, 2];
  test.each(pairs.flatMap((pair) => places.map((place) => ({ ...pair, place }))))("$name, the recording at $place", async (one) => {
    const { project, key } = await begin();
    await sayInTurn([one.earlier, one.later].toSpliced(one.place, 0, recordIt), project, key);
    expect(await readBack(project, key)).toMatchObject(one.read);
    expect((await readBack(project, key))["feedback"]).toEqual(one.read["feedback"]);
  });
});

describe("a post of the whole never undoes what was set by itself", () => {
  test("of a trace, though it is posted again, later and otherwise", async () => {
    const { project, key } = await begin();
    const patch = said("patch", "PATCH", recordTrace.path.replace("/v2/projects/{project}", ""), 200, {
      output: 2,
      eval_results: { e: 2 },
    });
    const again = { ...recordTrace, body: { ...recordTrace.body, input: "new", output: "new", custom_metadata: { step: 2 } } };
    await sayInTurn([patch, recordTrace, again], project, key);
    const { json } = await askJson("GET", `/v1/traces/${traceId}`, { key });
    // Of two posts the later one counts.
    expect(json).toMatchObject({ input: "new", output: 2, agent_name: "explainer" });
    expect(mapsOf(json)).toMatchObject({ metadata: { step: 2, stars: 1 }, evaluations: { good: true, e: 2 } });
  });

  test("of a session, though each turn brings its metadata", async () => {
    const { project, key } = await begin();
    const patch = said("patch", "PATCH", `/sessions/id/${sessionId}/metadata`, 200, { plan: "pro" });
    await sayInTurn([patch, recordIt, { ...recordIt, body: { ...recordIt.body, completion_id: "c-3" } }], project, key);
    const { json } = await askJson("GET", `/v1/sessions/${sessionId}`, { key });
    expect(mapsOf(json).metadata).toEqual({ plan: "pro", user: "u-1" });
  });

  test("of a recording, though it is posted again", async () => {
    const { project, key } = await begin();
    const update = said("update", "POST", `/completions/${recordingId}`, 200, { new_messages: more, eval_results: { base: 2 } });
    await sayInTurn([recordIt, update], project, key);
    await settle(project, key, [recordingId]);
    const before = await readBack(project, key);
    await sayInTurn([recordIt], project, key);
    expect(await readBack(project, key)).toEqual(before);
  });
});

test("several lists of messages follow each other as they came, each once", async () => {
  const { project, key } = await begin();
  const append = (content: string) => {
    const newMessages = [{ role: "assistant", content }];
    return said(content, "POST", `/completions/${recordingId}`, 200, { new_messages: newMessages });
  };
  await sayInTurn([append("z"), recordIt, append("a"), append("z")], project, key);
  const contents = (await readBack(project, key))["messages"].map(({ content }: Answer) => content);
  expect(contents).toEqual([...recordIt.body["messages"].map(({ content }: Answer) => content), "z", "a"]);
});

test("an answer that is appended later is counted and priced as one that came with its prompt", async () => {
  const { project, key } = await begin();
  const [question, answer] = recordIt.body["messages"];
  const whole = { ...recordIt.body, completion_id: "whole", parent_id: null, eval_results: null };
  await sayInTurn(
    [
      { ...recordIt, body: whole },
      { ...recordIt, body: { ...whole, completion_id: "parts", messages: [question] } },
    ],
    project,
    key,
  );
  await sayInTurn([said("append", "POST", "/completions/parts", 200, { new_messages: [answer], eval_results: null })], project, key);
  await settle(project, key, ["whole", "parts"]);
  const [one, other] = [await readBack(project, key, "whole"), await readBack(project, key, "parts")];
  expect(other["messages"]).toEqual(one["messages"]);
  expect(other["usage"]).toEqual(one["usage"]);
  expect(other["cost_usd"]).toBe(one["cost_usd"]);
  expect(one["cost_usd"]).toBeGreaterThan(0);
});

async function begin(): Promise<{ project: string; key: string }> {
  const project = newProject();
  return { project, key: (await makeKey({ scope: "admin", project_id: project })).key };
}

async function endOf(calls: Said[], atOnce = false): Promise<EndState> {
  const { project, key } = await begin();
  if (atOnce) await Promise.all(calls.map(async (call) => await say(call, project, key)));
  else for (const call of calls) await say(call, project, key);
  return await endState(project, key);
}

/** One after the other, no two in the same millisecond: the later received one is later. */
async function sayInTurn(calls: Said[], project: string, key: string): Promise<void> {
  for (const call of calls) {
    await say(call, project, key);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

async function readBack(project: string, key: string, id: string = recordingId): Promise<Answer> {
  return (await askJson("GET", `/v1/recordings/${id}?project_id=${project}`, { key })).json;
}

/** The maps of a trace or a session, as they are answered. */
function mapsOf(answer: Answer): { metadata: unknown; evaluations: unknown; feedback: unknown } {
  return { metadata: answer["custom_metadata"], evaluations: answer["eval_results"], feedback: answer["feedback"] };
}
