import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { calibrate } from "../../src/jobs/calibrate";
import { type Answer, askJson, newProject } from "./collector";
import { type Outpost, openOutpost, record } from "./outpost";

// A row is corrupt by the hand of whoever writes SQL, or by a bug of an older version. It costs itself alone.

const call = { provider: "openai", model: "gpt-4o-mini", usage: { prompt_tokens: 9, completion_tokens: 2 } };
let outpost: Outpost;

beforeAll(async () => {
  outpost = await openOutpost();
});
afterAll(async () => {
  await outpost.close();
});

test.each(["selection", "parts"])("a batch whose %s cannot be read is dead with a reason at once, and others go on", async (column) => {
  const { id, project } = await destinationOf();
  await record(outpost, project, ["corrupt"]);
  await outpost.ask("POST", "/v1/exports");
  await env.DB.prepare(`UPDATE batches SET ${column} = '7' WHERE destination = ?1`).bind(id).run();
  await record(outpost, project, ["sound"]);
  await outpost.deliver();
  expect(await outpost.batches(id)).toMatchObject([
    { state: "dead", attempts: 1, last_error: `The batch's row is corrupt: its ${column} cannot be read.`, objects: [] },
    { state: "written", rows: 1 },
  ]);
});

test("a corrupt batch that is overdue keeps none of the others from being sent again", async () => {
  const { id, project } = await destinationOf();
  for (const one of ["corrupt", "sound"]) {
    await record(outpost, project, [one]);
    await outpost.ask("POST", "/v1/exports");
  }
  await env.DB.prepare(
    "UPDATE batches SET selection = 'null' WHERE destination = ?1 AND from_seq = (SELECT min(from_seq) FROM batches WHERE destination = ?1)",
  )
    .bind(id)
    .run();
  const { queue } = outpost.deps;
  const sent: unknown[] = [];
  const sendBatch = async (messages: Iterable<unknown>) => void sent.push(...messages);
  outpost.deps.queue = { sendBatch } as unknown as typeof queue;
  outpost.wait(120);
  await outpost.minute();
  outpost.deps.queue = queue;
  expect(sent).toHaveLength(2);
});

test("a written batch whose manifest cannot be read is listed, and its export is a fault of ours", async () => {
  const { id, project } = await destinationOf();
  await record(outpost, project, ["one"]);
  await outpost.deliver();
  await env.DB.prepare(`UPDATE batches SET manifest = '{"rows":1,"objects":[null]}' WHERE destination = ?1`).bind(id).run();
  const [batch] = await outpost.batches(id);
  expect(batch).toMatchObject({ state: "written", rows: null, objects: [] });
  expect((await outpost.ask("GET", `/v1/exports/${batch?.["id"]}`)).json).toMatchObject({ code: "internal" });
});

test("a page of recordings has all but the corrupt one, and the log tells of that", async () => {
  const project = newProject();
  await record(outpost, project, ["one", "corrupt", "two"]);
  await corrupt(project);
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const { status, json } = await askJson("GET", `/v1/recordings?project_id=${project}`);
  const logged = log.mock.calls.flat().map(String);
  log.mockRestore();
  expect(status).toBe(200);
  expect((json["recordings"] as Answer[]).map((one) => one["id"] as string)).toEqual(["two", "one"]);
  expect(logged.filter((line) => line.includes("recording_row_passed"))).toHaveLength(1);
  await mend(project);
});

test("a repricing passes a corrupt recording and prices the others", async () => {
  const project = newProject();
  await record(outpost, project, ["one", "corrupt"], { call_info: call });
  await corrupt(project);
  const override = { model: "gpt-4o*", usd_per_million: { input: 1, output: 1 }, usd_per_call: 1 };
  expect((await askJson("PUT", `/v1/projects/${project}/prices`, { body: { overrides: [override] } })).status).toBe(200);
  const { json } = await outpost.ask("POST", `/v1/projects/${project}/reprice`, { body: { from: 0, to: 1e11 } });
  await outpost.consume();
  expect((await outpost.ask("GET", `/v1/projects/${project}/reprice/${json["id"]}`)).json).toMatchObject({ state: "done", changed: 1 });
  await mend(project);
});

test("calibration learns from the others of its sample, and begins anew where what it knew cannot be read", async () => {
  const project = newProject();
  await calibrate(outpost.deps);
  await env.DB.prepare(
    "INSERT INTO calibrations (project_id, provider, model, observations, updated_us) VALUES (?1, 'openai', 'gpt-4o-mini', ?2, 0)",
  )
    .bind(project, '{"method":7,"prompt":"none"}')
    .run();
  await record(outpost, project, ["one", "corrupt"], { call_info: call });
  await corrupt(project);
  await calibrate(outpost.deps);
  await mend(project);
  const { json } = await askJson("GET", `/v1/projects/${project}/calibrations`);
  expect(json["calibrations"]).toMatchObject([{ model: "gpt-4o-mini", prompt: { calls: 1 } }]);
});

async function corrupt(project: string): Promise<void> {
  await env.DB.prepare("UPDATE recordings SET usage_detail = 'null' WHERE project_id = ?1 AND id = 'corrupt'").bind(project).run();
}

/** Whole again, for other readers of the log are in other tests. */
async function mend(project: string): Promise<void> {
  await env.DB.prepare("UPDATE recordings SET usage_detail = '{}' WHERE project_id = ?1 AND id = 'corrupt'").bind(project).run();
}

async function destinationOf(): Promise<{ id: string; project: string }> {
  const project = newProject();
  return { id: (await outpost.destination({ kind: "r2", project_id: project }))["id"] as string, project };
}
