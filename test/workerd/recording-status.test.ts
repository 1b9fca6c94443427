import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { spoolKey } from "../../src/keep/spool-keys";
import { type Answer, askJson, makeKey, newProject } from "./collector";
import { collectorWith, databaseApart } from "./collector-with";
import { openOutpost, record } from "./outpost";

afterEach(() => vi.restoreAllMocks());

test("a stored recording's status says what each destination has of it", async () => {
  const project = newProject();
  const outpost = await openOutpost();
  const lake = await outpost.destination({ kind: "r2", project_id: project, environment: "prod" });
  const hook = await outpost.destination({ kind: "webhook", project_id: project, url: "https://hooks.example.com/a", environment: "dev" });
  const foreign = await outpost.destination({ kind: "r2", project_id: newProject() });
  const exportsOf = async (id: string) => {
    const { json } = await outpost.ask("GET", `/v1/recordings/${id}/status?project_id=${project}`);
    const found = new Map((json["exports"] as Answer[]).map((one) => [one["destination"] as string, one]));
    expect(found.has(foreign["id"])).toBe(false);
    return {
      status: json["status"],
      lake: found.get(lake["id"])?.["state"],
      hook: found.get(hook["id"])?.["state"],
      batch: found.get(lake["id"])?.["batch"],
    };
  };
  await record(outpost, project, ["p"], { environment: "prod" });
  await record(outpost, project, ["d"], { environment: "dev" });
  expect(await exportsOf("p")).toEqual({ status: "stored", lake: "waiting", hook: "not_wanted", batch: null });
  expect(await exportsOf("d")).toMatchObject({ lake: "not_wanted", hook: "waiting" });
  outpost.answer(() => new Response("no", { status: 400 }));
  await outpost.ask("POST", "/v1/exports");
  expect(await exportsOf("p")).toMatchObject({ lake: "waiting", batch: (await outpost.batches(lake["id"]))[0]?.["id"] });
  await outpost.deliver();
  const batch = (await outpost.batches(lake["id"]))[0]?.["id"] as string;
  expect(await exportsOf("p")).toEqual({ status: "stored", lake: "exported", hook: "not_wanted", batch });
  expect(await exportsOf("d")).toMatchObject({ lake: "not_wanted", hook: "dead" });
  // Begun anew from now on, the destination still has what was exported before.
  await outpost.ask("POST", `/v1/destinations/${lake["id"]}/replay`, { body: { from: "now" } });
  expect(await exportsOf("p")).toMatchObject({ lake: "exported", batch });
  await outpost.ask("POST", `/v1/destinations/${lake["id"]}/replay`, { body: { from: "beginning" } });
  expect(await exportsOf("p")).toMatchObject({ lake: "waiting" });
  await outpost.close();
});

test("a recording that was refused, then stored, and came again says all of it to whoever sent it", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "ingest", project_id: project });
  const refused = await askJson("POST", "/v1/recordings", { key, body: { id: "a", all_messages: "none", call_info: { model: 5 } } });
  const status = async () => (await askJson("GET", "/v1/recordings/a/status", { key })).json;
  const rejection = {
    request_id: refused.json["request_id"],
    code: "bad_request",
    paths: (refused.json["issues"] as Answer[]).map(({ path }) => path as string),
  };
  expect(await status()).toMatchObject({ status: "rejected", seq: null, received_at: null, exports: [], rejections: [rejection] });
  const { json: stored } = await askJson("POST", "/v1/recordings", { key, body: { id: "a", all_messages: [{}] } });
  await env.DB.prepare("INSERT INTO duplicates VALUES (?1, 'a', 'one', 1000000, 0), (?1, 'a', 'two', 2000000, 1)").bind(project).run();
  expect(await status()).toMatchObject({
    id: "a",
    status: "stored",
    received_at: stored["received_at"],
    seq: stored["seq"],
    version: 1,
    deleted_at: null,
    spooled: 0,
    duplicates: { count: 2, differing: 1, last_at: "1970-01-01T00:00:02.000000Z" },
    rejections: [rejection],
  });
});

test("a spooled recording is told, even while D1 does not answer; in D1 it is stored before its object is gone", async () => {
  const project = newProject();
  const key = spoolKey({ projectId: project, id: "s", receivedUs: 3_000_000, receipt: "abc" });
  await env.ARCHIVE.put(key, "");
  const db = databaseApart();
  const { ask } = collectorWith({ db });
  const path = `/v1/recordings/s/status?project_id=${project}`;
  const spooled = { status: "spooled", received_at: "1970-01-01T00:00:03.000000Z", spooled: 1 };
  expect(await ask("GET", path)).toMatchObject({ status: 200, json: { ...spooled, exports: [], rejections: [] } });
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: D1 DB is overloaded."));
  expect(await ask("GET", path)).toMatchObject({ status: 200, json: { ...spooled, exports: null, rejections: null } });
  expect(await ask("GET", path.replace("/s/", "/other/"))).toMatchObject({ status: 503 });
  db.fault = null;
  await ask("POST", "/v1/recordings", { body: { project_id: project, id: "s", all_messages: [{}] } });
  await env.DB.prepare("UPDATE recordings SET receipt = 'abc' WHERE project_id = ?1").bind(project).run();
  expect(await ask("GET", path)).toMatchObject({ status: 200, json: { status: "stored", spooled: 0 } });
  // A bucket that does not answer hides nothing of what D1 knows, and is no 404 for what D1 does not.
  vi.spyOn(env.ARCHIVE, "list").mockRejectedValue(new Error("internal error 10001"));
  expect(await ask("GET", path)).toMatchObject({ status: 200, json: { status: "stored", spooled: null } });
  expect(await ask("GET", path.replace("/s/", "/other/"))).toMatchObject({ status: 503 });
  vi.restoreAllMocks();
  await env.ARCHIVE.delete(key);
});

test("of a D1 that never answers nobody waits for ever: what is spooled is told, and the ledger is 503", async () => {
  const project = newProject();
  const key = spoolKey({ projectId: project, id: "s", receivedUs: 3_000_000, receipt: "abc" });
  await env.ARCHIVE.put(key, "");
  const db = databaseApart();
  db.fault = async () => await new Promise(() => undefined);
  const { ask } = collectorWith({ db });
  const [status, ledger] = await Promise.all([
    ask("GET", `/v1/recordings/s/status?project_id=${project}`),
    ask("GET", `/v1/ledger?project_id=${project}`),
  ]);
  expect(status).toMatchObject({ status: 200, json: { status: "spooled", spooled: 1, exports: null } });
  expect(ledger).toMatchObject({ status: 503, json: { code: "unavailable" } });
  expect(ledger.headers.get("Retry-After")).toBe("5");
  await env.ARCHIVE.delete(key);
}, 15_000);

test("a deleted recording is told to be deleted; of what is not known it is said when to ask again", async () => {
  const project = newProject();
  await env.DB.prepare("INSERT INTO deletions VALUES (?1, 'recording', 'gone', 5000000, 0, 1)").bind(project).run();
  const ask = async (id: string, key?: string) =>
    await askJson("GET", `/v1/recordings/${id}/status?project_id=${project}`, key === undefined ? {} : { key });
  expect(await ask("gone")).toMatchObject({ status: 200, json: { status: "deleted", deleted_at: "1970-01-01T00:00:05.000000Z" } });
  const { status, headers, json } = await ask("never");
  expect({ status, code: json["code"], retryAfter: headers.get("Retry-After") }).toEqual({
    status: 404,
    code: "not_found",
    retryAfter: "5",
  });
  const other = await makeKey({ scope: "ingest", project_id: newProject() });
  expect((await ask("gone", other.key)).status).toBe(404);
});
