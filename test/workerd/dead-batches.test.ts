import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { limits } from "../../src/limits";
import { askJson, makeKey, newProject } from "./collector";
import { type Outpost, openOutpost, record } from "./outpost";

let outpost: Outpost;

beforeAll(async () => {
  outpost = await openOutpost();
});
afterAll(async () => {
  await outpost.close();
});

test("POST …/retry has all dead batches of the generation tried at once, and leaves what is written", async () => {
  const { id, project } = await refusedTwice();
  await outpost.ask("POST", `/v1/destinations/${id}/retry`);
  outpost.answer(() => new Response("gone", { status: 410 }));
  await outpost.consume();
  outpost.answer(() => new Response(null, { status: 200 }));
  await record(outpost, project, ["well"]);
  await outpost.deliver();
  expect(await outpost.batches(id)).toMatchObject([{ state: "dead" }, { state: "dead" }, { state: "written" }]);
  const { status, json } = await outpost.ask("POST", `/v1/destinations/${id}/retry`);
  expect({ status, json }).toMatchObject({ status: 202, json: { destination: id, retried: 2, more: false } });
  await outpost.consume();
  expect(await outpost.batches(id)).toMatchObject([
    { state: "written", attempts: 3, last_error: null },
    { state: "written", attempts: 3 },
    { state: "written", attempts: 1 },
  ]);
  expect((await outpost.ask("POST", `/v1/destinations/${id}/retry`)).json).toMatchObject({ retried: 0, more: false });
});

test("POST …/retry takes so many at a time and says that there are more", async () => {
  const { id } = await refusedTwice();
  const { json: before } = await outpost.ask("GET", `/v1/destinations/${id}`);
  const copies = limits.batchesRevivedMax;
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${copies})
     INSERT INTO batches (destination, generation, from_seq, to_seq, state, selection, parts, changes, oldest_us, cut_us, due_us)
     SELECT destination, generation, 1000000000 + i, 1000000001 + i, 'dead', selection, parts, changes, oldest_us, cut_us, due_us
     FROM n CROSS JOIN (SELECT * FROM batches WHERE destination = ?1 LIMIT 1)`,
  )
    .bind(id)
    .run();
  const retry = async () => (await outpost.ask("POST", `/v1/destinations/${id}/retry`)).json;
  expect(await retry()).toEqual({ destination: id, generation: before["generation"] as string, retried: copies, more: true });
  expect(await outpost.batches(id)).toMatchObject([
    { state: "cut" },
    { state: "cut" },
    ...Array.from({ length: copies - 2 }, () => ({ state: "cut" })),
    { state: "dead" },
    { state: "dead" },
  ]);
  expect(await retry()).toMatchObject({ retried: 2, more: false });
});

test("a key of another project retries nothing", async () => {
  const { id } = await refusedTwice();
  const { key } = await makeKey({ scope: "admin", project_id: newProject() });
  expect((await askJson("POST", `/v1/destinations/${id}/retry`, { key })).status).toBe(404);
  expect(await outpost.batches(id)).toMatchObject([{ state: "dead" }, { state: "dead" }]);
});

test("a change of a destination tries what waits at once, and what is dead not", async () => {
  const { id } = await refusedTwice();
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { label: "mended" } });
  await outpost.consume();
  expect(await outpost.batches(id)).toMatchObject([{ state: "dead" }, { state: "dead" }]);
});

test("an export that is dead, and one that was superseded, say so", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "r2", project_id: project });
  await record(outpost, project, ["one"]);
  await outpost.ask("POST", "/v1/exports");
  const [batch] = await outpost.batches(id as string);
  const { archive } = outpost.deps;
  const head = async () => ({ size: 1, customMetadata: {} });
  outpost.deps.archive = { put: async () => null, head } as unknown as R2Bucket;
  await outpost.consume();
  outpost.deps.archive = archive;
  const dead = await outpost.ask("GET", `/v1/exports/${batch?.["id"]}`);
  expect(dead.status).toBe(409);
  expect(dead.json["message"]).toMatch(/^This export is dead: An object that is no export of this collector stands at /);
  const { json } = await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body: { from: "beginning" } });
  const superseded = await outpost.ask("GET", `/v1/exports/${batch?.["id"]}`);
  expect(superseded.status).toBe(404);
  expect(superseded.json["message"]).toContain("was superseded");
  const { generations } = await outpost.status(id as string);
  expect(generations).toMatchObject([
    { generation: json["generation"] as string, batches: 0, open: 0, dead: 0, from_seq: 0, to_seq: 0, first_cut_at: null },
    { generation: batch?.["generation"] as string, batches: 1 },
  ]);
});

/** A webhook of a project that refused two batches. */
async function refusedTwice(): Promise<{ id: string; project: string }> {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "webhook", url: "https://hooks.example.com/in", project_id: project });
  outpost.answer(() => new Response("gone", { status: 410 }));
  for (const one of ["one", "two"]) {
    await record(outpost, project, [one]);
    await outpost.deliver();
  }
  outpost.answer(() => new Response(null, { status: 200 }));
  expect(await outpost.batches(id as string)).toMatchObject([{ state: "dead" }, { state: "dead" }]);
  return { id: id as string, project };
}
