import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Answer, askJson, newProject } from "./collector";

type Message = { role: string; content: string };

async function record(project: string, id: string, messages: Message[], more: Record<string, unknown> = {}) {
  const body = { id, project_id: project, session_id: "s", all_messages: messages, ...more };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
}

/** A conversation of so many turns: each is a question and its answer. */
function said(turns: number): Message[] {
  return Array.from({ length: turns }, (_, index) => [
    { role: "user", content: `question ${index}` },
    { role: "assistant", content: `answer ${index}` },
  ]).flat();
}

/** All pages of a session; `between` is done after each of them. */
async function readPages(project: string, limit: number, between: (page: number) => Promise<void> = async () => undefined) {
  const pages: Answer[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { status, json }: { status: number; json: Answer } = await askJson(
      "GET",
      `/v1/sessions/s?project_id=${project}&limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    expect(status).toBe(200);
    pages.push(json);
    cursor = json["next_cursor"] as string | null;
    await between(pages.length);
  }
  return pages;
}

const turnsOf = (pages: Answer[]): Answer[] => pages.flatMap((page) => page["conversation"] as Answer[]);

test.for([1, 2, 3, 7])(
  "a conversation that is read %i recordings at a time is the whole, and nothing of it is told twice",
  async (limit) => {
    const project = newProject();
    for (let turn = 1; turn <= 6; turn += 1) await record(project, `r${turn}`, said(turn));
    const turns = turnsOf(await readPages(project, limit));
    expect(turns.map(({ recording_id, follows, is_branch }) => [recording_id, follows, is_branch])).toEqual(
      Array.from({ length: 6 }, (_, index) => [`r${index + 1}`, index === 0 ? null : `r${index}`, false]),
    );
    expect(turns.flatMap(({ messages }) => messages as Message[])).toEqual(said(6));
  },
);

test("whatever is recorded and deleted between the pages, what stays is on one of them once", async () => {
  const steps = fc.array(fc.record({ recorded: fc.nat(2), deleted: fc.option(fc.nat(20)) }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 }), steps, async (limit, before, given) => {
      const project = newProject();
      const [all, deleted]: [string[], Set<string>] = [[], new Set()];
      const add = async () => {
        all.push(`r${all.length}`);
        await record(project, `r${all.length - 1}`, said(1));
      };
      for (let index = 0; index < before; index += 1) await add();
      const pages = await readPages(project, limit, async (page) => {
        const step = given[page - 1];
        for (let index = 0; index < (step?.recorded ?? 0); index += 1) await add();
        const gone = all[(step?.deleted ?? all.length) % (all.length + 1)];
        // A session goes with its last recording.
        if (gone === undefined || deleted.has(gone) || deleted.size + 1 >= all.length) return;
        deleted.add(gone);
        expect((await askJson("DELETE", `/v1/recordings/${gone}?project_id=${project}`)).status).toBe(204);
      });
      const seen = turnsOf(pages).map(({ recording_id }) => recording_id as string);
      expect(new Set(seen).size).toBe(seen.length);
      const lastSeen = all.indexOf(seen.at(-1) ?? "");
      // What came after the last page was read is on none.
      for (const id of all.slice(0, lastSeen + 1)) if (!deleted.has(id)) expect(seen).toContain(id);
    }),
    { numRuns: 15 },
  );
});

test("a page of large contents ends before its limit, and the next goes on", async () => {
  const project = newProject();
  const large = "x".repeat(1_500_000);
  for (let index = 0; index < 8; index += 1) await record(project, `r${index}`, [{ role: "user", content: `${index} ${large}` }]);
  const pages = await readPages(project, 100);
  expect(pages.map(({ conversation }) => (conversation as Answer[]).length)).toEqual([5, 3]);
  expect(turnsOf(pages).map(({ recording_id }) => recording_id as string)).toEqual(Array.from({ length: 8 }, (_, index) => `r${index}`));
});

test("each page has the session's sums and traces, and says that its tree is a part", async () => {
  const project = newProject();
  expect((await askJson("POST", `/v2/projects/${project}/sessions/s/traces/id/agent`, { body: { kind: "agent" } })).status).toBe(201);
  const call_info = { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 10, completion_tokens: 5 } };
  for (const id of ["one", "two", "three"]) await record(project, id, said(1), { parent_id: "agent", call_info });
  const pages = await readPages(project, 2);
  for (const page of pages) expect(page).toMatchObject({ recordings: 3, prompt_tokens: 30, completion_tokens: 15, tree_is_partial: true });
  expect(pages.map(({ tree }) => tree as Answer[])).toMatchObject([
    [{ id: "agent", children: [{ id: "one" }, { id: "two" }] }],
    [{ id: "agent", children: [{ id: "three" }] }],
  ]);
  expect((await readPages(project, 100))[0]).toMatchObject({ tree_is_partial: false, next_cursor: null });
});

test("which recordings failed is told in the tree", async () => {
  const project = newProject();
  await record(project, "failed", said(1), { error: { message: "no" } });
  await record(project, "fine", said(1));
  const [{ tree }] = (await readPages(project, 100)) as [Answer];
  expect(tree).toMatchObject([
    { id: "failed", has_error: true },
    { id: "fine", has_error: false },
  ]);
});

test("a session of another project is not there, and neither is one that nobody named", async () => {
  const [project, other] = [newProject(), newProject()];
  await record(project, "one", said(1));
  await record(other, "two", said(1), { session_id: "t" });
  for (const id of ["s", "nowhere"]) expect((await askJson("GET", `/v1/sessions/${id}?project_id=${other}`)).status).toBe(404);
});

test.for(["xyz", "s", "s-1", "S1", "szzzzzzzzzzzz", "1", "%00", "s1%27"])("a cursor that no page gave is refused: %s", async (cursor) => {
  const project = newProject();
  await record(project, "one", said(1));
  expect((await askJson("GET", `/v1/sessions/s?project_id=${project}&cursor=${cursor}`)).status).toBe(400);
});

test("turns that came in any order are told in the order in which they began", async () => {
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 });
  await fc.assert(
    fc.asyncProperty(order, async (turns) => {
      const project = newProject();
      for (const turn of turns)
        await record(project, `r${turn}`, said(turn), {
          call_info: { provider: "openai", model: "gpt-4o-mini", start_time: 1_790_000_000 + turn, end_time: 1_790_000_001 + turn },
        });
      const told = turnsOf(await readPages(project, 100));
      expect(told.map(({ recording_id, follows }) => [recording_id, follows])).toEqual(
        [1, 2, 3, 4, 5].map((turn) => [`r${turn}`, turn === 1 ? null : `r${turn - 1}`]),
      );
      expect(told.flatMap(({ messages }) => messages as Message[])).toEqual(said(5));
    }),
    { numRuns: 8 },
  );
});
