import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import { noteSessions } from "../../src/store/insert-fresh";
import { type Answer, askJson, newProject } from "./collector";
import { expectTidy } from "./conversation";

const strangers = Array.from({ length: limits.metSessionsMax }, (_, index) => ({ projectId: "nobody", sessionId: `${index}` }));
const sessions = ["s", "t", "u"];
const step = fc.record({
  kind: fc.constantFrom("record", "record", "record", "batch", "feedback", "metadata"),
  items: fc.array(
    fc.record({
      id: fc.constantFrom("a", "b", "c", "d", "e", undefined),
      session: fc.constantFrom(...sessions, undefined),
      words: fc.array(fc.constantFrom("short", "long ".repeat(60), "länger ".repeat(50)), { minLength: 1, maxLength: 4 }),
      plan: fc.constantFrom(undefined, "free", "pro"),
      usage: fc.constantFrom(undefined, { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What a step posts, of a project. */
function postOf(
  { kind, items: [first, ...others] }: Step,
  project: string,
  place: number,
): { method: string; path: string; body: unknown } {
  const item = first ?? { id: "a", session: "s", words: [], plan: undefined, usage: undefined };
  const recordingOf = ({ id, session, words, plan, usage }: typeof item, index: number) => ({
    id: id ?? `made-${place}-${index}`,
    project_id: project,
    session_info: { session_id: session, custom_metadata: plan === undefined ? {} : { plan } },
    all_messages: words.map((content, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content })),
    call_info: { provider: "openai", model: "gpt-4o-mini", usage },
  });
  if (kind === "feedback") {
    return { method: "POST", path: `/v1/recordings/${item.id ?? "a"}/feedback?project_id=${project}`, body: { thumb: item.plan ?? "up" } };
  }
  if (kind === "metadata") {
    const path = `/v2/projects/${project}/sessions/id/${item.session ?? "s"}/metadata`;
    return { method: "PATCH", path, body: { plan: item.plan ?? "own" } };
  }
  const body = kind === "batch" ? [item, ...others].map(recordingOf) : recordingOf(item, 0);
  return { method: "POST", path: "/v1/recordings", body };
}

/** An answer without what no two posts have alike. */
function comparable(answer: Answer, project: string): string {
  return JSON.stringify(answer, (key, value: unknown) =>
    /^(seq|request_id|received_at|started_at|created_at)$/.test(key) ? undefined : value,
  ).replaceAll(project, "project");
}

/** All rows of a project, without places, times and receipts. */
async function rowsOf(project: string): Promise<unknown[]> {
  const selects = [
    `SELECT r.*, t.messages AS begins, t.count AS begin_count FROM recordings AS r LEFT JOIN transcripts AS t ON t.id = r.transcript_id
     WHERE r.project_id = ?1 ORDER BY r.id`,
    `SELECT id, (SELECT json_group_object(key, value ->> 0) FROM json_each(metadata)) AS metadata FROM sessions WHERE project_id = ?1 ORDER BY id`,
    `SELECT session_id, count, chain_from, chain, messages FROM transcripts WHERE project_id = ?1 ORDER BY session_id, messages`,
    `SELECT recording_id, differs, count(*) AS n FROM duplicates WHERE project_id = ?1 GROUP BY 1, 2 ORDER BY 1, 2`,
    `SELECT recording_id, kind, line_bytes FROM changes WHERE project_id = ?1 ORDER BY seq`,
  ];
  const results = await env.DB.batch<Answer>(selects.map((sql) => env.DB.prepare(sql).bind(project)));
  const passing = ["seq", "project_id", "receipt", "received_us", "transcript_id"];
  return results.map(({ results: rows }) =>
    rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !passing.includes(name)))),
  );
}

test("what is taken for fresh is stored and answered as what goes the whole way, whatever is there already", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const [quick, whole] = [newProject(), newProject()];
      for (const [place, given] of steps.entries()) {
        // Of the one project the isolate knows no session, of the other all: it takes nothing of that for fresh.
        noteSessions(strangers);
        const ids = given.items.flatMap(({ id, session }, index) => session ?? id ?? `made-${place}-${index}`);
        noteSessions(ids.map((sessionId) => ({ projectId: whole, sessionId })));
        const [one, other] = [quick, whole].map((project) => postOf(given, project, place));
        if (one === undefined || other === undefined) throw new Error("there is nothing to post");
        const answers = [
          await askJson(one.method, one.path, { body: one.body }),
          await askJson(other.method, other.path, { body: other.body }),
        ];
        const [first, second] = answers.map(({ status, json }, index) => [status, comparable(json, index === 0 ? quick : whole)]);
        expect(first).toEqual(second);
        expect(answers[0]?.status).toBeLessThan(300);
      }
      expect(await rowsOf(quick)).toEqual(await rowsOf(whole));
      await expectTidy(quick);
    }),
    { numRuns: 60 },
  );
}, 120_000);
