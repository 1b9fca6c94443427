import { beforeAll, expect, test } from "vitest";
import { type Answer, askJson, newProject, transactionsDuring } from "./collector";

const project = newProject();
const messages = [
  { role: "user", content: "Hi." },
  { role: "assistant", content: "Hello." },
];
const call = { provider: "openai", model: "gpt-4o-mini", start_time: 1_767_000_000, end_time: 1_767_000_002 };

/** Twelve sessions of one to three recordings. */
beforeAll(async () => {
  for (let n = 0; n < 12; n += 1) {
    const items = Array.from({ length: (n % 3) + 1 }, (_, turn) => ({
      project_id: project,
      id: `${n}-${turn}`,
      all_messages: messages,
      session_info: { session_id: `s-${String(n).padStart(2, "0")}`, custom_metadata: { tier: n % 2 === 0 ? "even" : "odd", n } },
      call_info: { ...call, usage: { prompt_tokens: 10, completion_tokens: turn } },
      ...(n === 5 ? { test_run_info: { test_run_id: "run", test_case_id: "c" } } : {}),
    }));
    await askJson("POST", "/v1/recordings", { body: items });
  }
  await askJson("POST", "/v1/recordings", {
    body: { project_id: project, id: "bare", all_messages: [{ role: "user" }], session_id: "s-12" },
  });
});

async function list(query: string): Promise<Answer> {
  const { status, json } = await askJson("GET", `/v1/sessions?project_id=${project}&${query}`);
  expect(status).toBe(200);
  return json;
}

const idsOf = ({ sessions }: Answer): string[] => sessions.map(({ id }: Answer) => id);
const allIds = Array.from({ length: 13 }, (_, n) => `s-${String(12 - n).padStart(2, "0")}`);

test("sessions are listed newest first, each once, whatever comes meanwhile", async () => {
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: Answer = await list(`limit=5&cursor=${cursor}`);
    seen.push(...idsOf(page));
    cursor = page["next_cursor"];
    await askJson("POST", "/v1/recordings", { body: { project_id: project, all_messages: [{}], session_id: `later-${seen.length}` } });
  }
  expect(seen).toEqual(allIds);
});

test("each says what its recordings come to, and what is not known", async () => {
  const { sessions } = await list("to=2100-01-01T00:00:00Z&limit=100");
  const of = (id: string) => sessions.find((one: Answer) => one["id"] === id);
  expect(of("s-05")).toMatchObject({
    project_id: project,
    custom_metadata: { tier: "odd", n: 5 },
    recordings: 3,
    recordings_are_partial: false,
    prompt_tokens: 30,
    completion_tokens: 3,
    recordings_without_tokens: 0,
    started_at: "2025-12-29T09:20:00.000000Z",
    ended_at: "2025-12-29T09:20:02.000000Z",
  });
  expect(of("s-05").cost_usd).toBeGreaterThan(0);
  expect(of("s-12")).toMatchObject({ recordings: 1, cost_usd: null, recordings_without_cost: 1, completion_tokens: null });
});

test("they are found by metadata, test run and time", async () => {
  expect(idsOf(await list("metadata.tier=even"))).toEqual(["s-10", "s-08", "s-06", "s-04", "s-02", "s-00"]);
  expect(idsOf(await list("metadata.n=7"))).toEqual(["s-07"]);
  expect(idsOf(await list("test_run_id=run"))).toEqual(["s-05"]);
  expect(idsOf(await list("from=2099-01-01T00:00:00Z"))).toEqual([]);
  expect(idsOf(await list("to=2020-01-01T00:00:00Z"))).toEqual([]);
});

test("a page reads no more rows than it has to find its sessions", async () => {
  const transactions = await transactionsDuring(async () => await list("limit=10"));
  const places = transactions.flat().find(({ results: [row] }) => typeof row === "object" && row !== null && "packed_places" in row);
  expect(places?.meta.rows_read).toBeLessThanOrEqual(12);
});

test("what it does not understand is named", async () => {
  for (const [query, path] of [
    ["from=soon", "from"],
    ["limit=101", "limit"],
    ["colour=x", "colour"],
    ["metadata.=x", "metadata."],
    ["test_run_id=a%20b", "test_run_id"],
  ]) {
    const answer = await askJson("GET", `/v1/sessions?project_id=${project}&${query}`);
    expect([query, answer.status, answer.json["issues"]?.[0]?.path]).toEqual([query, 400, path]);
  }
  expect((await askJson("GET", `/v1/sessions?project_id=${project}&cursor=zzz`)).status).toBe(400);
});
