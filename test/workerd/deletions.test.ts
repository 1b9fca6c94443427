import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { buildDeps } from "../../src/env";
import { drainSpool } from "../../src/jobs/drain-spool";
import { limits } from "../../src/limits";
import { ask, askJson, makeKey, newProject, readRecording, runCron } from "./collector";

/** Posts so many recordings of a session, each of which continues the one before. */
async function recordTurns(project: string, session: string, count: number): Promise<void> {
  const body = Array.from({ length: count }, (_, turn) => ({
    project_id: project,
    id: `${session}-${turn}`,
    session_id: session,
    all_messages: Array.from({ length: (turn % 20) + 1 }, (__, index) => ({ role: "user", content: `${session} says ${index}` })),
  }));
  for (let start = 0; start < count; start += 500) {
    expect((await askJson("POST", "/v1/recordings", { body: body.slice(start, start + 500) })).status).toBe(200);
  }
}

/** The rows of every table that name a project, by table. */
async function rowsOf(project: string): Promise<Record<string, number>> {
  const tables = [
    "projects",
    "sessions",
    "recordings",
    "transcripts",
    "project_prices",
    "calibrations",
    "reprices",
    "refusals",
    "blob_uses",
  ];
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const column = table === "projects" ? "id" : "project_id";
    const row = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?1`).bind(project).first<{ n: number }>();
    if ((row?.n ?? 0) > 0) counts[table] = row?.n ?? 0;
  }
  return counts;
}

test("a session goes with all of its recordings, each leaves a tombstone, and others stay", async () => {
  const project = newProject();
  await recordTurns(project, "gone", 30);
  await recordTurns(project, "kept", 3);
  expect((await ask("DELETE", `/v1/sessions/gone?project_id=${project}`)).status).toBe(204);
  expect((await ask("DELETE", `/v1/sessions/gone?project_id=${project}`)).status).toBe(404);
  expect((await ask("GET", `/v1/recordings/gone-3?project_id=${project}`)).status).toBe(404);
  const { results } = await env.DB.prepare("SELECT recording_id, made_seq, received_us FROM changes WHERE project_id = ?1")
    .bind(project)
    .all();
  expect(results.length).toBe(30);
  expect(results.every((row) => Number(row["made_seq"]) > 0 && Number(row["received_us"]) > 0)).toBe(true);
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, recordings: 3 });
  expect((await readRecording(project, "kept-2"))["messages"]).toHaveLength(3);
});

test("what is recorded in a session after its deletion is new, and begins nothing with what is gone", async () => {
  const project = newProject();
  await recordTurns(project, "talk", 5);
  await ask("DELETE", `/v1/sessions/talk?project_id=${project}`);
  await recordTurns(project, "talk", 6);
  expect((await readRecording(project, "talk-5"))["messages"]).toHaveLength(6);
});

test("a project goes with everything that is its own, and its keys are worth nothing", async () => {
  const project = newProject();
  const other = newProject();
  const { key } = await makeKey({ scope: "admin", project_id: project });
  await recordTurns(project, "s", 10);
  await recordTurns(other, "s", 2);
  await ask("PUT", `/v1/projects/${project}/prices`, { body: { overrides: [] } });
  expect((await ask("DELETE", `/v1/projects/${project}`, { key })).status).toBe(204);
  expect(await rowsOf(project)).toEqual({});
  expect((await ask("DELETE", `/v1/projects/${project}`)).status).toBe(404);
  const row = await env.DB.prepare("SELECT revoked_us FROM keys WHERE project_id = ?1").bind(project).first();
  expect(row?.["revoked_us"]).toBeGreaterThan(0);
  expect(await rowsOf(other)).toEqual({ projects: 1, sessions: 1, recordings: 2 });
});

test("a very large session is deleted a part at a time, and the cron ends it", async () => {
  const project = newProject();
  const inOneRequest = limits.deletedPerPage * limits.deletedPagesPerRequest;
  await recordTurns(project, "large", inOneRequest + 10);
  expect((await ask("DELETE", `/v1/sessions/large?project_id=${project}`)).status).toBe(202);
  // Recorded meanwhile: it is not of what was ordered to go, and does not begin with it.
  const late = { project_id: project, id: "late", session_id: "large", all_messages: [{ role: "user", content: "large says 0" }] };
  expect((await askJson("POST", "/v1/recordings", { body: late })).status).toBe(201);
  await runCron();
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, recordings: 1 });
  expect((await readRecording(project, "late"))["messages"]).toEqual(late.all_messages);
});

test("what comes out of the spool after its project was deleted leaves nothing, not the project either", async () => {
  const project = newProject();
  await recordTurns(project, "s", 2);
  const batch = env.DB.batch.bind(env.DB);
  const isCommit = (statements: D1PreparedStatement[]) => statements.length > 3;
  vi.spyOn(env.DB, "batch").mockImplementation(async (statements) => {
    if (isCommit(statements)) throw new Error("D1_ERROR: D1 DB is overloaded.");
    return await batch(statements);
  });
  const late = { project_id: project, id: "late", session_id: "s", all_messages: [{ role: "user", content: "late" }] };
  expect((await askJson("POST", "/v1/recordings", { body: late })).status).toBe(201);
  vi.restoreAllMocks();
  // Of very much that waits a deletion does not find all.
  vi.spyOn(env.ARCHIVE, "list").mockResolvedValueOnce({ objects: [], delimitedPrefixes: [], truncated: false });
  expect((await ask("DELETE", `/v1/projects/${project}`)).status).toBe(204);
  vi.restoreAllMocks();
  await drainSpool(buildDeps(env, createExecutionContext()));
  expect((await env.ARCHIVE.list({ prefix: `spool/${project}/` })).objects).toEqual([]);
  expect(await rowsOf(project)).toEqual({});
});
