import { env } from "cloudflare:workers";
import { parquetReadObjects } from "hyparquet";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { limits } from "../../src/limits";
import { type Answer, newProject, wholePayload } from "./collector";
import { linesIn, linesOf, openOutpost, type Outpost, record } from "./outpost";

let outpost: Outpost;
beforeAll(async () => {
  outpost = await openOutpost();
});
afterEach(() => {
  outpost.calls.length = 0;
  outpost.answer(() => new Response(null, { status: 200 }));
});
afterAll(async () => await outpost.close());

const webhook = { kind: "webhook", url: "https://hooks.example.com/in" };

test("a destination gets its project and environment alone, deletions included", async () => {
  const [mine, other] = [newProject(), newProject()];
  const { id } = await outpost.destination({ kind: "r2", project_id: mine, environment: "prod" });
  await record(outpost, mine, ["prod-1", "prod-2"], { environment: "prod" });
  await record(outpost, mine, ["test-1"], { environment: "test" });
  await record(outpost, mine, ["bare-1"]);
  await record(outpost, other, ["other-1"], { environment: "prod" });
  await outpost.deliver();
  for (const name of ["prod-1", "test-1", "bare-1"]) await outpost.ask("DELETE", `/v1/recordings/${name}?project_id=${mine}`);
  await outpost.ask("DELETE", `/v1/recordings/other-1?project_id=${other}`);
  await outpost.deliver();
  const lines = await linesIn(await outpost.batches(id as string));
  expect(lines.map(({ id: name, deleted = false }) => [name, deleted])).toEqual([
    ["prod-1", false],
    ["prod-2", false],
    ["prod-1", true],
  ]);
  expect(await outpost.status(id as string)).toMatchObject({ lag: { changes: 0, seconds: 0 }, open_batches: 0 });
});

test("a new destination begins now, or is filled from the beginning, a place or a time", async () => {
  const project = newProject();
  await record(outpost, project, ["early"]);
  const { json } = await outpost.ask("GET", `/v1/recordings/early?project_id=${project}`);
  const from = async (where: Answer) => (await outpost.destination({ kind: "r2", project_id: project, ...where }))["id"] as string;
  const ids = [await from({}), await from({ from: "now" }), await from({ from: "beginning" }), await from({ from_seq: json["seq"] })];
  ids.push(
    await from({ from_seq: json["seq"] - 1 }),
    await from({ from: Date.now() / 1000 }),
    // Far ahead: other tests leave recordings of clocks that they moved on.
    await from({ from: Date.now() / 1000 + 1e9 }),
  );
  await record(outpost, project, ["late"]);
  await outpost.deliver();
  const got = await Promise.all(ids.map(async (id) => (await linesIn(await outpost.batches(id))).map((line) => line["id"] as string)));
  // A time begins a minute before.
  expect(got).toEqual([["late"], ["late"], ["early", "late"], ["late"], ["early", "late"], ["early", "late"], ["late"]]);
});

test("a replay is a new generation that holds everything once, and takes over what still waited", async () => {
  const project = newProject();
  const { id, generation } = await outpost.destination({ ...webhook, project_id: project });
  await record(outpost, project, ["a", "b"]);
  await outpost.deliver();
  outpost.answer(() => new Response("no such table", { status: 400 }));
  await record(outpost, project, ["c"]);
  await outpost.deliver();
  outpost.answer(() => new Response(null, { status: 200 }));
  outpost.calls.length = 0;
  const replayed = await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body: { from: "beginning" } });
  expect(replayed).toMatchObject({ status: 202, json: { cursor_seq: 0 } });
  expect(replayed.json["generation"]).not.toBe(generation);
  await outpost.deliver();
  expect(outpost.calls.flatMap(linesOf).map((line) => line["id"] as string)).toEqual(["a", "b", "c"]);
  expect((await outpost.batches(id as string, generation as string)).map(({ state }) => state as string)).toEqual([
    "written",
    "superseded",
  ]);
  const { generations } = await outpost.status(id as string);
  expect(generations).toMatchObject([{ generation: replayed.json["generation"], open: 0, dead: 0 }, { generation }]);
  expect((await outpost.ask("POST", `/v1/destinations/${id}/replay`, { body: {} })).status).toBe(400);
});

test.for(["ndjson", "parquet", "webhook"])("metadata_only as %s holds nothing that was said", async (format) => {
  const project = newProject();
  const request = format === "webhook" ? webhook : { kind: "r2", format };
  const { id } = await outpost.destination({ ...request, project_id: project, content: "metadata_only" });
  const { json } = await outpost.ask("POST", "/v1/recordings", {
    body: { ...wholePayload(project), id: "secret", own_field: "Rayleigh too" },
  });
  await outpost.deliver();
  const [batch] = await outpost.batches(id as string);
  const text = format === "webhook" ? new TextDecoder().decode(outpost.calls[0]?.bytes) : await objectText(batch, format);
  expect(text).toContain("secret");
  expect(text).toContain("u-1");
  for (const said of ["Rayleigh", "sky", "Answer briefly", "get_weather", "Paris", "helpful", "took too long", "a.png"])
    expect(text).not.toContain(said);
  expect(text).toContain(`"cost_nano_usd":${json["cost_nano_usd"]},`);
});

test("a batch keeps the format it was cut with, though the destination changes", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ kind: "r2", project_id: project });
  await record(outpost, project, ["before"]);
  await outpost.ask("POST", "/v1/exports");
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { format: "parquet" } });
  await record(outpost, project, ["after"]);
  await outpost.deliver();
  const batches = await outpost.batches(id as string);
  expect(batches.map(({ format, objects }) => [format, objects[0].key.split(".").at(-1)])).toEqual([
    ["ndjson", "gz"],
    ["parquet", "parquet"],
  ]);
});

test("a batch of several objects is fetched as one gzip, or one by one", async () => {
  const projects = [newProject(), newProject(), newProject()];
  const environment = crypto.randomUUID();
  const ndjson = await outpost.destination({ kind: "r2", environment });
  const parquet = await outpost.destination({ kind: "r2", environment, format: "parquet" });
  for (const project of projects) await record(outpost, project, ["one"], { environment });
  await outpost.deliver();
  const [[batch], [files]] = await Promise.all([outpost.batches(ndjson["id"]), outpost.batches(parquet["id"])]);
  expect(batch?.["objects"].map(({ project_id }: Answer) => project_id)).toEqual(projects);
  const read = async (path: string) => {
    const response = await outpost.fetch("GET", path);
    expect(response.status).toBe(200);
    const unpacked = response.body?.pipeThrough(new DecompressionStream("gzip"));
    return linesOf({ bytes: new Uint8Array(await new Response(unpacked).arrayBuffer()) }).map((line) => line["project_id"] as string);
  };
  expect(await read(`/v1/exports/${batch?.["id"]}`)).toEqual(projects);
  expect(await read(`/v1/exports/${batch?.["id"]}?object=1`)).toEqual([projects[1]]);
  expect(await outpost.ask("GET", `/v1/exports/${batch?.["id"]}?object=3`)).toMatchObject({ status: 404 });
  expect(await outpost.ask("GET", `/v1/exports/${files?.["id"]}`)).toMatchObject({ status: 400, json: { issues: [{ path: "object" }] } });
  const file = await outpost.fetch("GET", `/v1/exports/${files?.["id"]}?object=2`);
  expect(new TextDecoder().decode((await file.arrayBuffer()).slice(0, 4))).toBe("PAR1");
});

test("what is paused is neither cut nor delivered, and goes on from its cursor", async () => {
  const project = newProject();
  const { id } = await outpost.destination({ ...webhook, project_id: project });
  await record(outpost, project, ["cut"]);
  await outpost.ask("POST", "/v1/exports");
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { paused: true } });
  await record(outpost, project, ["uncut"]);
  await outpost.deliver();
  outpost.wait(300);
  await outpost.minute();
  await outpost.consume();
  expect(outpost.calls).toEqual([]);
  expect(await outpost.status(id as string)).toMatchObject({ open_batches: 1, lag: { changes: 2 } });
  await outpost.ask("PATCH", `/v1/destinations/${id}`, { body: { paused: false } });
  await outpost.deliver();
  expect(
    outpost.calls
      .flatMap(linesOf)
      .map((line) => line["id"] as string)
      .toSorted(),
  ).toEqual(["cut", "uncut"]);
});

test("a destination that is down keeps so many batches and stands still; mended, it gets everything at once", async () => {
  const small = await openOutpost({ exportBatchChanges: 1 });
  const project = newProject();
  const { id } = await small.destination({ ...webhook, project_id: project });
  const total = limits.openBatchesMax + 50;
  const names = Array.from({ length: total }, (_, index) => `d-${index}`);
  small.answer(() => new Response("down for repair", { status: 503 }));
  await record(small, project, names);
  for (let turn = 0; turn < 4; turn += 1) await small.ask("POST", "/v1/exports");
  await small.consume();
  const down = await small.status(id as string);
  expect(down).toMatchObject({ open_batches: limits.openBatchesMax, dead_batches: 0, lag: { changes: total } });
  expect(small.calls.length).toBeLessThanOrEqual(3);
  const failed = (await small.batches(id as string)).find(({ attempts }) => attempts > 0);
  expect(failed?.["last_error"]).toMatch(/^hooks\.example\.com answered 503: down for repair/);
  small.answer(() => new Response(null, { status: 200 }));
  small.calls.length = 0;
  await small.ask("PATCH", `/v1/destinations/${id}`, { body: { url: "https://hooks.example.com/mended" } });
  for (let turn = 0; turn < 6; turn += 1) {
    await small.consume();
    await small.ask("POST", "/v1/exports");
    await small.consume();
    small.wait(61);
    await small.minute();
  }
  expect(await small.status(id as string)).toMatchObject({ open_batches: 0, dead_batches: 0, lag: { changes: 0, seconds: 0 } });
  expect(new Set(small.calls.flatMap(linesOf).map((line) => line["id"] as string))).toEqual(new Set(names));
  expect(small.calls.length).toBe(total);
  await small.close();
  await outpost.ask("PATCH", "/v1/destinations/default", { body: { paused: true } });
});

/** All that a reader finds in an object, as text. */
async function objectText(batch: Answer | undefined, format: string): Promise<string> {
  const object = await env.ARCHIVE.get(batch?.["objects"][0].key as string);
  if (object === null) throw new Error("There is no object.");
  if (format === "ndjson") return await new Response(object.body.pipeThrough(new DecompressionStream("gzip"))).text();
  const rows = await parquetReadObjects({ file: await object.arrayBuffer() });
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
}
