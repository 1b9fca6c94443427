import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { drainAmendments } from "../../src/jobs/drain-amendments";
import { sweepAmendments } from "../../src/jobs/sweep-amendments";
import { putSpooledAmendment } from "../../src/keep/amendment-spool";
import { limits } from "../../src/limits";
import type { Amendment } from "../../src/model/amendment";
import { applyAmendments } from "../../src/store/amendments";
import { orderDeletion } from "../../src/store/deletions";
import { forgetDeletions } from "../../src/store/old-deletions";
import { type Answer, ask, askJson, newProject, readRecording, runCron, transactionsDuring } from "./collector";
import { databaseApart } from "./collector-with";
import { openFaulty } from "./faulty-collector";

const more = { role: "user", content: "more" };

async function send(method: string, path: string, body: unknown, status: number): Promise<void> {
  const answer = await askJson(method, path, { body });
  expect({ path, status: answer.status }).toEqual({ path, status });
}

async function record(project: string, own: Answer = {}): Promise<void> {
  const body = { completion_id: "r", messages: [{ role: "user", content: "first" }], ...own };
  await send("POST", `/api/v2/projects/${project}/sessions/s/completions`, body, 201);
}

/** Feedback, an evaluation and a message of recording `r`. */
async function sayAll(project: string): Promise<void> {
  await send("POST", `/v2/projects/${project}/completion-feedback/id/r`, { stars: 1 }, 201);
  await send("POST", `/v2/projects/${project}/completions/r`, { new_messages: [more], eval_results: { ok: false } }, 200);
}

/** What an amendment of the spool says that was received just now. */
function waiting(project: string, own: Partial<Amendment> = {}): Amendment {
  const rest = { version: 1, rank: 1, sessionId: null, maps: { feedback: [["old", "true"]] } } as const;
  const receipt = crypto.randomUUID();
  return {
    ...rest,
    subject: "recording",
    projectId: project,
    id: "r",
    receipt,
    receivedUs: Date.now() * 1000,
    appended: null,
    ...own,
  } as Amendment;
}

const tick = async () => await new Promise((resolve) => setTimeout(resolve, 3));

async function isNew(project: string): Promise<void> {
  const read = await readRecording(project, "r");
  expect({ feedback: read["feedback"], evaluations: read["eval_results"], messages: read["messages"] }).toEqual({
    feedback: null,
    evaluations: undefined,
    messages: [{ role: "user", content: "first" }],
  });
}

async function amendmentRows(project: string): Promise<number | null> {
  return await env.DB.prepare(
    "SELECT (SELECT count(*) FROM amendments WHERE project_id = ?1) + (SELECT count(*) FROM appended_messages WHERE project_id = ?1) AS n",
  )
    .bind(project)
    .first<number>("n");
}

describe("what was said of a recording before it was deleted is not said of one that has its id later", () => {
  test("though it waited in the spool while the recording's session was deleted", async () => {
    const { deps } = openFaulty();
    const project = newProject();
    await record(project);
    await putSpooledAmendment(waiting(project), deps);
    await tick();
    await send("DELETE", `/v2/projects/${project}/sessions/s`, undefined, 201);
    await drainAmendments(deps);
    expect(await amendmentRows(project)).toBe(0);
    await record(project);
    await isNew(project);
  });

  test.each(["/v1/recordings/r?project_id=", "/v1/sessions/s?project_id="])(
    "though the recording itself waited: DELETE %s",
    async (path) => {
      const collector = openFaulty();
      const project = newProject();
      await sayAll(project);
      collector.faults.D1 = "throws";
      const body = { completion_id: "r", messages: [{ role: "user", content: "first" }] };
      expect((await collector.ask("POST", `/v2/projects/${project}/sessions/s/completions`, { body })).status).toBe(201);
      delete collector.faults.D1;
      await tick();
      expect((await ask("DELETE", path + project)).status).toBe(204);
      expect(await amendmentRows(project)).toBe(0);
      await record(project);
      await isNew(project);
    },
  );

  test("though nobody ever recorded it", async () => {
    const project = newProject();
    await sayAll(project);
    await tick();
    expect((await ask("DELETE", `/v1/recordings/r?project_id=${project}`)).status).toBe(404);
    await record(project);
    await isNew(project);
  });

  test("though it is recorded again, and more is said, while the project's deletion goes on", async () => {
    const project = newProject();
    await sayAll(project);
    await tick();
    await orderDeletion(env.DB, { projectId: project, kind: "project", id: project }, Date.now() * 1000);
    await tick();
    await record(project);
    await isNew(project);
    await send("POST", `/v2/projects/${project}/completion-feedback/id/r`, { fresh: true }, 201);
    expect((await readRecording(project, "r"))["feedback"]).toEqual({ fresh: true });
    await runCron();
    expect((await readRecording(project, "r"))["feedback"]).toEqual({ fresh: true });
    await send("POST", `/v2/projects/${project}/completion-feedback/id/r`, { again: true }, 201);
    expect((await readRecording(project, "r"))["feedback"]).toEqual({ fresh: true, again: true });
  });

  test("though more is said first, and it is recorded again then, while the project's deletion goes on", async () => {
    const project = newProject();
    await sayAll(project);
    await tick();
    await orderDeletion(env.DB, { projectId: project, kind: "project", id: project }, Date.now() * 1000);
    await tick();
    await send("POST", `/v2/projects/${project}/completion-feedback/id/r`, { fresh: true }, 201);
    await runCron();
    await record(project);
    const read = await readRecording(project, "r");
    expect(read["feedback"]).toEqual({ fresh: true });
    expect(read["messages"]).toHaveLength(1);
  });
});

test("feedback of a trace that waits with the trace itself goes with their session", async () => {
  const { deps } = openFaulty();
  const project = newProject();
  await record(project);
  await putSpooledAmendment(waiting(project, { subject: "trace", id: "t", sessionId: "s", maps: { fields: [["input", '"i"']] } }), deps);
  await putSpooledAmendment(waiting(project, { subject: "trace", id: "t" }), deps);
  await tick();
  await send("DELETE", `/v2/projects/${project}/sessions/s`, undefined, 201);
  await drainAmendments(deps);
  expect((await ask("GET", `/v1/traces/t?project_id=${project}`)).status).toBe(404);
});

test("feedback of a trace that waits goes with its session, though the trace was made anew while the deletion went on", async () => {
  const { deps } = openFaulty();
  const project = newProject();
  const path = `/v2/projects/${project}/sessions/s/traces/id/t`;
  await send("POST", path, { input: "i" }, 201);
  await putSpooledAmendment(waiting(project, { subject: "trace", id: "t" }), deps);
  await tick();
  await orderDeletion(env.DB, { projectId: project, kind: "session", id: "s" }, Date.now() * 1000);
  await tick();
  await send("POST", path, { input: "new" }, 201);
  await runCron();
  await drainAmendments(deps);
  const { json } = await askJson("GET", `/v1/traces/t?project_id=${project}`);
  expect({ input: json["input"], feedback: json["feedback"] }).toEqual({ input: "new", feedback: {} });
});

test("what is said of a recording just while it would be swept stays", async () => {
  const db = databaseApart();
  const project = newProject();
  const longAgo = (Date.now() - 31 * 86_400_000) * 1000;
  await applyAmendments(env.DB, [waiting(project, { receivedUs: longAgo })], longAgo);
  await env.DB.prepare("INSERT INTO sweeps (name, position) VALUES ('amendments', ?1) ON CONFLICT DO UPDATE SET position = ?1")
    .bind(`${project} `)
    .run();
  let isRead = 0;
  db.fault = async (commit) => {
    isRead += 1;
    const read = await commit();
    // The page is read, and is not swept yet.
    if (isRead === 2) await applyAmendments(env.DB, [waiting(project, { maps: { feedback: [["new", "true"]] } })], Date.now() * 1000);
    return read;
  };
  await sweepAmendments({ db, now: () => Date.now() });
  await record(project);
  expect((await readRecording(project, "r"))["feedback"]).toEqual({ old: true, new: true });
});

test("orders to delete are forgotten after their days, a page a minute, and those that are not done never", async () => {
  const project = newProject();
  const longAgo = (Date.now() - 16 * 86_400_000) * 1000;
  const insert = `INSERT INTO deletions (project_id, kind, id, deleted_us, up_to_seq, is_done)
    WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ?2)
    SELECT ?1, 'recording', ?1 || '-' || value, iif(value % 2 = 0, ?3, ?3 + 7200000000 * 24), 0, iif(value % 10 = 0, 0, 1) FROM n`;
  await env.DB.prepare(insert)
    .bind(project, 2 * limits.deletionsSwept, longAgo)
    .run();
  const nowUs = longAgo + 86_400_000_000;
  const left = async () =>
    await env.DB.prepare("SELECT count(*) AS n FROM deletions WHERE project_id = ?1").bind(project).first<number>("n");
  await env.DB.prepare("INSERT INTO sweeps (name, position) VALUES ('deletions', ?1) ON CONFLICT DO UPDATE SET position = ?1")
    .bind(`${project} a a`)
    .run();
  const [, page] = await transactionsDuring(async () => await forgetDeletions(env.DB, nowUs));
  expect(page?.[0]?.meta.rows_read).toBeLessThanOrEqual(limits.deletionsSwept + 2);
  for (let round = 0; round < 3; round += 1) await forgetDeletions(env.DB, nowUs);
  expect(await left()).toBe(1.2 * limits.deletionsSwept);
  await env.DB.prepare("DELETE FROM deletions WHERE project_id = ?1").bind(project).run();
});
