import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { adminKey, type Answer, ask, askJson, newProject } from "./collector";

interface Node {
  type: string;
  id: string;
  parent_id: string | null;
  children: Node[];
}

async function record(project: string, id: string, more: Record<string, unknown> = {}) {
  const body = { id, project_id: project, session_id: "s", all_messages: [{ role: "user", content: id }], ...more };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
}

async function trace(project: string, id: string, body: object = {}, session = "s") {
  expect((await askJson("POST", `/v2/projects/${project}/sessions/${session}/traces/id/${id}`, { body })).status).toBe(201);
}

const readSession = async (project: string, more = "") => (await askJson("GET", `/v1/sessions/s?project_id=${project}${more}`)).json;
const readTrace = async (project: string, id: string) => (await askJson("GET", `/v1/traces/${id}?project_id=${project}`)).json;
const page = async (project: string, path: string) =>
  await ask("GET", `${path}?project_id=${project}`, { key: null, headers: { Cookie: `aircheck=${adminKey}`, Accept: "text/html" } });

const idsIn = (nodes: Node[]): string[] => nodes.flatMap(({ id, children }) => [id, ...idsIn(children)]);

/** A tree as ids within ids, which no order matters to. */
function shapeOf(nodes: Node[]): Record<string, object> {
  return Object.fromEntries(nodes.map(({ id, children }) => [id, shapeOf(children)]));
}

test("a tool's span that a recording called for is below that in the session, and in the trace above it", async () => {
  const project = newProject();
  await trace(project, "agent", { kind: "agent" });
  await record(project, "call", { parent_id: "agent" });
  await trace(project, "tool", { kind: "tool", parent_id: "call" });
  await record(project, "within", { parent_id: "tool" });
  await record(project, "after", { parent_id: "call" });
  const below = { call: { tool: { within: {} }, after: {} } };
  expect(shapeOf((await readSession(project))["tree"])).toEqual({ agent: below });
  expect(shapeOf((await readTrace(project, "agent"))["tree"])).toEqual(below);
  expect(shapeOf((await readTrace(project, "tool"))["tree"])).toEqual({ within: {} });
});

test("whatever names whatever as its parent, a session has all of it once, and a trace what is below it", async () => {
  const graph = fc.array(fc.tuple(fc.boolean(), fc.option(fc.nat(5))), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(graph, async (nodes) => {
      const project = newProject();
      const parents = nodes.map(([, parent]) => (parent === null ? undefined : `n${parent}`));
      for (const [index, [isTrace]] of nodes.entries()) {
        const parent = parents[index];
        const body = parent === undefined ? {} : { parent_id: parent };
        await (isTrace ? trace(project, `n${index}`, body) : record(project, `n${index}`, body));
      }
      const ids = nodes.map((_, index) => `n${index}`);
      expect(idsIn((await readSession(project))["tree"]).toSorted()).toEqual(ids);
      for (const [index, [isTrace]] of nodes.entries()) {
        if (!isTrace) continue;
        expect(idsIn((await readTrace(project, `n${index}`))["tree"]).toSorted()).toEqual(belowOf(`n${index}`, ids, parents));
      }
    }),
    { numRuns: 25 },
  );
});

/** All that comes to one by going from parent to parent. */
function belowOf(id: string, ids: string[], parents: (string | undefined)[]): string[] {
  const below = new Set<string>();
  let level = [id];
  while (level.length > 0) {
    level = ids.filter((one, index) => level.includes(parents[index] ?? "") && !below.has(one) && one !== id);
    for (const one of level) below.add(one);
  }
  return [...below].toSorted();
}

test("a trace has none of another session's, or another project's, below it, though they name it", async () => {
  const [project, other] = [newProject(), newProject()];
  await trace(project, "agent");
  await trace(project, "elsewhere", { parent_id: "agent" }, "another");
  await trace(other, "foreign", { parent_id: "agent" });
  await record(other, "alien", { parent_id: "agent" });
  expect((await readTrace(project, "agent"))["tree"]).toEqual([]);
  expect((await askJson("GET", `/v1/traces/agent?project_id=${other}`)).status).toBe(404);
});

test("a recording that cannot be read costs itself alone", async () => {
  const project = newProject();
  for (const id of ["one", "corrupt", "two"]) await record(project, id);
  await env.DB.prepare("UPDATE recordings SET content = '{' || content WHERE project_id = ?1 AND id = 'corrupt'").bind(project).run();
  const { conversation } = await readSession(project);
  expect(conversation.map((turn: Answer) => turn["recording_id"] as string)).toEqual(["one", "two"]);
  // Whole again, for other readers of the log are in other tests.
  await env.DB.prepare("UPDATE recordings SET content = substr(content, 2) WHERE project_id = ?1 AND id = 'corrupt'").bind(project).run();
});

test("traces that are nested hundreds deep are a session, a trace and pages of them", async () => {
  const project = newProject();
  const body = (index: number) => (index === 0 ? {} : { parent_id: `t${index - 1}` });
  for (let index = 0; index < 400; index += 1) await trace(project, `t${index}`, body(index));
  expect(idsIn((await readSession(project))["tree"])).toHaveLength(400);
  for (const path of ["/sessions/s", "/traces/t0"]) {
    const answer = await page(project, path);
    expect([path, answer.status]).toEqual([path, 200]);
    expect(await answer.text()).toContain("t99");
  }
});

test("a session of many recordings of many parts is a page that can be sent", async () => {
  const project = newProject();
  const parts = Array.from({ length: 2000 }, () => ({ type: "text", text: "a" }));
  for (let index = 0; index < 60; index += 1)
    await record(project, `r${index}`, { all_messages: [{ role: "user", content: [{ type: "text", text: `${index}` }, ...parts] }] });
  const answer = await page(project, "/sessions/s");
  expect(answer.status).toBe(200);
  expect((await answer.text()).length).toBeLessThan(1_000_000);
});
