import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { drainAmendments } from "../../src/jobs/drain-amendments";
import { sweepAmendments } from "../../src/jobs/sweep-amendments";
import { type Amendment, appendedMessages } from "../../src/model/amendment";
import { applyAmendments } from "../../src/store/amendments";
import { type Answer, ask, askJson, newProject, readRecording, transactionsDuring } from "./collector";
import { openFaulty } from "./faulty-collector";
import { linesIn, openOutpost } from "./outpost";

const question = { role: "user", content: "Why is the sky blue?" };
const answer = { role: "assistant", content: "Rayleigh scattering." };
const more = { role: "user", content: "And sunsets?" };
const last = { role: "assistant", content: "Longer path." };

async function post(project: string, id: string, own: Answer = {}): Promise<void> {
  const body = {
    completion_id: id,
    messages: [question, answer],
    call_info: { provider: "openai", model: "gpt-4o-mini", start_time: 1_767_323_045, end_time: 1_767_323_046 },
    ...own,
  };
  const { status } = await askJson("POST", `/api/v2/projects/${project}/sessions/s/completions`, { body });
  expect(status).toBe(201);
}

async function update(project: string, id: string, body: Answer): Promise<void> {
  const { status, json } = await askJson("POST", `/api/v2/projects/${project}/completions/${id}`, { body });
  expect({ status, json }).toEqual({ status: 200, json: { completion_id: id } });
}

/** The recording when its tokens are counted. */
async function counted(project: string, id: string): Promise<Answer> {
  return await vi.waitFor(
    async () => {
      const read = await readRecording(project, id);
      expect([read["usage"].prompt_source, read["usage"].completion_source]).not.toContain("deferred");
      return read;
    },
    { timeout: 10_000, interval: 50 },
  );
}

/** What a recording says, without when and where it came to be so. */
function said(read: Answer): Answer {
  return Object.fromEntries(Object.entries(read).filter(([key]) => !["seq", "version", "received_at"].includes(key)));
}

test("messages that are appended follow the recording's own, and the tokens that nobody reported are counted anew and priced", async () => {
  const project = newProject();
  await post(project, "batch", { messages: [question], call_info: { provider: "openai", model: "gpt-4o-mini", api_style: "batch" } });
  const before = await readRecording(project, "batch");
  expect(before["usage"]).toMatchObject({ prompt_source: "estimated", completion_source: "missing" });
  await update(project, "batch", { new_messages: [answer] });
  const after = await counted(project, "batch");
  expect(after["messages"]).toEqual([question, answer]);
  expect(after["usage"]).toMatchObject({ prompt_tokens: before["usage"].prompt_tokens, completion_source: "estimated" });
  expect(after["usage"].completion_tokens).toBeGreaterThan(1);
  expect(after["cost_nano_usd"]).toBeGreaterThan(0);
  // What was posted whole is counted the same.
  await post(project, "whole", { call_info: { provider: "openai", model: "gpt-4o-mini", api_style: "batch" } });
  const whole = await readRecording(project, "whole");
  expect(after["usage"]).toEqual(whole["usage"]);
  expect(after["cost_nano_usd"]).toBe(whole["cost_nano_usd"]);
});

test("what was reported stays reported, however much is appended", async () => {
  const project = newProject();
  const usage = { prompt_tokens: 25, completion_tokens: 4 };
  await post(project, "r", { call_info: { provider: "openai", model: "gpt-4o-mini", usage } });
  const { cost_nano_usd: cost } = await readRecording(project, "r");
  await update(project, "r", { new_messages: [more, last] });
  const read = await readRecording(project, "r");
  expect(read).toMatchObject({
    usage: { ...usage, prompt_source: "reported", completion_source: "reported" },
    cost_nano_usd: cost,
    version: 2,
  });
  expect(read["messages"]).toEqual([question, answer, more, last]);
});

test("evaluations of an update stand over those of the recording, name by name", async () => {
  const project = newProject();
  await post(project, "r", { eval_results: { exact: true, f1: 0.5 } });
  await update(project, "r", { new_messages: null, eval_results: { f1: 0.7, tone: "kind", nothing: null } });
  await update(project, "r", { newMessages: [], evalResults: { helpful: false } });
  const read = await readRecording(project, "r");
  expect(read["eval_results"]).toEqual({ exact: true, f1: 0.7, tone: "kind", helpful: false });
  expect(read["version"]).toBe(3);
});

test("numbers that JavaScript does not hold, and keys like __proto__, come back to the letter", async () => {
  const project = newProject();
  await post(project, "r");
  const body =
    '{"eval_results":{"__proto__":1,"big":12345678901234567890,"tiny":1e-400},"new_messages":[{"role":"user","n":12345678901234567890}]}';
  const path = `/api/v2/projects/${project}/completions/r`;
  expect((await askJson("POST", path, { body, headers: { "Content-Type": "application/json" } })).status).toBe(200);
  const text = await (await ask("GET", `/v1/recordings/r?project_id=${project}`)).text();
  expect(text).toContain('"n":12345678901234567890');
  expect(text).toContain('"big":12345678901234567890');
  expect(text).toContain('"tiny":1e-400');
  expect(text).toContain('"__proto__":1');
});

test("an update that comes before its recording, or twice, comes to the same as one after it", async () => {
  const body = { new_messages: [more, last], eval_results: { ok: true } };
  const orders = [
    ["post", "update"],
    ["update", "post"],
    ["update", "update", "post", "update", "post"],
    ["post", "update", "update"],
  ];
  const ends: Answer[] = [];
  for (const order of orders) {
    const project = newProject();
    for (const step of order) await (step === "post" ? post(project, "r") : update(project, "r", body));
    ends.push({ ...said(await counted(project, "r")), project_id: "p" });
  }
  expect(ends[0]).toMatchObject({ messages: [question, answer, more, last], eval_results: { ok: true } });
  for (const end of ends) expect(end).toEqual(ends[0]);
});

test("a page of 50 recordings whose answers were appended reads at most 120 rows, and larger ones are read all the same", async () => {
  const project = newProject();
  const ids = Array.from({ length: 51 }, (_, index) => `r${index}`);
  const body = ids.map((id) => ({ project_id: project, id, all_messages: [question] }));
  expect((await askJson("POST", "/v1/recordings", { body })).json).toMatchObject({ stored: 51 });
  const told = (id: string) => ({ role: "assistant", content: `${id} is told ${id === "r50" ? "much ".repeat(14_000) : "little"}` });
  const amendments = await Promise.all(
    ids.map(async (id) =>
      amendment(project, id, { appended: await appendedMessages([told(id)]), maps: { evaluations: [["ok", "true"]] } }),
    ),
  );
  await applyAmendments(env.DB, amendments, Date.now() * 1000);
  const list = async (limit: number, cursor = "") =>
    (await askJson("GET", `/v1/recordings?project_id=${project}&limit=${limit}&cursor=${cursor}`)).json;
  const first = await list(1);
  expect(first["recordings"][0].messages).toEqual([question, told("r50")]);
  let page: Answer = {};
  const transactions = await transactionsDuring(async () => {
    page = await list(50, first["next_cursor"] as string);
  });
  expect(page["recordings"].map(({ messages }: Answer) => messages)).toEqual(
    ids
      .slice(0, 50)
      .toReversed()
      .map((id) => [question, told(id)]),
  );
  const reads = transactions.flat().filter(({ results: [row = {}] }) => "place_key" in (row as Answer));
  expect(reads.reduce((sum, { meta }) => sum + meta.rows_read, 0)).toBeLessThanOrEqual(120);
  const filters = { field: "completion_output", op: "contains", value: "R50 is told much" };
  const found = await askJson("POST", `/v2/projects/${project}/search/completions`, { body: { filters } });
  expect(found.json["data"].map((row: Answer) => row["completion_id"])).toEqual(["r50"]);
});

test("of lists that were appended the order is that of their first receipts, also where an earlier delivery of one comes late", async () => {
  const project = newProject();
  await post(project, "r", { call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 1, completion_tokens: 1 } } });
  const list = async (message: object, receivedUs: number) =>
    await applyAmendments(
      env.DB,
      [amendment(project, "r", { appended: await appendedMessages([message as never]), receivedUs })],
      Date.now() * 1000,
    );
  await list(more, 3);
  await list(last, 2);
  expect((await readRecording(project, "r"))["messages"]).toEqual([question, answer, last, more]);
  await list(more, 1);
  expect(await readRecording(project, "r")).toMatchObject({ messages: [question, answer, more, last], version: 4 });
});

test("an update makes one new version and one place in the log, and the same again none", async () => {
  const project = newProject();
  await post(project, "r", { call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 1, completion_tokens: 1 } } });
  const body = { new_messages: [more], eval_results: { ok: true } };
  for (let times = 0; times < 3; times += 1) await update(project, "r", body);
  expect((await readRecording(project, "r"))["version"]).toBe(2);
  const changes = await env.DB.prepare("SELECT kind FROM changes WHERE project_id = ?1").bind(project).all();
  expect(changes.results).toEqual([{ kind: "amended" }]);
});

test("the export carries what a recording became, as a new version", async () => {
  const project = newProject();
  const outpost = await openOutpost();
  const { id } = await outpost.destination({ kind: "r2", project_id: project, prefix: `amended/${project}/` });
  await post(project, "r", { call_info: { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 1, completion_tokens: 1 } } });
  await outpost.deliver();
  await update(project, "r", { new_messages: [more], eval_results: { ok: true } });
  await applyAmendments(env.DB, [amendment(project, "r", { maps: { feedback: [["stars", "5"]] } })], Date.now() * 1000);
  await outpost.deliver();
  const lines = (await linesIn(await outpost.batches(id as string))).filter((line) => line["project_id"] === project);
  expect(lines.map((line) => line["version"])).toEqual([1, 3]);
  expect(lines[1]).toMatchObject({ messages: [question, answer, more], eval_results: { ok: true }, feedback: { stars: 5 } });
  expect(lines[0]).toMatchObject({ messages: [question, answer], feedback: null });
  await outpost.close();
});

test("while D1 does not take it an update waits in the spool, or else in the Queue, and is kept all the same", async () => {
  for (const faults of [{ D1: "throws" }, { D1: "hangs" }, { D1: "throws", R2: "throws" }] as const) {
    const collector = openFaulty();
    const project = newProject();
    await post(project, "r");
    Object.assign(collector.faults, faults);
    const path = `/api/v2/projects/${project}/completions/r`;
    expect((await collector.ask("POST", path, { body: { new_messages: [more, last], eval_results: { ok: true } } })).status).toBe(200);
    for (const name of ["D1", "R2"] as const) delete collector.faults[name];
    expect((await readRecording(project, "r"))["messages"]).toEqual([question, answer]);
    await collector.settle(project);
    await drainAmendments(collector.deps);
    await collector.consume();
    const read = await counted(project, "r");
    expect(read).toMatchObject({ messages: [question, answer, more, last], eval_results: { ok: true } });
  }
});

test("where nothing takes it an update is 503 with Retry-After", async () => {
  const collector = openFaulty();
  Object.assign(collector.faults, { D1: "throws", R2: "throws", Queue: "throws" });
  const { status, headers, json } = await collector.ask("POST", `/api/v2/projects/${newProject()}/completions/r`, {
    body: { eval_results: { a: 1 } },
  });
  expect({ status, retryAfter: headers.get("Retry-After"), message: json["message"] }).toMatchObject({
    status: 503,
    retryAfter: "5",
    message: expect.any(String),
  });
});

test.each([
  ["nothing", {}, "new_messages"],
  ["nulls alone", { new_messages: null, eval_results: null }, "new_messages"],
  ["messages that are none", { new_messages: ["x"] }, "new_messages.0"],
  ["messages that are no list", { new_messages: {} }, "new_messages"],
  ["evaluations that are no object", { eval_results: [1] }, "eval_results"],
  ["both spellings", { eval_results: {}, evalResults: {} }, "eval_results"],
])("an update of %s is 400 and names the field", async (_, body, path) => {
  const { status, json } = await askJson("POST", `/api/v2/projects/${newProject()}/completions/r`, { body });
  expect({ status, path: json["issues"]?.[0]?.path, message: json["message"] }).toEqual({
    status: 400,
    path,
    message: expect.stringContaining(path),
  });
});

test("an update that is too large, or for which the recording has no room, is 413", async () => {
  const project = newProject();
  const path = `/api/v2/projects/${project}/completions/r`;
  const large = { new_messages: [{ role: "user", content: "x".repeat(999_000) }] };
  expect((await askJson("POST", path, { body: { new_messages: [{ content: "x".repeat(1_000_000) }] } })).status).toBe(413);
  const statuses: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const body = { new_messages: [{ ...large.new_messages[0], turn }] };
    statuses.push((await askJson("POST", path, { body })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 413]);
  const { results } = await env.DB.prepare("SELECT hash FROM appended_messages WHERE project_id = ?1").bind(project).all();
  expect(results.length).toBe(4);
});

test("what is appended leaves the conversations alone that go on from the recording", async () => {
  const project = newProject();
  await post(project, "one");
  await update(project, "one", { new_messages: [more, last] });
  const next = { role: "user", content: "Thanks." };
  await post(project, "two", { messages: [question, answer, next] });
  await post(project, "three", { messages: [question, answer, more, last, next] });
  expect((await readRecording(project, "two"))["messages"]).toEqual([question, answer, next]);
  expect((await readRecording(project, "three"))["messages"]).toEqual([question, answer, more, last, next]);
  expect((await readRecording(project, "one"))["messages"]).toEqual([question, answer, more, last]);
  const list = (await askJson("GET", `/v1/recordings?project_id=${project}&session_id=s`)).json["recordings"] as Answer[];
  expect(list.map(({ messages }) => (messages as unknown[]).length)).toEqual([5, 3, 4]);
});

test("a content that stands in the bucket gets what is appended and evaluated", async () => {
  const project = newProject();
  await post(project, "large", { messages: [{ role: "user", content: "x ".repeat(1_000_000) }] });
  await update(project, "large", { new_messages: [last], eval_results: { ok: true } });
  const read = await readRecording(project, "large");
  expect((read["messages"] as unknown[]).slice(1)).toEqual([last]);
  expect(read["eval_results"]).toEqual({ ok: true });
});

test("a deleted recording takes with it what was said of it, and what was said before the deletion does not come back", async () => {
  const project = newProject();
  await post(project, "r");
  await update(project, "r", { new_messages: [more], eval_results: { ok: true } });
  const early = amendment(project, "r", {
    // Not within the deletion's own millisecond.
    receivedUs: (Date.now() - 1) * 1000,
    maps: { evaluations: [["late", "1"]] },
    appended: { hash: "h", messages: JSON.stringify(last) },
  });
  expect((await askJson("DELETE", `/v1/recordings/r?project_id=${project}`)).status).toBe(204);
  await applyAmendments(env.DB, [early], Date.now() * 1000);
  for (const table of ["amendments", "appended_messages"]) {
    expect((await env.DB.prepare(`SELECT * FROM ${table} WHERE project_id = ?1`).bind(project).all()).results).toEqual([]);
  }
  await post(project, "r");
  expect(await readRecording(project, "r")).toMatchObject({ messages: [question, answer], version: 1 });
  expect(await readRecording(project, "r")).not.toHaveProperty("eval_results");
});

test("what was said of a recording that never comes is dropped after a month, and of one that is there is not", async () => {
  const project = newProject();
  await post(project, "there");
  for (const id of ["there", "never"]) await update(project, id, { new_messages: [more], eval_results: { ok: true } });
  const deps = { db: env.DB, now: () => Date.now() + 31 * 86_400_000 };
  const rows = async () => (await env.DB.prepare("SELECT recording_id FROM amendments WHERE project_id = ?1").bind(project).all()).results;
  await sweepAmendments({ db: env.DB, now: () => Date.now() });
  expect(await rows()).toEqual([{ recording_id: "never" }, { recording_id: "there" }]);
  for (let page = 0; page < 20 && (await rows()).length > 1; page += 1) await sweepAmendments(deps);
  expect(await rows()).toEqual([{ recording_id: "there" }]);
  expect((await readRecording(project, "there"))["messages"]).toEqual([question, answer, more]);
});

test("amendments in any order, any number of times and in any transactions come to the same", async () => {
  const value = fc.constantFrom("1", "true", '"a"', "0.5");
  const map = fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), value), { maxLength: 3 });
  const list = fc.constantFrom(null, "x", "y", "z");
  const given = fc.array(fc.record({ feedback: map, evaluations: map, list, atUs: fc.integer({ min: 1, max: 5 }) }), {
    minLength: 1,
    maxLength: 6,
  });
  const order = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(given, order, fc.nat(12), async (all, extra, postedAt) => {
      const ends: unknown[] = [];
      for (const places of [all.map((_, place) => place), [...extra.map((place) => place % all.length), ...all.keys()].toReversed()]) {
        const project = newProject();
        const amendments = all.map(({ feedback, evaluations, list: name, atUs }) =>
          amendment(project, "r", {
            // A name that is there twice in one post has one value: the last.
            maps: { feedback: [...new Map(feedback)], evaluations: [...new Map(evaluations)] },
            appended: name === null ? null : { hash: name, messages: JSON.stringify({ role: "user", content: name }) },
            receivedUs: atUs,
          }),
        );
        for (const [step, place] of places.entries()) {
          if (step === postedAt % places.length) await post(project, "r");
          const one = amendments[place];
          if (one !== undefined) await applyAmendments(env.DB, [one, one], Date.now() * 1000);
        }
        const { messages, feedback, eval_results: evaluations } = await readRecording(project, "r");
        ends.push({ messages, feedback, evaluations });
      }
      expect(ends[1]).toEqual(ends[0]);
    }),
    { numRuns: 25 },
  );
});

function amendment(projectId: string, id: string, own: Partial<Amendment>): Amendment {
  return {
    version: 1,
    subject: "recording",
    projectId,
    id,
    sessionId: null,
    receipt: crypto.randomUUID().slice(0, 8),
    receivedUs: Date.now() * 1000,
    rank: 1,
    maps: {},
    appended: null,
    ...own,
  };
}
