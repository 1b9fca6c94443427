import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, ask, askJson, newProject, readRecording, transactionsDuring } from "./collector";
import { expectTidy, message, turnsOf } from "./conversation";

async function record(project: string, session: string, id: string, messages: Answer[]): Promise<void> {
  const body = { project_id: project, id, session_id: session, all_messages: messages };
  expect((await askJson("POST", "/v1/recordings", { body })).status).toBe(201);
}

/** The bytes that a project's conversations take in D1: messages, hashes and what tells them. */
async function storedBytes(project: string): Promise<number> {
  const statement = env.DB.prepare(`
    SELECT (SELECT sum(octet_length(messages) + octet_length(chain) + octet_length(content)) FROM recordings WHERE project_id = ?1)
      + (SELECT total(octet_length(messages) + octet_length(chain)) FROM transcripts WHERE project_id = ?1) AS bytes`);
  return (await statement.bind(project).first<number>("bytes")) ?? 0;
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

test("each of 140 turns in two posts is in one row and one transcript, and reads back as it was", async () => {
  const project = newProject();
  const turns = turnsOf(140);
  for (let start = 0; start < 140; start += 70) {
    const body = turns.slice(start, start + 70).map((messages, turn) => {
      return { project_id: project, id: `turn-${start + turn}`, session_id: "talk", all_messages: messages };
    });
    await askJson("POST", "/v1/recordings", { body });
  }
  await expectTidy(project);
  expect(await transcriptsOf(project)).toBe(1);
  for (const turn of [0, 63, 64, 65, 127, 139]) expect((await readRecording(project, `turn-${turn}`))["messages"]).toEqual(turns[turn]);
});

test("a regenerated answer keeps but itself, and what goes on from it makes a transcript of that branch", async () => {
  const project = newProject();
  const [question, answer, other] = [message("user", "question"), message("assistant", "answer"), message("assistant", "another answer")];
  await record(project, "talk", "first", [question, answer]);
  expect(await transcriptsOf(project)).toBe(0);
  await record(project, "talk", "again", [question, other]);
  await record(project, "talk", "third", [question, message("assistant", "a third one")]);
  expect(await transcriptsOf(project)).toBe(1);
  expect(await ownMessages(project, "first")).toEqual([]);
  expect(await ownMessages(project, "again")).toEqual([other]);
  const on = [question, other, message("user", "And then?"), message("assistant", "Nothing.")];
  await record(project, "talk", "on", on);
  expect(await transcriptsOf(project)).toBe(2);
  for (const id of ["again", "on"]) expect(await ownMessages(project, id)).toEqual([]);
  expect((await readRecording(project, "again"))["messages"]).toEqual([question, other]);
  expect((await readRecording(project, "on"))["messages"]).toEqual(on);
  await expectTidy(project);
});

test("conversations that go on beside each other in one session have a transcript each", async () => {
  const project = newProject();
  const system = message("system", "You are brief.", 1000);
  const talks = Array.from({ length: limits.transcriptWindow }, (_, talk) =>
    Array.from({ length: 8 }, (__, index) => message("user", `talk ${talk} says ${index}`)),
  );
  for (let turn = 1; turn <= 8; turn += 1)
    for (const [talk, said] of talks.entries()) await record(project, "all", `${talk}-${turn}`, [system, ...said.slice(0, turn)]);
  expect(await storedBytes(project)).toBeLessThan(1.5 * JSON.stringify(talks.map((said) => [system, ...said])).length);
  for (const [talk, said] of talks.entries())
    expect((await readRecording(project, `${talk}-5`))["messages"]).toEqual([system, ...said.slice(0, 5)]);
  await expectTidy(project);
});

test("a repetition changes no transcript", async () => {
  const project = newProject();
  const turns = turnsOf(3);
  await record(project, "talk", "a", turns[0] ?? []);
  await record(project, "talk", "a", turns[1] ?? []);
  expect(await transcriptsOf(project)).toBe(0);
  await record(project, "talk", "b", turns[1] ?? []);
  await record(project, "talk", "b", turns[2] ?? []);
  await expectTidy(project);
  expect((await readRecording(project, "b"))["messages"]).toEqual(turns[1]);
});

test("of a deleted recording nothing stays in D1 but what another has", async () => {
  const project = newProject();
  const [turns, secret] = [turnsOf(4), message("user", "the secret")];
  for (const [turn, messages] of turns.entries()) await record(project, "talk", `turn-${turn}`, messages);
  const last = [...(turns[3] ?? []), secret];
  await record(project, "talk", "secret", last);
  await record(project, "talk", "branch", [...(turns[1] ?? []), secret, message("assistant", "I see.")]);
  for (const id of ["secret", "branch", "turn-3"]) {
    expect((await ask("DELETE", `/v1/recordings/${id}?project_id=${project}`)).status).toBe(204);
    await expectTidy(project);
  }
  const texts = await env.DB.prepare("SELECT group_concat(messages) AS texts FROM transcripts WHERE project_id = ?1").bind(project).first();
  expect(JSON.stringify(texts)).not.toContain("the secret");
  expect(JSON.stringify(texts)).not.toContain("question 3");
  for (const turn of [0, 1, 2]) expect((await readRecording(project, `turn-${turn}`))["messages"]).toEqual(turns[turn]);
  // Cut, it goes on growing.
  await record(project, "talk", "more", turns[3] ?? []);
  expect(await ownMessages(project, "more")).toEqual([]);
  await expectTidy(project);
});

test("no transcript is left without the recording that needs its end", async () => {
  const project = newProject();
  const said = (places: number[]) => places.map((place) => message("user", `says ${place}`, place === 6 ? 60 : 400));
  const bodies = {
    first: [1, 2, 3, 4],
    second: [1, 2, 3, 4, 5],
    branch: [1, 2, 3, 4, 6, 7],
    other: [1, 2, 3, 4, 6, 9],
    "other on": [1, 2, 3, 4, 6, 9, 10],
  };
  for (const [id, places] of Object.entries(bodies)) await record(project, "talk", id.replace(" ", "-"), said(places));
  expect(await transcriptsOf(project)).toBe(2);
  for (const id of ["first", "second"]) await ask("DELETE", `/v1/recordings/${id}?project_id=${project}`);
  // What goes on from the branch has most in common with it, but it needs all that is left of the first transcript.
  for (const [id, places] of Object.entries({ on: [1, 2, 3, 4, 6, 7, 8], further: [1, 2, 3, 4, 6, 7, 8, 11] })) {
    await record(project, "talk", id, said(places));
    await expectTidy(project);
    expect((await readRecording(project, id))["messages"]).toEqual(said(places));
  }
  expect((await readRecording(project, "branch"))["messages"]).toEqual(said(bodies.branch));
});

test("what a recording answered is searched for wherever it stands", async () => {
  const project = newProject();
  const turns = turnsOf(4);
  for (const [turn, messages] of turns.entries()) await record(project, "talk", `turn-${turn}`, messages);
  await record(project, "talk", "branch", [...(turns[1] ?? []), message("assistant", "ANSWER 2, of ümlauts")]);
  await record(project, "talk", "short", [{ role: "assistant", content: "answer 2" }]);
  const find = async (value: string) => {
    const body = { filters: { field: "completion_output", op: "contains", value } };
    const { json } = await askJson("POST", `/v2/projects/${project}/search/completions`, { body });
    return json["data"].map((one: Answer) => one["completion_id"]);
  };
  expect(await find("answer 2")).toEqual(["short", "branch", "turn-2"]);
  expect(await find("answer 0")).toEqual(["turn-0"]);
  expect(await find("question")).toEqual([]);
});

async function transcriptsOf(project: string): Promise<number> {
  const statement = env.DB.prepare("SELECT count(*) AS n FROM transcripts WHERE project_id = ?1");
  return (await statement.bind(project).first<number>("n")) ?? 0;
}

/** The messages that stand in a recording's row. */
async function ownMessages(project: string, id: string): Promise<unknown> {
  const statement = env.DB.prepare("SELECT messages FROM recordings WHERE project_id = ?1 AND id = ?2");
  return JSON.parse(`[${await statement.bind(project, id).first<string>("messages")}]`);
}

test("a page of large recordings is read whole though others that share their messages are deleted between the statements", async () => {
  const project = newProject();
  const turns = turnsOf(3).map((messages) => [message("system", "long", 50_000), ...messages]);
  for (const [turn, messages] of turns.entries()) await record(project, "talk", `turn-${turn}`, messages);
  const batch = env.DB.batch.bind(env.DB);
  vi.spyOn(env.DB, "batch").mockImplementation(async (statements) => {
    const answer = await batch(statements);
    if (!JSON.stringify(answer[0]?.results).includes('"content":null')) return answer;
    vi.restoreAllMocks();
    for (const id of ["turn-1", "turn-2"]) expect((await ask("DELETE", `/v1/recordings/${id}?project_id=${project}`)).status).toBe(204);
    return answer;
  });
  const { json } = await askJson("GET", `/v1/recordings?project_id=${project}&limit=200`);
  expect(json["recordings"].map((one: Answer) => one["messages"])).toEqual([turns[0]]);
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
