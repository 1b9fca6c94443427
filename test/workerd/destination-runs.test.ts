import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { placeOfTime } from "../../src/export/place-of-time";
import { limits } from "../../src/limits";
import { type Answer, newProject } from "./collector";
import { type Call, linesIn, openOutpost, type Outpost, record } from "./outpost";

let outpost: Outpost;
beforeAll(async () => {
  outpost = await openOutpost({ exportBatchChanges: 3 });
});
afterAll(async () => await outpost.close());

const webhook = { kind: "webhook", url: "https://hooks.example.com/in" };
const ids = (count: number, prefix = "r") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const idsOf = (lines: Answer[]) => lines.map(({ id }) => id as string);

test.for(["beginning", "time", "seq"])("a replay from the %s is a new generation with every row again, exactly once", async (from) => {
  const project = newProject();
  const { id, cursor_seq: start, generation } = await outpost.destination({ kind: "r2", project_id: project });
  const sinceSeconds = outpost.deps.now() / 1000;
  await record(outpost, project, ids(8));
  await outpost.deliver();
  const body = { beginning: { from: "beginning" }, time: { from: sinceSeconds }, seq: { from_seq: start as number } }[from];
  const replayed = await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body });
  expect(replayed.status).toBe(202);
  expect(replayed.json["generation"]).not.toBe(generation);
  await outpost.deliver();
  const again = await outpost.batches(id);
  expect(idsOf(await linesIn(again))).toEqual(ids(8));
  expect(again.every(({ objects }) => (objects as Answer[]).every(({ key }) => String(key).includes(replayed.json["generation"])))).toBe(
    true,
  );
  expect(idsOf(await linesIn(await outpost.batches(id, generation)))).toEqual(ids(8));
  const { generations } = await outpost.status(id);
  expect(generations).toMatchObject([
    { generation: replayed.json["generation"], batches: 3, open: 0, dead: 0 },
    { generation, batches: 3, open: 0, dead: 0 },
  ]);
});

test("a replay that does not say from where is refused", async () => {
  const { id } = await outpost.destination({ kind: "r2", paused: true });
  for (const body of [{}, { from: "now", from_seq: 1 }, { from: null }, { from_seq: 1.5 }, { since: 0 }])
    expect((await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body })).status).toBe(400);
  const far = await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body: { from_seq: Number.MAX_SAFE_INTEGER } });
  expect(far).toMatchObject({ status: 202, json: { cursor_seq: (await outpost.status(id))["head_seq"] } });
});

test("waiting batches that a replay covers are superseded, those before it are delivered yet, and no row is missing", async () => {
  const project = newProject();
  const { id, generation } = await outpost.destination({ kind: "r2", project_id: project });
  await record(outpost, project, ids(9));
  await outpost.ask("POST", "/v1/exports");
  const [, second, third] = await outpost.batches(id);
  const replayed = await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body: { from_seq: second?.["from_seq"] } });
  await outpost.deliver();
  const old = await outpost.batches(id, generation);
  expect(old.map(({ state }) => state)).toEqual(["written", "superseded", "superseded"]);
  const retried = await outpost.ask("POST", `/v1/destinations/${id}/batches/${third?.["id"]}/retry`);
  expect(retried).toMatchObject({ status: 409, json: { code: "conflict" } });
  expect((await outpost.fetch("GET", `/v1/exports/${third?.["id"]}`)).status).toBe(404);
  expect(idsOf(await linesIn(await outpost.batches(id, replayed.json["generation"])))).toEqual(ids(9).slice(3));
  expect(idsOf(await linesIn(old.slice(0, 1)))).toEqual(ids(9).slice(0, 3));
});

test("lag counts what is not delivered, in changes and seconds", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "r2", project_id: project });
  expect(await outpost.status(id)).toMatchObject({ lag: { changes: 0, seconds: 0 }, open_batches: 0, dead_batches: 0, batches: [] });
  await record(outpost, project, ids(5));
  outpost.wait(20);
  const uncut = await outpost.status(id);
  expect(uncut["lag"]["changes"]).toBe(5);
  expect(uncut["lag"]["seconds"]).toBeGreaterThanOrEqual(20);
  expect(uncut["lag"]["seconds"]).toBeLessThan(30);
  await outpost.ask("POST", "/v1/exports");
  outpost.wait(20);
  const cut = await outpost.status(id);
  expect(cut).toMatchObject({ lag: { changes: 5 }, open_batches: 2 });
  expect(cut["lag"]["seconds"]).toBeGreaterThanOrEqual(40);
  await outpost.consume();
  expect(await outpost.status(id)).toMatchObject({ lag: { changes: 0, seconds: 0 }, open_batches: 0 });
});

test("a batch that is written cannot be retried, nor one that is not this destination's", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "r2", project_id: project });
  const { id: neighbour } = await outpost.destination({ kind: "r2", project_id: project, paused: true });
  await record(outpost, project, ids(1));
  await outpost.deliver();
  const [batch] = await outpost.batches(id);
  const retry = async (destination: string, name: string) =>
    (await outpost.ask("POST", `/v1/destinations/${destination}/batches/${name}/retry`)).status;
  expect(await retry(id, batch?.["id"])).toBe(409);
  expect(await retry(neighbour, batch?.["id"])).toBe(404);
  expect(await retry(id, "not-a-batch")).toBe(404);
  expect((await outpost.batches(id))[0]).toEqual(batch);
});

test.for([
  ["webhook", { ...webhook, url: "https://old.example.com/in" }, { url: "https://new.example.com/in" }],
  [
    "s3",
    { kind: "s3", endpoint: "https://old.example.com", bucket: "my-bucket", access_key_id: "A", secret_access_key: "B" },
    { endpoint: "https://new.example.com/" },
  ],
] as [string, Answer, Answer][])("a %s whose settings are mended delivers at once what waited", async ([, request, mended]) => {
  const project = newProject();
  const { id } = await outpost.destination({ ...request, project_id: project });
  const isNew = ({ url }: Call) => url.startsWith("https://new.");
  outpost.answer((call) => new Response(null, { status: isNew(call) ? (call.method === "HEAD" ? 404 : 200) : 503 }));
  for (const name of ["one", "two", "three"]) {
    await record(outpost, project, [name]);
    await outpost.deliver();
  }
  for (let round = 0; round < 12; round += 1) {
    outpost.wait(600);
    await outpost.minute();
    await outpost.consume();
  }
  const waiting = await outpost.batches(id);
  expect(waiting.map(({ state }) => state)).toEqual(["cut", "cut", "cut"]);
  expect(waiting[0]?.["last_error"]).toBe("old.example.com answered 503.");
  expect((await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: mended })).json).toMatchObject({ failures: 0, held_until: null });
  outpost.calls.length = 0;
  await outpost.consume();
  expect((await outpost.batches(id)).map(({ state, last_error }) => `${state} ${last_error}`)).toEqual(Array(3).fill("written null"));
  expect(outpost.calls.every(isNew)).toBe(true);
});

test("a paused destination's batches say when they were due", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "r2", project_id: project });
  await record(outpost, project, ["waits"]);
  await outpost.ask("POST", "/v1/exports");
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { paused: true } });
  const [batch] = await outpost.batches(id);
  const dueMs = Date.parse(batch?.["due_at"]);
  expect(Math.abs(dueMs - outpost.deps.now())).toBeLessThan(2 * limits.batchResendSeconds * 1000);
});

test("a replay from a time begins before the first that was received since, however late its neighbours in the log had been", async () => {
  const project = newProject();
  outpost.wait(3600);
  await outpost.destination({ kind: "r2", project_id: project, paused: true });
  const sinceUs = outpost.deps.now() * 1000;
  await record(outpost, project, ids(12));
  const { results: log } = await env.DB.prepare(
    "SELECT seq, received_us AS at, project_id FROM recordings UNION ALL SELECT seq, changed_us, NULL FROM changes ORDER BY seq",
  ).all<{ seq: number; at: number; project_id: string | null }>();
  const own = log.filter(({ project_id: id }) => id === project);
  const head = log.at(-1)?.seq ?? 0;
  const setReceipt = env.DB.prepare("UPDATE recordings SET received_us = ?2 WHERE seq = ?1");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), async (haveWaited) => {
      for (const [index, entry] of own.entries()) entry.at = haveWaited[index] === true ? sinceUs - 7_200_000_000 : sinceUs + index;
      await env.DB.batch(own.map(({ seq, at }) => setReceipt.bind(seq, at)));
      const isSince = ({ at }: { at: number }) => at >= sinceUs - limits.replayMarginSeconds * 1e6;
      const found = await placeOfTime(env.DB, sinceUs, head);
      expect(found).toBeLessThan(own.find(isSince)?.seq ?? head + 1);
      // Other tests' clocks may have been ahead: then it may begin before.
      const first = log.find(isSince);
      if (first === undefined || first.project_id === project) expect(found).toBe((first?.seq ?? head + 1) - 1);
    }),
    { numRuns: 40 },
  );
});
