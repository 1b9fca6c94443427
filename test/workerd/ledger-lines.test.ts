import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { rollUpLedger } from "../../src/jobs/roll-up-ledger";
import { spoolKey } from "../../src/keep/spool-keys";
import { ledgerPlace, rollUpDuplicates, rollUpRange } from "../../src/store/roll-up";
import { type Answer, askJson, makeKey, newProject } from "./collector";
import { collectorWith, databaseApart } from "./collector-with";
import { rowsReadDuring } from "./search-requests";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 2, 3, 30);

afterEach(() => vi.restoreAllMocks());

test("however posts, deletions, roll-ups and readings interleave, the ledger never loses a recording nor counts one twice", async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("post" as const), project: fc.nat(1), id: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), project: fc.nat(1), id: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("roll" as const), places: fc.integer({ min: 1, max: 4 }), twice: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("repeat" as const), project: fc.nat(1), id: fc.nat(5), differs: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("settle" as const), twice: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("later" as const), hours: fc.integer({ min: 1, max: 20 }) }) },
  );
  await rollUpLedger({ db: env.DB, now: () => startMs });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const projects = [newProject(), newProject()];
      const expected = new Map<string, number>();
      const there = new Set<string>();
      let nowMs = startMs;
      let receipts = 0;
      const { ask } = collectorWith({ now: () => nowMs });
      const count = (project: string, entry: string) => {
        const name = `${project} ${new Date(nowMs - (nowMs % hourMs)).toISOString()} ${entry}`;
        expected.set(name, (expected.get(name) ?? 0) + 1);
      };
      for (const one of steps) {
        const project = "project" in one ? (projects[one.project] ?? "") : "";
        if (one.do === "post") {
          const { status } = await ask("POST", "/v1/recordings", { body: { project_id: project, id: `r-${one.id}`, all_messages: [{}] } });
          expect(status).toBe(201);
          const name = `${project} ${one.id}`;
          if (!there.has(name)) count(project, "stored");
          else count(project, "duplicates");
          there.add(name);
        } else if (one.do === "delete") {
          await ask("DELETE", `/v1/recordings/r-${one.id}?project_id=${project}`);
          there.delete(`${project} ${one.id}`);
        } else if (one.do === "repeat") {
          await repeat(project, `r-${one.id}`, `q-${(receipts += 1)}`, nowMs, one.differs, () => {
            count(project, "duplicates");
            if (one.differs) count(project, "differing");
          });
        } else if (one.do === "roll") {
          const { seq, headSeq } = await ledgerPlace(env.DB);
          const toSeq = Math.min(seq + one.places, headSeq);
          const times = one.twice ? 2 : 1;
          const rolled = await Promise.all(Array.from({ length: times }, async () => await rollUpRange(env.DB, seq, toSeq)));
          if (toSeq > seq) expect(rolled.filter(Boolean).length).toBe(1);
        } else if (one.do === "settle") {
          const times = one.twice ? 2 : 1;
          await Promise.all(Array.from({ length: times }, async () => await rollUpDuplicates(env.DB, (nowMs - 25 * hourMs) * 1000)));
        } else nowMs += one.hours * hourMs;
        const found = new Map<string, number>();
        for (const read of projects) {
          const { json } = await ask("GET", `/v1/ledger?project_id=${read}&from=${startMs / 1000}&to=${nowMs / 1000 + 1}`);
          for (const line of json["ledger"] as Answer[]) {
            for (const entry of ["stored", "duplicates", "differing"]) {
              const hour = new Date(line["hour"] as string).toISOString();
              if ((line[entry] as number) > 0) found.set(`${line["project_id"]} ${hour} ${entry}`, line[entry] as number);
            }
          }
        }
        expect(found).toEqual(expected);
      }
    }),
    { numRuns: 15 },
  );
});

test("the cron rolls the whole log up, and then a reading reads none of it", async () => {
  const project = newProject();
  const body = Array.from({ length: 30 }, (_, index) => ({ project_id: project, id: `r-${index}`, all_messages: [{}] }));
  await askJson("POST", "/v1/recordings", { body });
  await rollUpLedger({ db: env.DB, now: () => Date.now() });
  const { seq, headSeq } = await ledgerPlace(env.DB);
  expect(seq).toBe(headSeq);
  const { results } = await env.DB.prepare("SELECT entry, count FROM ledger WHERE project_id = ?1").bind(project).all();
  expect(results).toEqual([{ entry: "stored", count: 30 }]);
  expect((await askJson("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 30, stored: 30 });
});

test("duplicates that are older than a day become numbers step by step, however many there are, and young ones stay", async () => {
  const project = newProject();
  const nowMs = Date.now();
  const insert = env.DB.prepare(`
    WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 45000)
    INSERT INTO duplicates SELECT ?1, 'd-' || value, 'r', iif(value % 10 = 0, ?3, ?2), value % 4 = 1 FROM n`);
  await insert.bind(project, (nowMs - 30 * hourMs) * 1000, nowMs * 1000).run();
  const totals = async () =>
    (await askJson("GET", `/v1/ledger?project_id=${project}&from=${nowMs / 1000 - 48 * 3600}`)).json["totals"] as Answer;
  const before = await totals();
  expect(before).toMatchObject({ duplicates: 45_000, differing: 11_250 });
  await rollUpLedger({ db: env.DB, now: () => nowMs });
  expect(await totals()).toEqual(before);
  const left = await env.DB.prepare("SELECT count(*) AS count FROM duplicates WHERE project_id = ?1").bind(project).first("count");
  expect(left).toBe(4500);
  await env.DB.prepare("DELETE FROM duplicates WHERE project_id = ?1").bind(project).run();
});

test("what is spooled is counted by its keys alone, and what came into D1 meanwhile is not counted twice", async () => {
  const project = newProject();
  const receivedUs = Date.now() * 1000;
  const keys = ["a", "b", "stored", "again"].map((id) => spoolKey({ projectId: project, id, receivedUs, receipt: `r${id}` }));
  for (const key of keys) await env.ARCHIVE.put(key, "");
  const totals = async () => (await askJson("GET", `/v1/ledger?project_id=${project}`)).json["totals"] as Answer;
  expect(await totals()).toMatchObject({ received: 4, stored: 0, spooled: 4 });
  await askJson("POST", "/v1/recordings", { body: { project_id: project, id: "stored", all_messages: [{}] } });
  expect(await totals()).toMatchObject({ received: 5, stored: 1, spooled: 4 });
  // As a drain leaves it that ended between its commit and the removal of the object.
  await env.DB.prepare("UPDATE recordings SET receipt = 'rstored' WHERE project_id = ?1").bind(project).run();
  await repeat(project, "again", "ragain", receivedUs / 1000, true, () => undefined);
  expect(await totals()).toMatchObject({ received: 4, stored: 1, duplicates: 1, differing: 1, spooled: 2 });
  for (const key of keys) await env.ARCHIVE.delete(key);
  expect(await totals()).toMatchObject({ received: 2, stored: 1, duplicates: 1, spooled: 0 });
});

test("a key of all projects sees each project's lines and the unknown, page by page; a key of one sees its own", async () => {
  const nowMs = Date.UTC(2031, 5, 1, 12, 10);
  const projects = [newProject(), newProject(), newProject()];
  let atMs = nowMs;
  const { ask } = collectorWith({ db: databaseApart(), now: () => atMs });
  for (const [hoursAgo, posted] of [projects, projects.slice(0, 2)].entries()) {
    atMs = nowMs - hoursAgo * hourMs;
    for (const project_id of posted) await ask("POST", "/v1/recordings", { body: { project_id, all_messages: [{}] } });
    await ask("POST", "/v1/recordings", { key: null, body: {} });
  }
  const lines: Answer[] = [];
  let pages = 0;
  for (let cursor: string | null = ""; cursor !== null; pages += 1) {
    const { json } = await ask(
      "GET",
      `/v1/ledger?from=2031-06-01T11:30:00Z&to=2031-06-01T13:00:00Z&limit=2&cursor=${encodeURIComponent(cursor)}`,
    );
    expect(json["totals"]).toMatchObject({ received: 7, stored: 5, rejected: { unauthorized: 2 } });
    lines.push(...(json["ledger"] as Answer[]));
    cursor = json["next_cursor"] as string | null;
  }
  expect(pages).toBe(4);
  const inOrder = (hour: string, ids: string[]) => [...ids, "unknown"].toSorted().map((id) => ({ project_id: id, hour, received: 1 }));
  expect(lines).toMatchObject([
    ...inOrder("2031-06-01T12:00:00.000000Z", projects),
    ...inOrder("2031-06-01T11:00:00.000000Z", projects.slice(0, 2)),
  ]);
  const own = await makeKey({ scope: "read", project_id: projects[0] });
  const { json } = await ask("GET", "/v1/ledger?from=2031-06-01T00:00:00Z&to=2031-06-02T00:00:00Z", { key: own.key });
  expect(new Set((json["ledger"] as Answer[]).map(({ project_id: id }) => id as string))).toEqual(new Set([projects[0]]));
  expect((await ask("GET", "/v1/ledger?project_id=unknown", { key: own.key })).status).toBe(404);
});

test("a reading of all projects reads none of the hours that it is not asked for", async () => {
  const project = newProject();
  const reading = async () =>
    await rowsReadDuring(async () => await askJson("GET", "/v1/ledger?from=2033-01-01T00:00:00Z&to=2033-01-02T00:00:00Z"));
  const before = await reading();
  const insert = env.DB.prepare(`
    WITH RECURSIVE n(hour) AS (SELECT 0 UNION ALL SELECT hour + 1 FROM n WHERE hour < 5000)
    INSERT INTO ledger SELECT ?1, hour * 3600000000, 'stored', 1 FROM n`);
  await insert.bind(project).run();
  expect((await reading()) - before).toBeLessThan(20);
  await env.DB.prepare("DELETE FROM ledger WHERE project_id = ?1").bind(project).run();
});

test("a window is of whole hours, of 31 days at most, and the last day where none is named", async () => {
  const project = newProject();
  let nowMs = Date.UTC(2032, 5, 10, 12, 10);
  const { ask } = collectorWith({ now: () => nowMs });
  const window = async (query: string) => {
    const { status, json } = await ask("GET", `/v1/ledger?project_id=${project}${query}`);
    return { status, from: json["from"], issues: json["issues"]?.map(({ path }: Answer) => path) };
  };
  await ask("POST", "/v1/recordings", { body: { project_id: project, all_messages: [{}] } });
  nowMs += 23 * hourMs;
  expect((await ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 1 });
  nowMs += 2 * hourMs;
  expect((await ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 0 });
  expect(await window("&from=2032-06-10T12:59:00Z")).toMatchObject({ status: 200, from: "2032-06-10T12:00:00.000000Z" });
  expect(await window(`&from=${nowMs / 1000 - 31 * 86_400}`)).toMatchObject({ status: 200 });
  expect(await window(`&from=${nowMs / 1000 - 33 * 86_400}`)).toMatchObject({ status: 400, issues: ["from"] });
  expect(await window("&from=2032-06-10T12:00:00Z&to=2032-06-10T11:00:00Z")).toMatchObject({ status: 400, issues: ["to"] });
  expect(await window("&from=yesterday")).toMatchObject({ status: 400, issues: ["from"] });
  expect(await window("&cursor=x")).toMatchObject({ status: 400, issues: ["cursor"] });
});

test("what is counted already is not read again, however much a project has", async () => {
  const project = newProject();
  const items = Array.from({ length: 400 }, (_, index) => ({
    project_id: project,
    id: `r-${index}`,
    all_messages: [{ role: "user", content: "Hi" }],
  }));
  await askJson("POST", "/v1/recordings", { body: items });
  await rollUpLedger({ db: env.DB, now: () => Date.now() });
  const read = async () => {
    expect((await askJson("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ stored: 400 });
  };
  expect(await rowsReadDuring(read)).toBeLessThan(100);
});

/** A repeated delivery as the store writes it: once for a receipt. */
async function repeat(project: string, id: string, receipt: string, atMs: number, differs: boolean, noted: () => void): Promise<void> {
  await env.DB.prepare("INSERT INTO duplicates VALUES (?1, ?2, ?3, ?4, ?5)")
    .bind(project, id, receipt, atMs * 1000, differs ? 1 : 0)
    .run();
  noted();
}
