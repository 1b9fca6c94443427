import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { buildDeps } from "../../src/env";
import { drainAmendments } from "../../src/jobs/drain-amendments";
import { putSpooledAmendment } from "../../src/keep/amendment-spool";
import type { Amendment } from "../../src/model/amendment";
import { newProject, readRecording, ask } from "./collector";
import { databaseApart } from "./collector-with";

test("what D1 refuses for a fault of ours waits for the deploy that mends it, for a day", async () => {
  const db = databaseApart();
  const deps = { ...buildDeps(env, createExecutionContext()), db };
  const waits = async (receipt: string) =>
    (await env.ARCHIVE.list({ prefix: "spool-amendments/" })).objects.some(({ key }) => key.endsWith(receipt));
  const said = (hoursAgo: number): Amendment => {
    const maps = { feedback: [["stars", "5"]] } satisfies Amendment["maps"];
    const receivedUs = (Date.now() - hoursAgo * 3_600_000) * 1000;
    const names = { projectId: newProject(), id: "r", receipt: crypto.randomUUID() };
    return { version: 1, subject: "recording", sessionId: null, rank: 1, appended: null, ...names, receivedUs, maps };
  };
  const [young, old] = [said(1), said(25)];
  for (const amendment of [young, old]) await putSpooledAmendment(amendment, deps);
  db.fault = async () => {
    throw new Error('D1_ERROR: near "SELEC": syntax error: SQLITE_ERROR');
  };
  await drainAmendments(deps);
  expect([await waits(young.receipt), await waits(old.receipt)]).toEqual([true, false]);
  db.fault = null;
  await drainAmendments(deps);
  expect(await waits(young.receipt)).toBe(false);
  await ask("POST", `/v2/projects/${young.projectId}/sessions/s/completions`, { body: { completion_id: "r", messages: [{}] } });
  expect((await readRecording(young.projectId, "r"))["feedback"]).toEqual({ stars: 5 });
});
