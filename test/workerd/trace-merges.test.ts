import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Amendment, ValueTexts } from "../../src/model/amendment";
import { applyAmendments } from "../../src/store/amendments";
import { findSession } from "../../src/store/sessions";
import { findTrace } from "../../src/store/traces";
import { type Answer, newProject } from "./collector";

/** A few keys, values, times and sessions, so that they meet. Each amendment has a time of its own, or shares it. */
const keyed = (keys: string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom('"a"', '"b"', "1", "true", '{"x":[1]}')), { maxLength: 3 });
const said = fc.record({
  subject: fc.constantFrom("trace" as const, "trace" as const, "session" as const),
  sessionId: fc.constantFrom("s-1", "s-2", null),
  receivedUs: fc.integer({ min: 1, max: 6 }).map((step) => 1_767_323_045_000_000 + step * 1000),
  rank: fc.constantFrom(0 as const, 1 as const),
  metadata: keyed(["k", "l", 'with "quotes" ☀']),
  feedback: keyed(["freeplay_feedback", "stars"]),
  evaluations: keyed(["good", "score"]),
  fields: keyed(["input", "output", "kind", "agent_name"]),
});

interface Said extends Pick<Amendment, "sessionId" | "receivedUs" | "rank"> {
  subject: "trace" | "session";
  metadata: ValueTexts;
  feedback: ValueTexts;
  evaluations: ValueTexts;
  fields: ValueTexts;
}

function amendmentOf(projectId: string, { subject, sessionId, receivedUs, rank, ...maps }: Said): Amendment {
  const isTrace = subject === "trace";
  return {
    version: 1,
    subject,
    projectId,
    id: isTrace ? "t" : "s-1",
    sessionId: isTrace ? sessionId : null,
    receipt: crypto.randomUUID(),
    receivedUs,
    rank,
    maps: isTrace ? maps : { metadata: maps.metadata },
    appended: null,
  };
}

/** The rows of a project as they stand in the tables, and as they are read, without their places. */
async function stateOf(projectId: string): Promise<Answer> {
  const rows = async (table: string) =>
    (await env.DB.prepare(`SELECT * FROM ${table} WHERE project_id = ?1 ORDER BY id`).bind(projectId).all()).results.map((row) => {
      const { seq: _, project_id: __, ...kept } = row;
      const parsed = Object.entries(kept).map(([key, value]) => [
        key,
        ["metadata", "feedback", "evaluations", "fields"].includes(key) ? JSON.parse(String(value)) : value,
      ]);
      return Object.fromEntries(parsed) as Answer;
    });
  const found = await findTrace(env.DB, projectId, "t", 10);
  const session = await findSession(env.DB, projectId, "s-1", 10);
  return {
    traces: await rows("traces"),
    sessions: await rows("sessions"),
    trace: found,
    session: session === null ? null : { ...session, projectId: "" },
  };
}

test("amendments in any order, any number of times, in one transaction or many, come to the same rows", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(said, { minLength: 1, maxLength: 7 }).chain((list) =>
        fc.record({
          list: fc.constant(list),
          order: fc.shuffledSubarray([...list.keys(), ...list.keys()], { minLength: list.length * 2 }),
          cuts: fc.array(fc.boolean(), { minLength: list.length * 2, maxLength: list.length * 2 }),
        }),
      ),
      async ({ list, order, cuts }) => {
        const [inOrder, inAnother] = [newProject(), newProject()];
        for (const one of list) await applyAmendments(env.DB, [amendmentOf(inOrder, one)], 0);
        let group: Amendment[] = [];
        for (const [place, index] of order.entries()) {
          const one = list[index];
          if (one !== undefined) group.push(amendmentOf(inAnother, one));
          if (cuts[place] !== true && place < order.length - 1) continue;
          await applyAmendments(env.DB, group, 0);
          group = [];
        }
        expect(await stateOf(inAnother)).toEqual(await stateOf(inOrder));
      },
    ),
    { numRuns: 60 },
  );
});

test("what is set by itself outranks a post, and of two posts of one key the later counts", async () => {
  const project = newProject();
  const at = (receivedUs: number, rank: 0 | 1, output: string) =>
    amendmentOf(project, {
      subject: "trace",
      sessionId: "s-1",
      receivedUs,
      rank,
      metadata: [],
      feedback: [],
      evaluations: [],
      fields: [["output", output]],
    });
  const output = async () => (await findTrace(env.DB, project, "t", 1))?.output;
  await applyAmendments(env.DB, [at(5, 0, '"late post"'), at(3, 0, '"early post"')], 0);
  expect(await output()).toBe("late post");
  await applyAmendments(env.DB, [at(1, 1, '"set"'), at(9, 0, '"latest post"')], 0);
  expect(await output()).toBe("set");
});
