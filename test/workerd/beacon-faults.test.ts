import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { type Answer, ask, askJson, makeKey, newProject } from "./collector";
import { messages, openPage, site } from "./beacon-page";
import { collectorWith, databaseApart } from "./collector-with";
import { faultKinds, listedIds, openFaulty } from "./faulty-collector";

const headers = { Origin: site, "Content-Type": "text/plain" };
const post = [
  { id: "a", allMessages: messages },
  { id: "b", allMessages: messages },
  { id: "a", feedback: { thumb: "up" } },
  { id: "a", feedback: { thumb: "down" } },
  { id: "b", feedback: { stars: 5 } },
];

test.each(faultKinds.flatMap((fault) => [{ D1: fault }, { D1: fault, R2: fault }] as const))(
  "with bindings that are not well, %j, a post is 204, and all of it is there once in the end",
  async (faults) => {
    const { project, key } = await openPage();
    const faulty = openFaulty();
    const send = async (body: unknown) => await faulty.ask("POST", `/v1/r?key=${key}`, { key: null, headers, body });
    // The isolate has seen the key.
    expect((await send([])).status).toBe(204);
    Object.assign(faulty.faults, faults);
    for (const body of [post, { id: "c", allMessages: messages }, post[3]]) {
      const answer = await send(body);
      expect(answer).toMatchObject({ status: 204, json: {} });
      expect(answer.headers.get("Cache-Control")).toBeNull();
    }
    for (const binding of Object.keys(faults) as (keyof typeof faults)[]) delete faulty.faults[binding];
    faulty.wait(60);
    const isAllThere = async () => {
      await faulty.settle(project);
      expect((await listedIds(faulty, project)).toSorted()).toEqual(["a", "b", "c"]);
      const read = async (id: string) => (await faulty.ask("GET", `/v1/recordings/${id}?project_id=${project}`)).json["feedback"] as Answer;
      expect(await Promise.all(["a", "b"].map(read))).toEqual([{ thumb: "down" }, { stars: 5 }]);
    };
    await isAllThere();
    // A page that was gone before the answer came has its next one send the same.
    expect((await send(post)).status).toBe(204);
    await isAllThere();
  },
);

test("an answer says of each item whether it waits for D1, feedback too", async () => {
  const { key } = await openPage();
  const faulty = openFaulty();
  const send = async () => await faulty.ask("POST", `/v1/r?key=${key}`, { key: null, headers, body: [post[0], post[2], { id: "bad" }] });
  expect(await send()).toMatchObject({ status: 200, json: { stored: 2, spooled: 0, rejected: 1 } });
  faulty.faults.D1 = "throws";
  const { status, json } = await send();
  expect([status, json["results"].map((one: Answer) => one["status"] as string)]).toEqual([200, ["spooled", "spooled", "rejected"]]);
});

test.each(faultKinds)(
  "where nothing takes it, since all that could keep it %s, a post is 503, and the page may read when to come again",
  async (fault) => {
    const { project, key } = await openPage();
    const faulty = openFaulty();
    const send = async (body: unknown) => await faulty.ask("POST", `/v1/r?key=${key}`, { key: null, headers, body });
    expect((await send([])).status).toBe(204);
    Object.assign(faulty.faults, { D1: fault, R2: fault, Queue: fault });
    for (const body of [post, post[2]]) {
      const answer = await send(body);
      expect(answer.status).toBe(503);
      expect(answer.headers.get("Retry-After")).toBe("5");
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
      expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    }
    Object.assign(faulty.faults, { D1: undefined, R2: undefined, Queue: undefined });
    faulty.wait(60);
    expect((await send(post)).status).toBe(204);
    await faulty.settle(project);
    expect((await listedIds(faulty, project)).toSorted()).toEqual(["a", "b"]);
    const { json } = await faulty.ask("GET", `/v1/ledger?project_id=${project}`);
    expect(json["totals"]).toMatchObject({ stored: 2, rejected_total: 0, spooled: 0 });
  },
);

test("while D1 is away an unknown key is 503 and a known one that expires meanwhile is 401, though it is believed else", async () => {
  const project = newProject();
  const startMs = Date.now();
  const expires = { expires_at: new Date(startMs + 300_000).toISOString() };
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site], ...expires });
  const { key: unseen } = await makeKey({ scope: "browser", project_id: project, origins: [site] });
  const faulty = openFaulty();
  const send = async (shown: string) => await faulty.ask("POST", `/v1/r?key=${shown}`, { key: null, headers, body: post });
  expect((await send(key)).status).toBe(204);
  faulty.faults.D1 = "throws";
  // Longer than the cache believes it.
  faulty.wait(200);
  expect((await send(key)).status).toBe(204);
  expect((await send(unseen)).status).toBe(503);
  faulty.wait(110);
  expect(await send(key)).toMatchObject({ status: 401, json: { message: expect.stringContaining("expired") } });
});

test("a Worker that is newer than its database answers 503, and never 500", async () => {
  const { key } = await openPage();
  const db = databaseApart();
  db.fault = async () => await Promise.reject(new Error("D1_ERROR: no such column: body_bytes_max at offset 61: SQLITE_ERROR"));
  const { ask: asked } = collectorWith({ db });
  for (const [method, path] of [
    ["POST", `/v1/r?key=${key}`],
    ["GET", `/v1/info?key=${key}`],
  ] as const) {
    const answer = await asked(method, path, { key: null, headers, ...(method === "POST" ? { body: post } : {}) });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
  }
  expect((await asked("POST", "/v1/keys", { body: { scope: "read" } })).status).toBe(503);
});

test("a key over its tier is 429 before its body is read, and the page may read when to come again", async () => {
  const project = newProject();
  const { key } = await makeKey({ scope: "browser", project_id: project, origins: [site], rate_tier: "small" });
  const full = { limit: async () => ({ success: false }) };
  const { ask: asked } = collectorWith({ rateLimiters: { small: full, medium: full, large: full } });
  for (const path of [`/v1/r?key=${key}`, "/v1/recordings/a/feedback"]) {
    const answer = await asked("POST", path, { key: path.includes("?") ? null : key, headers, body: "no JSON" });
    expect(answer).toMatchObject({ status: 429, json: { code: "rate_limited" } });
    expect(answer.headers.get("Retry-After")).toBe("10");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe(site);
  }
  // What is asked of the collector is no post.
  expect((await asked("GET", `/v1/info?key=${key}`, { key: null, headers })).status).toBe(200);
});

test("a key that was revoked is refused at once here, and within a minute elsewhere", async () => {
  const project = newProject();
  const { id, key } = await makeKey({ scope: "browser", project_id: project, origins: [site] });
  let nowMs = Date.now();
  const { ask: elsewhere } = collectorWith({ now: () => nowMs, db: databaseApart() });
  const send = async () => (await elsewhere("POST", `/v1/r?key=${key}`, { key: null, headers, body: [] })).status;
  expect(await send()).toBe(204);
  expect((await ask("DELETE", `/v1/keys/${id}`)).status).toBe(204);
  expect((await askJson("POST", `/v1/r?key=${key}`, { key: null, headers, body: [] })).status).toBe(401);
  expect(await send()).toBe(204);
  nowMs += 60_001;
  expect(await send()).toBe(401);
});

test("nothing of a key or of what was said stands in the log, whatever goes wrong", async () => {
  const { project, key } = await openPage();
  const { key: secret } = await makeKey({ scope: "ingest", project_id: project });
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const faulty = openFaulty();
  const send = async (shown: string, body: unknown) => await faulty.ask("POST", `/v1/r?key=${shown}`, { key: null, headers, body });
  const said = { id: "a", feedback: { word: "hush-hush" }, allMessages: undefined };
  await send(key, [{ id: "a", allMessages: [{ role: "user", content: "hush-hush" }] }, said, { id: "hush hush", allMessages: [] }]);
  await send(secret, [said]);
  await send(`${key.slice(0, -1)}x`, [said]);
  for (const fault of faultKinds) {
    Object.assign(faulty.faults, { D1: fault, R2: fault, Queue: fault });
    await send(key, [{ id: "b", allMessages: [{ role: "user", content: "hush-hush" }] }, said]);
    await send(secret, [said]);
  }
  const text = log.mock.calls.flat().join("\n");
  log.mockRestore();
  expect(text).toContain("request_failed");
  for (const hidden of ["hush-hush", key.split("_").at(-1) ?? "", secret.split("_").at(-1) ?? "", "?key="])
    expect(text).not.toContain(hidden);
});

test("what is refused whole stores nothing, and is counted once", async () => {
  const { project, key } = await openPage();
  const bodies: [body: unknown, status: number][] = [
    [Array.from({ length: 501 }, (_, index) => ({ id: `many-${index}`, allMessages: messages })), 413],
    [{ id: "alone", allMessages: [] }, 400],
    [7, 400],
  ];
  for (const [body, status] of bodies)
    expect((await askJson("POST", `/v1/r?key=${key}`, { key: null, headers, body })).status).toBe(status);
  const elsewhere = { ...headers, Origin: "https://evil.test" };
  expect((await askJson("POST", `/v1/r?key=${key}`, { key: null, headers: elsewhere, body: post })).status).toBe(403);
  const { json } = await askJson("GET", `/v1/ledger?project_id=${project}`);
  expect(json["totals"]).toMatchObject({ received: 4, stored: 0, rejected: { too_large: 1, bad_request: 2, forbidden: 1 } });
  const rows = await env.DB.prepare("SELECT count(*) AS n FROM recordings WHERE project_id = ?1").bind(project).first<number>("n");
  expect(rows).toBe(0);
});
