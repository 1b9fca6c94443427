import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { limits } from "../../src/limits";
import type { Amendment } from "../../src/model/amendment";
import { applyAmendments } from "../../src/store/amendments";
import { orderDeletion } from "../../src/store/deletions";
import { ask, askJson, makeKey, newProject, runCron } from "./collector";

const tables = "projects sessions recordings traces amendments appended_messages datasets test_cases test_runs".split(" ");

/** The rows of every table that name a project, by table. */
async function rowsOf(project: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const column = table === "projects" ? "id" : "project_id";
    const count = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?1`).bind(project).first<number>("n");
    if ((count ?? 0) > 0) counts[table] = count ?? 0;
  }
  return counts;
}

async function send(method: string, path: string, body: unknown, status: number): Promise<void> {
  const answer = await askJson(method, path, { body });
  expect({ path, status: answer.status }).toEqual({ path, status });
}

/** A session with a recording, a trace, and what is said of all of them. */
async function fill(project: string, session: string): Promise<void> {
  const base = `/api/v2/projects/${project}`;
  await send(
    "POST",
    `${base}/sessions/${session}/completions`,
    { completion_id: `${session}-c`, messages: [{}], parent_id: `${session}-t` },
    201,
  );
  await send("POST", `${base}/sessions/${session}/traces/id/${session}-t`, { input: "i", eval_results: { good: true } }, 201);
  await send("PATCH", `${base}/sessions/${session}/traces/id/${session}-t`, { output: "o" }, 200);
  await send("POST", `${base}/trace-feedback/id/${session}-t`, { stars: 5 }, 201);
  await send("POST", `${base}/completion-feedback/id/${session}-c`, { stars: 5 }, 201);
  await send("PATCH", `${base}/sessions/id/${session}/metadata`, { ticket: "T-1" }, 200);
}

const sessionPath = (project: string, session: string) => `/api/v2/projects/${project}/sessions/${session}`;

test("a session goes by the Freeplay wire with 201 and all that was said in it, and others stay", async () => {
  const project = newProject();
  await fill(project, "gone");
  await fill(project, "kept");
  const deleted = await askJson("DELETE", sessionPath(project, "gone"));
  expect(deleted).toMatchObject({ status: 201, json: { message: expect.any(String) } });
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, recordings: 1, traces: 1, amendments: 1 });
  expect((await ask("GET", `/v1/traces/gone-t?project_id=${project}`)).status).toBe(404);
  expect((await ask("GET", `/v1/sessions/gone?project_id=${project}`)).status).toBe(404);
  expect((await ask("GET", `/v1/traces/kept-t?project_id=${project}`)).status).toBe(200);
  const again = await askJson("DELETE", sessionPath(project, "gone"));
  expect(again).toMatchObject({ status: 404, json: { message: expect.stringContaining("session") } });
});

test("a session of traces alone, or of metadata alone, exists and can be deleted", async () => {
  const project = newProject();
  await send("POST", `${sessionPath(project, "s")}/traces/id/t`, {}, 201);
  await send("PATCH", `/v2/projects/${project}/sessions/id/m/metadata`, { a: 1 }, 200);
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 2, traces: 1 });
  expect((await ask("DELETE", `/v1/sessions/s?project_id=${project}`)).status).toBe(204);
  expect((await ask("DELETE", sessionPath(project, "m"))).status).toBe(201);
  expect(await rowsOf(project)).toEqual({ projects: 1 });
});

test("only an admin may delete, and only in the key's project", async () => {
  const project = newProject();
  await fill(project, "s");
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  expect((await askJson("DELETE", sessionPath(project, "s"), { key })).status).toBe(403);
  const other = await makeKey({ scope: "admin", project_id: newProject() });
  expect(await askJson("DELETE", sessionPath(project, "s"), { key: other.key })).toMatchObject({
    status: 404,
    json: { message: expect.any(String) },
  });
  expect((await askJson("DELETE", sessionPath(project, "s"), { key: null })).status).toBe(401);
  expect(await rowsOf(project)).toMatchObject({ sessions: 1, traces: 1 });
});

test("the last recording of a session leaves it where it has traces", async () => {
  const project = newProject();
  await fill(project, "s");
  expect((await ask("DELETE", `/v1/recordings/s-c?project_id=${project}`)).status).toBe(204);
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, traces: 1 });
  expect((await ask("DELETE", sessionPath(project, "s"))).status).toBe(201);
  expect(await rowsOf(project)).toEqual({ projects: 1 });
});

test("a project goes with its traces, amendments, datasets and test runs", async () => {
  const project = newProject();
  await fill(project, "s");
  // What is said of a recording that never came.
  await send("POST", `/v2/projects/${project}/completion-feedback/id/never`, { stars: 5 }, 201);
  await send("POST", `/v2/projects/${project}/completions/never`, { new_messages: [{ role: "user", content: "more" }] }, 200);
  const base = `/v2/projects/${project}`;
  const dataset = await askJson("POST", `${base}/datasets`, { body: { name: "golden" } });
  await send("POST", `${base}/datasets/id/${dataset.json["id"]}/test-cases`, { examples: [{ inputs: {} }] }, 201);
  await send("POST", `${base}/test-runs`, { dataset_name: "golden" }, 201);
  expect(Object.keys(await rowsOf(project))).toEqual(tables);
  expect((await ask("DELETE", `/v1/projects/${project}`)).status).toBe(204);
  expect(await rowsOf(project)).toEqual({});
});

test("a session of very many traces is deleted a part at a time, and the answer is 201 all the same", async () => {
  const project = newProject();
  await send("POST", `${sessionPath(project, "s")}/traces/id/t`, {}, 201);
  const many = limits.deletedPerPage * limits.deletedPagesPerRequest + 10;
  await env.DB.prepare(
    `INSERT INTO traces (project_id, id, session_id, session_us, created_us, updated_us)
    WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?2)
    SELECT ?1, 't-' || value, 's', 1, 1, 1 FROM n`,
  )
    .bind(project, many)
    .run();
  const deleted = await askJson("DELETE", sessionPath(project, "s"));
  expect(deleted).toMatchObject({ status: 201, json: { message: expect.stringContaining("next minutes") } });
  expect((await ask("GET", `/v1/sessions/s?project_id=${project}`)).status).toBe(404);
  // Said meanwhile, of a trace that is still there: it begins anew.
  await send("PATCH", `${sessionPath(project, "s")}/traces/id/t-${many}`, { output: "new" }, 200);
  await runCron();
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, traces: 1 });
});

function amendmentAt(receivedUs: number, own: Partial<Amendment>): Amendment {
  const rest = { version: 1, receipt: crypto.randomUUID(), rank: 1, appended: null, sessionId: null } as const;
  return { ...rest, subject: "trace", projectId: "", id: "t", receivedUs, maps: { metadata: [["k", "1"]] }, ...own };
}

test("what was received before a deletion and comes after it leaves nothing; what was received since stays", async () => {
  const [ofSession, ofProject] = [newProject(), newProject()];
  for (const projectId of [ofSession, ofProject]) {
    await applyAmendments(env.DB, [amendmentAt(1000, { projectId, sessionId: "s" })], 0);
  }
  const nowUs = Date.now() * 1000;
  expect((await ask("DELETE", sessionPath(ofSession, "s"))).status).toBe(201);
  expect((await ask("DELETE", `/v1/projects/${ofProject}`)).status).toBe(204);
  const late = (projectId: string) => [
    amendmentAt(nowUs - 1, { projectId, sessionId: "s" }),
    amendmentAt(nowUs - 1, { projectId, maps: { feedback: [["stars", "1"]] } }),
    amendmentAt(nowUs - 1, { projectId, subject: "session", id: "s" }),
  ];
  for (const projectId of [ofSession, ofProject]) await applyAmendments(env.DB, late(projectId), 0);
  expect(await rowsOf(ofSession)).toEqual({ projects: 1 });
  expect(await rowsOf(ofProject)).toEqual({});
  for (const projectId of [ofSession, ofProject]) await send("POST", `${sessionPath(projectId, "s")}/traces/id/t`, { input: 1 }, 201);
  expect(await rowsOf(ofProject)).toEqual({ projects: 1, sessions: 1, traces: 1 });
  expect((await askJson("GET", `/v1/traces/t?project_id=${ofSession}`)).json).toMatchObject({
    custom_metadata: {},
    feedback: {},
    input: 1,
  });
});

test("what is said while a deletion goes on begins anew, with nothing of before", async () => {
  const project = newProject();
  await fill(project, "s");
  const { wasThere } = await orderDeletion(env.DB, { projectId: project, kind: "session", id: "s" }, Date.now() * 1000);
  expect(wasThere).toBe(true);
  await send("PATCH", `${sessionPath(project, "s")}/traces/id/s-t/metadata`, { k: "new" }, 200);
  await send("PATCH", `/v2/projects/${project}/sessions/id/s/metadata`, { k: "new" }, 200);
  await runCron();
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 1, traces: 1 });
  const trace = await askJson("GET", `/v1/traces/s-t?project_id=${project}`);
  expect(trace.json).toMatchObject({ custom_metadata: { k: "new" }, feedback: {}, eval_results: {}, input: null, output: null });
  expect((await askJson("GET", `/v1/sessions/s?project_id=${project}`)).json["custom_metadata"]).toEqual({ k: "new" });
});

test("what is said in a project while its deletion goes on stays, with nothing of before", async () => {
  const project = newProject();
  for (const session of ["talk", "said", "gone"]) await fill(project, session);
  await orderDeletion(env.DB, { projectId: project, kind: "project", id: project }, Date.now() * 1000);
  await send("PATCH", `/v2/projects/${project}/sessions/id/said/metadata`, { k: "new" }, 200);
  await send("POST", `${sessionPath(project, "talk")}/traces/id/talk-t`, { input: "new" }, 201);
  await runCron();
  expect(await rowsOf(project)).toEqual({ projects: 1, sessions: 2, traces: 1 });
  const read = async (path: string) => (await askJson("GET", `/v1/${path}?project_id=${project}`)).json;
  expect((await read("sessions/said"))["custom_metadata"]).toEqual({ k: "new" });
  expect((await read("sessions/talk"))["custom_metadata"]).toEqual({});
  expect(await read("traces/talk-t")).toMatchObject({ input: "new", output: null, feedback: {}, eval_results: {} });
});
