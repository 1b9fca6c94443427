import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { recordingsAt } from "../../src/store/recordings";
import { type Answer, ask, askJson, newProject, readRecording, transactionsDuring } from "./collector";

/** A message of about so many bytes. */
function message(role: string, name: string, bytes = 400): Answer {
  return { role, content: `${name} `.padEnd(bytes - 30, "words that are told apart by nothing ") };
}

/** The whole conversation after each of so many turns. */
function turnsOf(count: number): Answer[][] {
  const all = Array.from({ length: count }, (_, turn) => [message("user", `question ${turn}`), message("assistant", `answer ${turn}`)]);
  return all.map((__, turn) => all.slice(0, turn + 1).flat());
}

async function record(project: string, session: string, id: string, messages: Answer[]): Promise<void> {
  const body = { project_id: project, id, session_id: session, all_messages: messages };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
}

/** The bytes that a project's conversations take in D1: messages, links and what tells them. */
async function storedBytes(project: string): Promise<number> {
  const row = await env.DB.prepare(
    "SELECT sum(octet_length(messages) + octet_length(chain) + octet_length(content)) AS bytes FROM recordings WHERE project_id = ?1",
  )
    .bind(project)
    .first<{ bytes: number }>();
  return row?.bytes ?? 0;
}

test("50 turns take at most 1.5 times the bytes of the last, and each reads back as it was", async () => {
  const turns = turnsOf(50);
  const transcript = JSON.stringify(turns.at(-1)).length;
  const inOrder = turns.map((_, turn) => turn);
  const orders = {
    ordered: inOrder,
    reversed: inOrder.toReversed(),
    shuffled: inOrder.toSorted((a, b) => ((a * 37) % 50) - ((b * 37) % 50)),
  };
  for (const [name, order] of Object.entries(orders)) {
    const project = newProject();
    for (const turn of order) await record(project, "talk", `turn-${turn}`, turns[turn] ?? []);
    const bytes = await storedBytes(project);
    expect(bytes, name).toBeLessThan(1.5 * transcript);
    for (const turn of order) expect((await readRecording(project, `turn-${turn}`))["messages"]).toEqual(turns[turn]);
  }
});

test("of a conversation in one post each message is kept once too", async () => {
  const project = newProject();
  const turns = turnsOf(50);
  const body = turns.map((messages, turn) => ({ project_id: project, id: `turn-${turn}`, session_id: "talk", all_messages: messages }));
  expect((await askJson("POST", "/v1/recordings", { body })).json).toMatchObject({ stored: 50 });
  expect(await storedBytes(project)).toBeLessThan(1.5 * JSON.stringify(turns.at(-1)).length);
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&session_id=talk`);
  expect(json["recordings"].map((one: Answer) => one["messages"])).toEqual(turns.toReversed());
});

test("reading never goes through more than 64 rows: then a recording is kept whole", async () => {
  const project = newProject();
  const turns = turnsOf(140);
  for (let start = 0; start < 140; start += 70) {
    const body = turns.slice(start, start + 70).map((messages, turn) => {
      return { project_id: project, id: `turn-${start + turn}`, session_id: "talk", all_messages: messages };
    });
    await askJson("POST", "/v1/recordings", { body });
  }
  const { results } = await env.DB.prepare("SELECT depth FROM recordings WHERE project_id = ?1 ORDER BY seq")
    .bind(project)
    .all<{ depth: number }>();
  expect(Math.max(...results.map(({ depth }) => depth))).toBe(63);
  expect(results.filter(({ depth }) => depth === 0).length).toBeLessThan(8);
  for (const turn of [0, 63, 64, 65, 127, 139]) expect((await readRecording(project, `turn-${turn}`))["messages"]).toEqual(turns[turn]);
});

/** A conversation that grows: from an earlier one, keep some messages and say some more. */
const steps = fc.array(
  fc.record({
    from: fc.nat(),
    keep: fc.nat(),
    say: fc.array(fc.constantFrom("a", "b", "ü", "\\", '"', "☀️", "\ud800", "x".repeat(200)), { maxLength: 4 }),
    session: fc.constantFrom("s", "t"),
    order: fc.nat(),
    isDeleted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);

test("whatever continues what, in whatever order it comes and is deleted, the rest reads back as it was", async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.boolean(), async (given, inOnePost) => {
      const project = newProject();
      const made: { id: string; session: string; messages: Answer[]; order: number; isDeleted: boolean }[] = [];
      for (const [index, { from, keep, say, session, order, isDeleted }] of given.entries()) {
        const base = made.length === 0 ? [] : (made[from % made.length]?.messages ?? []);
        const messages = [...base.slice(0, keep % (base.length + 1)), ...say.map((content) => ({ role: "user", content }))];
        if (messages.length === 0) messages.push({ role: "user", content: "" });
        made.push({ id: `r${index}`, session, messages, order, isDeleted });
      }
      const arriving = made.toSorted((a, b) => a.order - b.order);
      const bodies = arriving.map(({ id, session, messages }) => ({
        project_id: project,
        id,
        session_id: session,
        all_messages: messages,
      }));
      for (const body of inOnePost ? [bodies] : bodies)
        expect((await askJson("POST", "/v1/recordings", { body })).status).toBeLessThan(202);
      const left = new Map(made.map((one) => [one.id, one]));
      const check = async () => {
        const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=200`);
        const found = new Map((json["recordings"] as Answer[]).map((one) => [one["id"] as string, one["messages"] as unknown]));
        expect([...found.keys()].toSorted()).toEqual([...left.keys()].toSorted());
        for (const [id, { messages }] of left) expect(JSON.stringify(found.get(id))).toBe(JSON.stringify(messages));
      };
      await check();
      for (const { id, isDeleted } of made.toSorted((a, b) => b.order - a.order)) {
        if (!isDeleted) continue;
        expect((await askJson("DELETE", `/v1/recordings/${id}?project_id=${project}`)).status).toBe(204);
        left.delete(id);
        await check();
      }
      for (const { id, messages } of left.values()) expect((await readRecording(project, id))["messages"]).toEqual(messages);
    }),
    { numRuns: 40 },
  );
});

test("a recording is read whole though what it continues is deleted between the statements", async () => {
  const project = newProject();
  const turns = turnsOf(3);
  for (const [turn, messages] of turns.entries()) await record(project, "talk", `turn-${turn}`, messages);
  const last = env.DB.prepare("SELECT seq FROM recordings WHERE project_id = ?1 AND id = 'turn-2'").bind(project);
  const seq = (await last.first<number>("seq")) ?? 0;
  const batch = env.DB.batch.bind(env.DB);
  vi.spyOn(env.DB, "batch").mockImplementationOnce(async (statements) => {
    const answer = await batch(statements);
    expect((await ask("DELETE", `/v1/recordings/turn-1?project_id=${project}`)).status).toBe(204);
    return answer;
  });
  const kept = await recordingsAt(env.DB, [seq]);
  vi.restoreAllMocks();
  expect(kept.map(({ keptText }) => (JSON.parse(keptText ?? "{}") as Answer)["messages"])).toEqual([turns[2]]);
});

test("however often a conversation's first recording is deleted, the next one's row keeps no more links than a new one's", async () => {
  const project = newProject();
  const all = Array.from({ length: 800 }, (_, index) => message("user", `says ${index}`, 60));
  await record(project, "talk", "turn-0", all.slice(0, 100));
  // It continues an early message, so links stay from there on while it is there.
  await record(project, "talk", "branch", [...all.slice(0, 50), message("user", "something else")]);
  const links = async (id: string) => {
    const statement = env.DB.prepare("SELECT json_array_length(chain) AS links FROM recordings WHERE project_id = ?1 AND id = ?2");
    return await statement.bind(project, id).first<number>("links");
  };
  for (let turn = 1; turn < 8; turn += 1) {
    await record(project, "talk", `turn-${turn}`, all.slice(0, 100 * (turn + 1)));
    expect((await ask("DELETE", `/v1/recordings/turn-${turn - 1}?project_id=${project}`)).status).toBe(204);
    if (turn <= 5) expect((await readRecording(project, "branch"))["messages"]).toHaveLength(51);
    if (turn === 4) expect(await links("turn-4")).toBe(450);
    if (turn === 5) await ask("DELETE", `/v1/recordings/branch?project_id=${project}`);
  }
  expect(await links("turn-7")).toBe(128);
  expect((await readRecording(project, "turn-7"))["messages"]).toEqual(all);
});

test("of a large recording no more is read than what a small one shares with it", async () => {
  const project = newProject();
  const shared = message("system", "Be brief.");
  const small = [shared, message("user", "Why?"), message("assistant", "So.")];
  await record(project, "talk", "large", [shared, message("user", "ü", 400_000)]);
  await record(project, "talk", "small", small);
  await record(project, "talk", "other", [shared, message("user", "How?")]);
  let found: Answer = {};
  const transactions = await transactionsDuring(async () => (found = await readRecording(project, "small")));
  expect(found["messages"]).toEqual(small);
  expect(JSON.stringify(transactions.flat().map(({ results }) => results)).length).toBeLessThan(10_000);
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}`);
  expect(json["recordings"].map((one: Answer) => one["messages"].length)).toEqual([2, 3, 2]);
});

test("of two with one id in one post the first counts, whatever their sessions", async () => {
  const project = newProject();
  const given = [
    ["x", "s"],
    ["a", "s"],
    ["a", "t"],
  ];
  const body = given.map(([id, session]) => ({
    project_id: project,
    id,
    session_id: session,
    all_messages: [message("user", `of ${session}`)],
  }));
  expect((await askJson("POST", "/v1/recordings", { body })).json).toMatchObject({ stored: 2, duplicates: 1 });
  expect(await readRecording(project, "a")).toMatchObject({ session_id: "s", messages: body[1]?.all_messages });
});
