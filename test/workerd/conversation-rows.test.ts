import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, ask, askJson, newProject, readRecording, transactionsDuring } from "./collector";

/** The first turns of a conversation: a question of 400 bytes each, and an answer. */
function talk(name: string, turns: number): Answer[] {
  return Array.from({ length: turns }, (_, turn) => [
    { role: "user", content: `${name} asks ${turn} `.padEnd(380, "on and on ") },
    { role: "assistant", content: `${name} is told ${turn} `.padEnd(380, "on and on ") },
  ]).flat();
}

function turnOf(project: string, session: string, turns: number): Answer {
  return { project_id: project, id: `${session}-${turns}`, session_id: session, all_messages: talk(session, turns) };
}

/** What D1 says that it read and wrote in some statements. */
function sumOf(results: D1Result[]): { read: number; written: number } {
  const sum = (key: "rows_read" | "rows_written") => results.reduce((total, { meta }) => total + meta[key], 0);
  return { read: sum("rows_read"), written: sum("rows_written") };
}

/** Of a post or a deletion: its transaction, and none of what exports do meanwhile. */
async function costOfCommit(work: () => Promise<unknown>): Promise<{ read: number; written: number }> {
  const transactions = await transactionsDuring(work);
  return sumOf(transactions.toSorted((a, b) => b.length - a.length)[0] ?? []);
}

/** Rows that are read for an answer: exports have no places in a search, nor contents without their versions. */
async function rowsReadFor(path: string, rows: number): Promise<number> {
  const transactions = await transactionsDuring(async () => {
    const { json } = await askJson("GET", path);
    expect(json["recordings"] ?? [json]).toHaveLength(rows);
  });
  const isOfAnswer = ({ results: [row = {}] }: D1Result<Answer>) => "place_key" in row || ("shared" in row && !("version" in row));
  return sumOf(transactions.flat().filter((result) => isOfAnswer(result as D1Result<Answer>))).read;
}

/** Records, into D1 and not into the spool. */
async function post(body: Answer | Answer[]): Promise<void> {
  const { json } = await askJson("POST", "/v1/recordings", { body });
  expect(json).toMatchObject(Array.isArray(body) ? { stored: body.length } : { seq: expect.any(Number) });
}

test.each([1, 2, 5, 20])("a page of 50 recordings of 50 sessions at turn %i reads at most 120 rows", async (turns) => {
  const project = newProject();
  const sessions = Array.from({ length: 51 }, (_, session) => `s${session}`);
  for (let turn = 1; turn <= turns; turn += 1) await post(sessions.map((session) => turnOf(project, session, turn)));
  const path = `/v1/recordings?project_id=${project}&limit=50`;
  const { json } = await askJson("GET", path);
  expect(json["recordings"].map((one: Answer) => one["messages"])).toEqual(
    sessions
      .slice(1)
      .toReversed()
      .map((session) => talk(session, turns)),
  );
  const read = await rowsReadFor(path, 50);
  expect(read).toBeGreaterThan(50);
  expect(read).toBeLessThanOrEqual(120);
});

test("a page of one session of 60 turns reads at most 120 rows, large ones too, and one recording at most 3", async () => {
  const project = newProject();
  const system = { role: "system", content: "x".repeat(60_000) };
  for (let turn = 1; turn <= 60; turn += 1) {
    const large = { ...turnOf(project, "large", turn), all_messages: [system, ...talk("large", turn)] };
    await post([turnOf(project, "small", turn), large]);
  }
  for (const session of ["small", "large"]) {
    const path = `/v1/recordings?project_id=${project}&session_id=${session}&limit=50`;
    const read = await rowsReadFor(path, 50);
    expect(read, session).toBeGreaterThan(50);
    expect(read, session).toBeLessThanOrEqual(120);
  }
  const transactions = await transactionsDuring(async () => await readRecording(project, "small-30"));
  const one = transactions.flat().filter(({ results: [row] }) => (row as Answer | undefined)?.["id"] === "small-30");
  expect(one.map(({ meta }) => meta.rows_read)).toEqual([2]);
});

test("a turn writes five rows, the second seven, and reads no more in a session of 100 turns than in one of 10", async () => {
  const project = newProject();
  const costs = new Map<number, { read: number; written: number }>();
  for (let turn = 1; turn <= 101; turn += 1) costs.set(turn, await costOfCommit(async () => await post(turnOf(project, "s", turn))));
  // The first one's project is new, and its session.
  expect([2, 3, 50, 101].map((turn) => costs.get(turn)?.written)).toEqual([7, 5, 5, 5]);
  expect((costs.get(101)?.read ?? 0) - (costs.get(10)?.read ?? 0)).toBeLessThan(10);
  const alone = await costOfCommit(async () => await post(turnOf(project, "alone", 1)));
  // Two of them are its session.
  expect(alone.written).toBe(6);
});

test("a recording in a session of many others is held against so many of the newest and no more", async () => {
  const project = newProject();
  const bodies = Array.from({ length: 300 }, (_, index) => ({ ...turnOf(project, `s${index}`, 1), session_id: "all" }));
  await post(bodies);
  const { read } = await costOfCommit(async () => await post({ ...turnOf(project, "last", 1), session_id: "all" }));
  // Of each its row, and the hashes that it is held against, which D1 counts as well.
  expect(read).toBeLessThan(5 * limits.conversationWindow);
});

test("the statements of a post and of a deletion go by indexes, however many recordings there are", async () => {
  const project = newProject();
  await post(Array.from({ length: 300 }, (_, index) => ({ ...turnOf(project, `s${index}`, 1) })));
  for (const turn of [1, 2, 3]) await post(turnOf(project, "talk", turn));
  const { read } = await costOfCommit(async () =>
    expect((await ask("DELETE", `/v1/recordings/talk-3?project_id=${project}`)).status).toBe(204),
  );
  expect(read).toBeLessThan(120);
  const count = env.DB.prepare("SELECT count FROM transcripts WHERE project_id = ?1").bind(project);
  expect(await count.first<number>("count")).toBe(4);
});
