import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { CollectorError } from "../../src/errors";
import { flushRefusals, noteRefusals, refusalOf } from "../../src/keep/refusals";
import { limits } from "../../src/limits";
import type { Refusal } from "../../src/model/refusal";
import { makeKey, newProject } from "./collector";
import { collectorWith, databaseApart } from "./collector-with";

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a refused request writes no row; a few seconds later all are written in one transaction", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const project = newProject();
  const db = databaseApart();
  const { deps, later } = collectorWith({ db });
  const batch = vi.spyOn(db, "batch");
  for (let index = 0; index < 300; index += 1) noteRefusals([refusal(project, `r-${index}`)], deps);
  expect(batch).not.toHaveBeenCalled();
  expect(later.length).toBe(1);
  await vi.advanceTimersByTimeAsync(limits.refusalFlushMs);
  vi.useRealTimers();
  await Promise.all(later);
  expect(batch).toHaveBeenCalledTimes(1);
  expect(await rejectedOf(project)).toBe(300);
  expect(await rowsOf(project)).toMatchObject([{ count: 300 }]);
  noteRefusals([refusal(project, "next")], deps);
  expect(later.length).toBe(2);
  await flushRefusals(deps);
});

test("a flush that D1 does not take stays for the next, and one whose answer was lost is not counted twice", async () => {
  const project = newProject();
  const db = databaseApart();
  const { deps } = collectorWith({ db });
  noteRefusals([refusal(project, "a"), refusal(project, "b")], deps);
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: D1 DB is overloaded."));
  await expect(flushRefusals(deps)).rejects.toMatchObject({ code: "unavailable" });
  noteRefusals([refusal(project, "c")], deps);
  db.fault = async (commit) => {
    await commit();
    throw new Error("Network connection lost.");
  };
  await expect(flushRefusals(deps)).rejects.toMatchObject({ code: "unavailable" });
  noteRefusals([refusal(project, "d")], deps);
  db.fault = null;
  await Promise.all([flushRefusals(deps), flushRefusals(deps)]);
  expect(await rejectedOf(project)).toBe(4);
  expect((await rowsOf(project)).reduce((sum, { count }) => sum + count, 0)).toBe(4);
});

test("a flush that D1 would never take is told and dropped, and what comes behind it is counted", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const project = newProject();
  const db = databaseApart();
  const { deps } = collectorWith({ db });
  noteRefusals([refusal(project, "a"), refusal(project, "b")], deps);
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: string or blob too big: SQLITE_TOOBIG"));
  await expect(flushRefusals(deps)).rejects.toMatchObject({ code: "internal" });
  expect(log.mock.calls.flat()).toContainEqual(JSON.stringify({ event: "refusals_dropped", counted: 2, ids: 2 }));
  db.fault = null;
  noteRefusals([refusal(project, "c")], deps);
  await flushRefusals(deps);
  expect(await rejectedOf(project)).toBe(1);
});

test("no key of a caller's makes a refused id's entry larger than it may be", () => {
  const issues = Array.from({ length: 20 }, (_, index) => ({ path: `${index}${"\u0001".repeat(100)}`, message: "is wrong" }));
  const { paths } = refusalOf(new CollectorError("bad_request", "No.", { issues }), { projectId: "p", id: "i", requestId: "r" }, 0);
  expect(paths).toEqual(Array.from({ length: 5 }, (_, index) => `${index}${"?".repeat(63)}`));
});

test("what is gathered is bounded: what finds no room is counted without its project, and told", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const { deps } = collectorWith({ db: databaseApart() });
  const prefix = newProject();
  const unknownBefore = await rejectedOf("unknown");
  const projects = Array.from({ length: 1500 }, (_, index) => `${prefix}-${index}`);
  noteRefusals(
    projects.map((project, index) => refusal(project, `r-${index}`)),
    deps,
  );
  await flushRefusals(deps);
  const counted = await env.DB.prepare("SELECT count(*) AS count FROM ledger WHERE project_id >= ?1 AND project_id < ?1 || ':'")
    .bind(`${prefix}-`)
    .first<number>("count");
  expect(counted).toBe(limits.refusalCountersMax);
  expect((await rejectedOf("unknown")) - unknownBefore).toBe(500);
  const ids = await env.DB.prepare("SELECT sum(count) AS count FROM refusals WHERE project_id >= ?1 AND project_id < ?1 || ':'")
    .bind(`${prefix}-`)
    .first<number>("count");
  expect(ids).toBe(limits.refusedIdsMax);
  expect(log.mock.calls.flat()).toContainEqual(
    JSON.stringify({ event: "refusals_overflowed", counted_without_project: 500, ids_forgotten: 500 }),
  );
});

test("of a project's refused ids the newest thousand are kept, and older rows go", async () => {
  const project = newProject();
  let nowMs = Date.now();
  const { deps } = collectorWith({ db: databaseApart(), now: () => (nowMs += 1) });
  for (let flush = 0; flush < 8; flush += 1) {
    noteRefusals(
      Array.from({ length: 300 }, (_, index) => refusal(project, `${flush}-${index}`)),
      deps,
    );
    await flushRefusals(deps);
  }
  // Whole rows go: so many as the newest thousand need stay.
  expect((await rowsOf(project)).map(({ count }) => count)).toEqual([300, 300, 300, 300]);
  expect(await rejectedOf(project)).toBe(2400);
});

test("each way of refusing is counted under the project that was known, with the id that the body carried", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  const { deps, ask } = collectorWith({ db: databaseApart() });
  const bad = { id: "bad", all_messages: [] };
  // A key of all projects names the project in the body, or in the path.
  await ask("POST", "/v1/recordings", { body: { ...bad, project_id: project, id: "by-admin" } });
  await ask("POST", "/v1/recordings", { body: [{ ...bad, projectId: project, id: "in-array" }, "nothing"] });
  await ask("POST", `/v2/projects/${project}/sessions/s/completions`, { body: { completion_id: "by-path", messages: 5 } });
  await ask("POST", "/v1/recordings", { key, body: { ...bad, project_id: "another", id: "elsewhere" } });
  await ask("POST", "/v1/recordings", { key, body: '{"id": "cut-o', headers: { "Content-Type": "application/json" } });
  await flushRefusals(deps);
  const ids = (await rowsOf(project)).flatMap(({ entries }) => (JSON.parse(entries) as [string][]).map(([id]) => id));
  expect(ids).toEqual(["by-admin", "in-array", "by-path", "elsewhere"]);
  expect(await rejectedOf(project)).toBe(5);
});

test("a post that D1 did not take is no refusal, and what it refused is counted when it is sent again", async () => {
  const project = newProject();
  const db = databaseApart();
  const { deps, ask } = collectorWith({ db });
  const body = [
    { project_id: project, all_messages: [{}] },
    { project_id: project, id: "bad", all_messages: [] },
  ];
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: D1 DB is overloaded."));
  const first = await ask("POST", "/v1/recordings", { body });
  db.fault = null;
  if (first.status === 503) {
    await flushRefusals(deps);
    expect(await rejectedOf(project)).toBe(0);
    expect((await ask("POST", "/v1/recordings", { body })).status).toBe(200);
  }
  await flushRefusals(deps);
  expect(await rejectedOf(project)).toBe(1);
});

test("a fault of ours refuses each item of a list, and each is counted", async () => {
  const project = newProject();
  const db = databaseApart();
  const { deps, ask } = collectorWith({ db });
  const body = [1, 2, 3].map((id) => ({ project_id: project, id: `i-${id}`, all_messages: [{}] }));
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: syntax error: SQLITE_ERROR"));
  const { status, json } = await ask("POST", "/v1/recordings", { body: [...body, { project_id: project, all_messages: 1 }] });
  db.fault = null;
  expect({ status, code: json["code"] }).toEqual({ status: 500, code: "internal" });
  await flushRefusals(deps);
  const { results } = await env.DB.prepare("SELECT entry, count FROM ledger WHERE project_id = ?1 ORDER BY entry").bind(project).all();
  expect(results).toEqual([
    { entry: "rejected:bad_request", count: 1 },
    { entry: "rejected:internal", count: 3 },
  ]);
});

function refusal(projectId: string, id: string): Refusal {
  return { projectId, id, code: "bad_request", paths: ["all_messages"], requestId: "q", atUs: Date.now() * 1000 };
}

async function rejectedOf(project: string): Promise<number> {
  const sum = env.DB.prepare("SELECT coalesce(sum(count), 0) AS count FROM ledger WHERE project_id = ?1 AND entry LIKE 'rejected:%'");
  return (await sum.bind(project).first<number>("count")) ?? 0;
}

async function rowsOf(project: string): Promise<{ count: number; entries: string }[]> {
  const rows = env.DB.prepare("SELECT count, entries FROM refusals WHERE project_id = ?1 ORDER BY flushed_us");
  return (await rows.bind(project).all<{ count: number; entries: string }>()).results;
}
