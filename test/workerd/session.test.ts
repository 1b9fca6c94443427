import { expect, test } from "vitest";
import { type Answer, askJson, newProject } from "./collector";

const say = (role: string, content: string) => ({ role, content });
const [hello, hi, how, fine, well, other] = [
  say("user", "Hello"),
  say("assistant", "Hi"),
  say("user", "How are you?"),
  say("assistant", "Fine"),
  say("assistant", "Well"),
  say("user", "Something else"),
];

async function record(project: string, id: string, messages: object[], more: Record<string, unknown> = {}, startS = 0) {
  const body = {
    id,
    project_id: project,
    session_info: { session_id: "s" },
    all_messages: messages,
    call_info: { provider: "openai", model: "gpt-4o-mini", start_time: 1_790_000_000 + startS, end_time: 1_790_000_001 + startS },
    ...more,
  };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
}

async function trace(project: string, id: string, body: object) {
  expect((await askJson("POST", `/v2/projects/${project}/sessions/s/traces/id/${id}`, { body })).status).toBe(201);
}

const read = async (project: string, more = "") => (await askJson("GET", `/v1/sessions/s?project_id=${project}${more}`)).json;

test("a session is told as its conversation, each turn by what it adds, whichever came first", async () => {
  const project = newProject();
  await record(project, "third", [hello, hi, how, well], {}, 30);
  await record(project, "second", [hello, hi, how, fine], {}, 20);
  await record(project, "first", [hello, hi], {}, 10);
  await record(project, "new", [other], {}, 40);
  const { conversation } = await read(project);
  expect(conversation).toMatchObject([
    { recording_id: "first", follows: null, is_branch: false, messages: [hello, hi], at: "2026-09-21T14:13:30.000000Z" },
    { recording_id: "second", follows: "first", is_branch: false, messages: [how, fine] },
    { recording_id: "third", follows: "second", is_branch: true, messages: [well] },
    { recording_id: "new", follows: null, is_branch: false, messages: [other] },
  ]);
});

test("traces, tool spans and recordings hang together as a tree, and what belongs to nothing here is at its top", async () => {
  const project = newProject();
  await record(project, "call", [hello, hi], { parent_id: "tool" }, 3);
  await record(project, "orphan", [hello], { parent_id: "elsewhere" }, 1);
  await trace(project, "agent", { kind: "agent", name: "helper" });
  await trace(project, "tool", { kind: "tool", name: "search", parent_id: "agent" });
  const { tree } = await read(project);
  expect(tree).toMatchObject([
    { id: "orphan", parent_id: "elsewhere", children: [] },
    { id: "agent", type: "trace", name: "helper", children: [{ id: "tool", kind: "tool", children: [{ id: "call", type: "recording" }] }] },
  ]);
  const { json } = await askJson("GET", `/v1/traces/agent?project_id=${project}`);
  expect(json["tree"]).toMatchObject([{ id: "tool", children: [{ id: "call" }] }]);
});

test("a ring of parents ends, with each of it once", async () => {
  const project = newProject();
  await trace(project, "a", { parent_id: "b" });
  await trace(project, "b", { parent_id: "c" });
  await trace(project, "c", { parent_id: "a" });
  const ids = (nodes: { id: string; children: never[] }[]): string[] => nodes.flatMap(({ id, children }) => [id, ...ids(children)]);
  expect(ids((await read(project))["tree"]).toSorted()).toEqual(["a", "b", "c"]);
  const { json } = await askJson("GET", `/v1/traces/b?project_id=${project}`);
  expect(ids(json["tree"]).toSorted()).toEqual(["a", "c"]);
});

test("a session comes in pages while recordings come in, every one once, and a forged cursor is refused", async () => {
  const project = newProject();
  for (let index = 0; index < 5; index += 1) await record(project, `r${index}`, [hello, say("assistant", String(index))], {}, index);
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: Answer = await read(project, `&limit=2&cursor=${cursor}`);
    seen.push(...page["conversation"].map((turn: { recording_id: string }) => turn.recording_id));
    if (seen.length === 2) await record(project, "late", [hello, say("assistant", "late")], {}, 50);
    cursor = page["next_cursor"];
  }
  expect(seen).toEqual(["r0", "r1", "r2", "r3", "r4", "late"]);
  expect((await askJson("GET", `/v1/sessions/s?project_id=${project}&cursor=xyz`)).status).toBe(400);
});

test("what is deleted or said later shows", async () => {
  const project = newProject();
  await record(project, "a", [hello, hi]);
  await record(project, "b", [hello, hi, how], {}, 5);
  await askJson("POST", `/v2/projects/${project}/completions/b`, { body: { new_messages: [fine] } });
  expect((await read(project))["conversation"]).toMatchObject([{ messages: [hello, hi] }, { messages: [how, fine] }]);
  await askJson("DELETE", `/v1/recordings/a?project_id=${project}`);
  expect((await read(project))["conversation"]).toMatchObject([{ recording_id: "b", follows: null, messages: [hello, hi, how, fine] }]);
});
