import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { extendRuns, oldestInRuns } from "../../src/store/project-runs";
import { askJson, newProject, runCron, transactionsDuring } from "./collector";

/** What may happen to the log. Numbers are of projects, and of recordings by their order. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("post" as const), of: fc.array(fc.nat(2), { minLength: 1, maxLength: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), which: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deleteProject" as const), which: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("extend" as const) }) },
);

test("whatever is recorded and deleted, before or after its runs are made, a list has each recording of its project once, newest first", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), fc.integer({ min: 1, max: 9 }), async (steps, limit) => {
      const projects = [newProject(), newProject(), newProject()];
      let posted = 0;
      for (const one of steps) {
        if (one.do === "post") {
          const items = one.of.map((which) => ({
            project_id: projects[which],
            id: `r${(posted += 1)}`,
            all_messages: [{ role: "user", content: "Hi" }],
          }));
          expect((await askJson("POST", "/v1/recordings", { body: items })).status).toBe(200);
        } else if (one.do === "extend") await extendRuns(env.DB);
        else if (one.do === "deleteProject") await askJson("DELETE", `/v1/projects/${projects[one.which]}`);
        else for (const project of projects) await askJson("DELETE", `/v1/recordings/r${one.which}?project_id=${project}`);
      }
      for (const project of projects) {
        const places = await placesOf(project);
        expect(await listed(project, limit)).toEqual(places.toReversed());
        const middle = places[places.length >> 1] ?? 0;
        for (const from of [0, middle, middle + 1]) {
          const sql = oldestInRuns({ project: "?1", from: "?2", to: "?3", limit: String(limit) });
          const { results } = await env.DB.prepare(sql)
            .bind(project, from, places.at(-1) ?? 9)
            .all<{ seq: number }>();
          expect(results.map(({ seq }) => seq)).toEqual(places.filter((seq) => seq >= from).slice(0, limit));
        }
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);

test("recordings that follow one another are one run, over few of others, and another begins behind many", async () => {
  const [project, other] = [newProject(), newProject()];
  const post = async (of: string, count: number) =>
    await askJson("POST", "/v1/recordings", {
      body: Array.from({ length: count }, () => ({ project_id: of, all_messages: [{ role: "user", content: "Hi" }] })),
    });
  await post(project, 40);
  await extendRuns(env.DB);
  await post(project, 40);
  await extendRuns(env.DB);
  expect(await runsOf(project)).toHaveLength(1);
  for (const others of [2, 3]) {
    await post(other, others);
    await post(project, 40);
    await extendRuns(env.DB);
    expect(await runsOf(project)).toHaveLength(others - 1);
  }
  expect(await runsOf(other)).toHaveLength(2);
  expect(await extendRuns(env.DB)).toBe(0);
});

test("the post that takes each sixteenth place has runs made after its reply", async () => {
  const project = newProject();
  const post = async () =>
    (await askJson("POST", "/v1/recordings", { body: { project_id: project, all_messages: [{ role: "user", content: "Hi" }] } })).json[
      "seq"
    ];
  let seq = await post();
  while (seq % 16 !== 0) seq = await post();
  await vi.waitFor(async () => expect(await runsEnd()).toBe(seq));
  for (let count = 0; count < 9; count += 1) await post();
  expect(await runsEnd()).toBe(seq);
  const written = (await transactionsDuring(() => extendRuns(env.DB))).flat().map(({ meta }) => meta.rows_written);
  expect(written).toEqual([1, 1]);
  expect(await runsEnd()).toBe(seq + 9);
});

test("where no post made runs the cron does, once it is worth while", async () => {
  const project = newProject();
  const insert = async (count: number) =>
    await env.DB.prepare(
      `INSERT INTO recordings (seq, project_id, id, session_id, receipt, received_us, prompt_source, completion_source, cost_source, content_bytes,
         content_hash, content)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
       SELECT i + (SELECT seq FROM cursors WHERE name = 'runs'), ?1, 'cron-' || hex(randomblob(4)) || i, 's', 'x', 1, 'missing', 'missing', 'unpriced', 2, '', '{}' FROM n`,
    )
      .bind(project, count)
      .run();
  while ((await extendRuns(env.DB)) > 0);
  const before = (await runsEnd()) ?? 0;
  await insert(31);
  await runCron();
  expect(await runsEnd()).toBe(before);
  expect(await extendRuns(env.DB)).toBe(0);
  await insert(32);
  await runCron();
  expect(await runsEnd()).toBe(before + 63);
});

async function runsEnd(): Promise<number | null> {
  return await env.DB.prepare("SELECT seq FROM cursors WHERE name = 'runs'").first<number>("seq");
}

async function placesOf(project: string): Promise<number[]> {
  const { results } = await env.DB.prepare("SELECT seq FROM recordings WHERE project_id = ?1 ORDER BY seq")
    .bind(project)
    .all<{ seq: number }>();
  return results.map(({ seq }) => seq);
}

/** The places of all pages of a list. */
async function listed(project: string, limit: number): Promise<number[]> {
  const seqs: number[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    seqs.push(...json["recordings"].map(({ seq }: { seq: number }) => seq));
    cursor = json["next_cursor"];
  }
  return seqs;
}

async function runsOf(project: string): Promise<unknown[]> {
  return (await env.DB.prepare("SELECT * FROM project_runs WHERE project_id = ?1").bind(project).all()).results;
}
