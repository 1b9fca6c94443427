import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { consumeDeadLetters, consumeMessages } from "../../src/jobs/consume";
import { drainSpool } from "../../src/jobs/drain-spool";
import { commitGently } from "../../src/keep/pressure";
import { limits } from "../../src/limits";
import {
  type Answer,
  ask as askReal,
  askJson,
  makeKey,
  newProject,
  readRecording,
  runCron,
  sessionMetadata,
  wholePayload,
} from "./collector";
import { type FaultyCollector, listedIds, openFaulty } from "./faulty-collector";

afterEach(() => vi.restoreAllMocks());

/** The keys below a prefix of the bucket. */
async function keysBelow(prefix: string): Promise<string[]> {
  return (await env.ARCHIVE.list({ prefix })).objects.map(({ key }) => key);
}

/** Posts one recording while D1 refuses all. */
async function postWithoutD1(collector: FaultyCollector, body: object): Promise<Awaited<ReturnType<FaultyCollector["ask"]>>> {
  collector.faults.D1 = "throws";
  const posted = await collector.ask("POST", "/v1/recordings", { body });
  delete collector.faults.D1;
  return posted;
}

test("what D1 does not take is answered 201, read back as spooled to the letter, and then stored as if it had been at once", async () => {
  const collector = openFaulty();
  const project = newProject();
  const body = { ...wholePayload(project), id: "waits", inputs: { big: 1, list: ["x"] } };
  const posted = await postWithoutD1(collector, body);
  expect(posted).toMatchObject({ status: 201, json: { id: "waits", seq: null, version: 1, usage: { prompt_tokens: 24 } } });
  const path = `/v1/recordings/waits?project_id=${project}`;
  const { status: is, ...spooled } = (await collector.ask("GET", path)).json;
  expect({ is, spooled }).toMatchObject({ is: "spooled", spooled: posted.json });
  const [object] = await keysBelow(`spool/${project}/waits/`);
  expect((await env.ARCHIVE.head(object ?? ""))?.customMetadata).toEqual({ session: "session-1" });

  await collector.settle(project);
  const stored = (await collector.ask("GET", path)).json;
  // While D1 does not answer the project's own prices cannot be read: the cost is found when it does.
  expect(spooled["cost_source"]).toBe("unpriced");
  expect(stored).toEqual({ ...spooled, ...priced, seq: expect.any(Number) });
  expect(await keysBelow(`spool/${project}/`)).toEqual([]);
  expect(JSON.parse(await sessionMetadata(project))).toEqual({ user_id: "u-1", beta: true, score: 4.5 });
});

/** What the tests' whole payload costs, once it can be found. */
const priced = {
  cost_source: "priced",
  cost_nano_usd: expect.any(Number),
  cost_usd: expect.any(Number),
  price_version: expect.any(String),
  priced_as: "openai/gpt-4o-mini",
};

test("an array's items say spooled, and the Freeplay wire answers its 201 as ever", async () => {
  const collector = openFaulty();
  const project = newProject();
  const item = (id: string) => ({ project_id: project, id, all_messages: [{ role: "user", content: "hi" }] });
  const many = await postWithoutD1(collector, [item("a"), { project_id: project, id: "bad" }, item("b")]);
  expect(many).toMatchObject({
    status: 200,
    json: {
      stored: 0,
      spooled: 2,
      duplicates: 0,
      rejected: 1,
      results: [{ status: "spooled" }, { status: "rejected" }, { status: "spooled" }],
    },
  });
  collector.faults.D1 = "throws";
  const completion = await collector.ask("POST", `/api/v2/projects/${project}/sessions/s/completions`, {
    body: { completion_id: "c", messages: [{ role: "user", content: "hi" }] },
  });
  delete collector.faults.D1;
  expect(completion).toMatchObject({ status: 201, json: { completion_id: "c" } });
  await collector.settle(project);
  expect((await listedIds(collector, project)).toSorted()).toEqual(["a", "b", "c"]);
});

test("of two deliveries of one id that were spooled, or one that is stored already, the first counts", async () => {
  const collector = openFaulty();
  const project = newProject();
  const item = (id: string, content: string) => ({ project_id: project, id, all_messages: [{ role: "user", content }] });
  await collector.ask("POST", "/v1/recordings", { body: item("stored", "first") });
  await postWithoutD1(collector, item("stored", "second"));
  await postWithoutD1(collector, item("spooled", "first"));
  collector.wait(10);
  await postWithoutD1(collector, item("spooled", "second"));
  expect((await keysBelow(`spool/${project}/`)).length).toBe(3);
  await collector.settle(project);
  expect((await listedIds(collector, project)).toSorted()).toEqual(["spooled", "stored"]);
  for (const id of ["stored", "spooled"]) {
    expect(await readRecording(project, id)).toMatchObject({ messages: [{ content: "first" }] });
  }
});

test("two drains at once, and one that died before it removed what it had stored, store each recording once", async () => {
  const collector = openFaulty();
  const project = newProject();
  const ids = Array.from({ length: 40 }, (_, index) => `d-${index}`);
  const items = ids.map((id) => ({ project_id: project, id, all_messages: [{ role: "user", content: id }] }));
  expect((await postWithoutD1(collector, items)).json).toMatchObject({ spooled: 40 });
  const removed = vi.spyOn(env.ARCHIVE, "delete").mockRejectedValue(new Error("internal error (10001)"));
  await drainSpool(collector.deps);
  removed.mockRestore();
  expect((await keysBelow(`spool/${project}/`)).length).toBe(40);
  await Promise.all([drainSpool(collector.deps), drainSpool(collector.deps)]);
  expect((await listedIds(collector, project)).toSorted()).toEqual(ids.toSorted());
  expect(await keysBelow(`spool/${project}/`)).toEqual([]);
});

test("hundreds that wait are stored in a few transactions", async () => {
  const collector = openFaulty();
  const project = newProject();
  const items = Array.from({ length: 300 }, (_, index) => ({ project_id: project, id: `m-${index}`, all_messages: [{}] }));
  // What other tests left behind first.
  await drainSpool(collector.deps);
  await postWithoutD1(collector, items);
  collector.wait(10);
  const before = collector.asked();
  await drainSpool(collector.deps);
  expect((await listedIds(collector, project)).length).toBe(300);
  expect(collector.asked() - before).toBeLessThan(20);
});

test("a recording that D1 refuses for good keeps none of the others, and is set aside after five tries, not lost", async () => {
  const collector = openFaulty();
  const project = newProject();
  const items = ["a", "poison", "b"].map((id) => ({ project_id: project, id, all_messages: [{ role: "user", content: id }] }));
  await postWithoutD1(collector, items);
  await env.DB.prepare(
    `CREATE TRIGGER poison BEFORE INSERT ON recordings WHEN NEW.project_id = '${project}' AND NEW.id = 'poison'
     BEGIN SELECT RAISE(ABORT, 'injected'); END`,
  ).run();
  try {
    for (let round = 1; round < limits.drainFailuresMax; round += 1) {
      await drainSpool(collector.deps);
      expect((await listedIds(collector, project)).toSorted()).toEqual(["a", "b"]);
      expect((await keysBelow(`spool/${project}/`)).length).toBe(1);
    }
    await drainSpool(collector.deps);
  } finally {
    await env.DB.prepare("DROP TRIGGER poison").run();
  }
  expect(await keysBelow(`spool/${project}/`)).toEqual([]);
  const [aside] = await keysBelow(`spool-broken/${project}/poison/`);
  const kept = await env.ARCHIVE.get(aside ?? "");
  expect(await kept?.json()).toMatchObject({ version: 1, id: "poison", text: { messages: ['{"role":"user","content":"poison"}'] } });
});

test("an object of the spool that cannot be read is set aside, and the others are stored", async () => {
  const collector = openFaulty();
  const project = newProject();
  await postWithoutD1(collector, { project_id: project, id: "good", all_messages: [{}] });
  await env.ARCHIVE.put(`spool/${project}/bad/0000000000000001-0`, '{"version":1,"id":');
  await collector.settle(project);
  expect(await listedIds(collector, project)).toEqual(["good"]);
  expect(await keysBelow(`spool-broken/${project}/`)).toEqual([`spool-broken/${project}/bad/0000000000000001-0`]);
});

test("where R2 is down too, the Queue holds the recording: 404 with Retry-After, then stored", async () => {
  const collector = openFaulty();
  const project = newProject();
  Object.assign(collector.faults, { D1: "throws", R2: "throws" });
  const metadata = { large: JSON.rawJSON("12345678901234567890") };
  const body = { ...wholePayload(project), id: "queued", session_info: { session_id: "s", custom_metadata: metadata } };
  const posted = await collector.ask("POST", "/v1/recordings", { body });
  expect(posted).toMatchObject({ status: 201, json: { id: "queued", seq: null } });
  for (const binding of ["D1", "R2"] as const) delete collector.faults[binding];
  const read = await collector.ask("GET", `/v1/recordings/queued?project_id=${project}`);
  expect({ status: read.status, retryAfter: read.headers.get("Retry-After") }).toEqual({ status: 404, retryAfter: "5" });
  await collector.settle(project);
  expect(await readRecording(project, "queued")).toMatchObject({
    ...posted.json,
    ...priced,
    seq: expect.any(Number),
    inputs: { question: "Why is the sky blue?" },
  });
  expect(await sessionMetadata(project)).toBe('{"large":12345678901234567890}');
});

test("a recording that the queue gave up is stored or spooled, and tried again until it is", async () => {
  const collector = openFaulty();
  const project = newProject();
  Object.assign(collector.faults, { D1: "hangs", R2: "throws" });
  collector.wait(10);
  expect(
    (await collector.ask("POST", "/v1/recordings", { body: { project_id: project, id: "given-up", all_messages: [{}] } })).status,
  ).toBe(201);
  const message = collector.queued().find(({ body }) => body.type === "store_recording");
  const settled: string[] = [];
  const delivered = (attempts: number): Message => ({
    id: "m",
    timestamp: new Date(),
    body: message?.body,
    attempts,
    ack: () => void settled.push("ack"),
    retry: (options) => void settled.push(`retry in ${options?.delaySeconds}`),
  });
  collector.faults.D1 = "throws";
  await consumeDeadLetters([delivered(1)], collector.deps);
  await consumeDeadLetters([delivered(50)], collector.deps);
  delete collector.faults.R2;
  await consumeDeadLetters([delivered(51)], collector.deps);
  expect(settled).toEqual(["retry in 60", "retry in 3600", "ack"]);
  expect((await keysBelow(`spool/${project}/given-up/`)).length).toBe(1);
  delete collector.faults.D1;
  await collector.settle(project);
  expect(await listedIds(collector, project)).toEqual(["given-up"]);
});

test("a recording in the queue that this version cannot read is kept in the bucket", async () => {
  const collector = openFaulty();
  const id = crypto.randomUUID();
  const body = { type: "store_recording", recording: { version: 99, id: "from the future" } };
  const settled: string[] = [];
  const message: Message = {
    id,
    timestamp: new Date(),
    body,
    attempts: 1,
    ack: () => void settled.push("ack"),
    retry: () => void settled.push("retry"),
  };
  await consumeMessages([message], collector.deps);
  expect(settled).toEqual(["ack"]);
  expect(await (await env.ARCHIVE.get(`spool-broken/queue/${id}`))?.json()).toEqual(body.recording);
});

test("only when all three refuse is a post 503 with Retry-After, one and many, and it says nothing of the cause", async () => {
  const collector = openFaulty();
  const project = newProject();
  Object.assign(collector.faults, { D1: "throws", R2: "throws", Queue: "throws" });
  for (const body of [{ project_id: project, id: "x", all_messages: [{}] }, [{ project_id: project, id: "x", all_messages: [{}] }, 5]]) {
    const { status, headers, json } = await collector.ask("POST", "/v1/recordings", { body });
    expect({ status, retryAfter: headers.get("Retry-After"), code: json["code"] }).toEqual({
      status: 503,
      retryAfter: "5",
      code: "unavailable",
    });
    expect(JSON.stringify(json)).not.toContain("overloaded");
  }
});

test("where D1 was passed over and is asked last, an object that is just being removed is 503 and no conflict of the caller's", async () => {
  const collector = openFaulty();
  const project = newProject();
  const photo = crypto.getRandomValues(new Uint8Array(6000)).toBase64();
  const body = { project_id: project, all_messages: [{ content: [{ image_url: { url: `data:image/png;base64,${photo}` } }] }] };
  expect((await collector.ask("POST", "/v1/recordings", { body })).status).toBe(201);
  const doom = "INSERT INTO doomed_blobs (project_id, sha256, doomed_us) SELECT project_id, sha256, 1 FROM blob_uses WHERE project_id = ?1";
  await env.DB.prepare(doom).bind(project).run();
  const never = async () => await new Promise<never>(() => undefined);
  for (let count = 0; count < limits.commitsInFlight; count += 1) void commitGently(collector.deps.db, never, collector.deps);
  Object.assign(collector.faults, { Queue: "throws" });
  vi.spyOn(env.ARCHIVE, "put").mockRejectedValue(new Error("internal error (10001)"));
  expect(await collector.ask("POST", "/v1/recordings", { body })).toMatchObject({ status: 503, json: { code: "unavailable" } });
});

test("a recording too large for the Queue is refused 503 where only the Queue is left", async () => {
  const collector = openFaulty();
  Object.assign(collector.faults, { D1: "throws", R2: "throws" });
  const post = async (length: number) =>
    (await collector.ask("POST", "/v1/recordings", { body: { project_id: newProject(), all_messages: [{ content: "x".repeat(length) }] } }))
      .status;
  expect([await post(120_000), await post(130_000)]).toEqual([201, 503]);
});

test("while D1 does not answer it is not asked at every post, and is asked again after a rest", async () => {
  const collector = openFaulty();
  const post = async () =>
    (await collector.ask("POST", "/v1/recordings", { body: { project_id: newProject(), all_messages: [{}] } })).json["seq"] as
      | number
      | null;
  collector.faults.D1 = "throws";
  await post();
  const before = collector.asked();
  for (let again = 0; again < 5; again += 1) expect(await post()).toBeNull();
  expect(collector.asked()).toBe(before);
  delete collector.faults.D1;
  expect(await post()).toBeNull();
  collector.wait(limits.restMs / 1000);
  expect(await post()).toEqual(expect.any(Number));
});

test("a key seen valid within the hour stays valid while D1 does not answer, and an unknown one gets 503", async () => {
  const collector = openFaulty();
  const project = newProject();
  const known = await makeKey({ scope: "ingest", project_id: project });
  const unknown = await makeKey({ scope: "ingest", project_id: project });
  const post = async ({ key }: { key: string }) => {
    const { status, headers } = await collector.ask("POST", "/v1/recordings", { key, body: { all_messages: [{}] } });
    return status === 503 ? `503 after ${headers.get("Retry-After")}` : status;
  };
  expect(await post(known)).toBe(201);
  collector.wait(limits.keyGraceSeconds - 60);
  collector.faults.D1 = "throws";
  expect([await post(known), await post(unknown)]).toEqual([201, "503 after 5"]);
  const tampered = known.key.slice(0, -1) + (known.key.endsWith("0") ? "1" : "0");
  expect(await post({ key: tampered })).toBe(401);
  collector.wait(61);
  expect(await post(known)).toBe("503 after 5");
  // A revocation counts as soon as D1 answers.
  delete collector.faults.D1;
  collector.wait(10);
  expect(await post(known)).toBe(201);
  await askReal("DELETE", `/v1/keys/${known.id}`);
  collector.wait(61);
  expect(await post(known)).toBe(401);
});

test("what waits is deleted as what is stored is, with its tombstone: by its id, its session or its project", async () => {
  for (const target of ["recordings/waits", "sessions/s", "projects"]) {
    const collector = openFaulty();
    const project = newProject();
    await postWithoutD1(collector, { project_id: project, id: "waits", session_id: "s", all_messages: [{}] });
    collector.wait(1);
    const path = target === "projects" ? `/v1/projects/${project}` : `/v1/${target}?project_id=${project}`;
    expect((await collector.ask("DELETE", path)).status, target).toBe(204);
    expect(await keysBelow(`spool/${project}/`)).toEqual([]);
    expect((await collector.ask("GET", `/v1/recordings/waits?project_id=${project}`)).status).toBe(404);
    const { results } = await env.DB.prepare("SELECT kind FROM changes WHERE project_id = ?1").bind(project).all();
    expect(results).toEqual([{ kind: "deleted" }]);
  }
});

test("what is deleted while it stands in the Queue alone does not come back, but one that is posted after does", async () => {
  const collector = openFaulty();
  const project = newProject();
  const body = { project_id: project, id: "queued", all_messages: [{ content: "old" }] };
  await postIntoQueue(collector, body);
  collector.wait(10);
  const path = `/v1/recordings/queued?project_id=${project}`;
  expect((await collector.ask("DELETE", path)).status).toBe(404);
  await collector.settle(project);
  expect((await collector.ask("GET", path)).status).toBe(404);
  expect((await collector.ask("POST", "/v1/recordings", { body: { ...body, all_messages: [{ content: "new" }] } })).status).toBe(201);
  expect((await collector.ask("GET", path)).json["messages"]).toEqual([{ content: "new" }]);
});

test("of a delivery that D1 took and the spool too, which is deleted before it is drained, the ledger counts one", async () => {
  const collector = openFaulty();
  const project = newProject();
  // Of a project that is not there the first transaction takes none.
  expect((await collector.ask("POST", "/v1/keys", { body: { scope: "ingest", project_id: project } })).status).toBe(201);
  collector.faults.D1 = "fails after the write";
  const body = { project_id: project, id: "twice", all_messages: [{}] };
  expect((await collector.ask("POST", "/v1/recordings", { body })).json["seq"]).toBe(null);
  delete collector.faults.D1;
  collector.wait(10);
  expect((await collector.ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 1, stored: 1 });
  expect((await collector.ask("DELETE", `/v1/recordings/twice?project_id=${project}`)).status).toBe(204);
  await collector.settle(project);
  expect((await collector.ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 1, stored: 1 });
});

test("so it does of a repetition whose recording is deleted before it is drained", async () => {
  const collector = openFaulty();
  const project = newProject();
  const body = { project_id: project, id: "twice", all_messages: [{}] };
  expect((await collector.ask("POST", "/v1/recordings", { body })).status).toBe(201);
  collector.faults.D1 = "fails after the write";
  expect((await collector.ask("POST", "/v1/recordings", { body })).json["seq"]).toBe(null);
  delete collector.faults.D1;
  collector.wait(10);
  expect((await collector.ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({
    received: 2,
    stored: 1,
    duplicates: 1,
  });
  expect((await collector.ask("DELETE", `/v1/recordings/twice?project_id=${project}`)).status).toBe(204);
  await collector.settle(project);
  expect((await collector.ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({
    received: 2,
    stored: 1,
    duplicates: 1,
  });
});

test("of two that come out of the queue at once, the one that was posted after the deletion stays", async () => {
  const collector = openFaulty();
  const project = newProject();
  const body = { project_id: project, id: "queued", all_messages: [{ content: "old" }] };
  await postIntoQueue(collector, body);
  collector.wait(10);
  const path = `/v1/recordings/queued?project_id=${project}`;
  expect((await collector.ask("DELETE", path)).status).toBe(404);
  collector.wait(1);
  await postIntoQueue(collector, { ...body, all_messages: [{ content: "new" }] });
  await collector.settle(project);
  expect((await collector.ask("GET", path)).json["messages"]).toEqual([{ content: "new" }]);
  expect((await collector.ask("GET", `/v1/ledger?project_id=${project}`)).json["totals"]).toMatchObject({ received: 2 });
});

test("with D1 down and nothing in the spool, a read is 503: nobody is told that it is not there", async () => {
  const collector = openFaulty();
  const path = `/v1/recordings/unknown?project_id=${newProject()}`;
  for (const fault of ["throws", "hangs"] as const) {
    collector.faults.D1 = fault;
    expect((await collector.ask("GET", path)).status).toBe(503);
  }
  delete collector.faults.D1;
  collector.faults.R2 = "throws";
  expect((await collector.ask("GET", path)).status).toBe(503);
});

test("what was deferred and spooled is counted, woken by the drain", async () => {
  const collector = openFaulty();
  const project = newProject();
  const body = {
    project_id: project,
    id: "long",
    all_messages: [{ role: "user", content: "word ".repeat(120_000) }],
    call_info: { provider: "openai", model: "gpt-4o" },
  };
  expect((await postWithoutD1(collector, body)).json).toMatchObject({ usage: { prompt_source: "deferred" } });
  await collector.settle(project);
  for (let round = 0; round < 3; round += 1) await collector.consume();
  expect(await readRecording(project, "long")).toMatchObject({ usage: { prompt_source: "estimated" }, version: 2 });
});

test("through the Worker's own queue: a bell is rung, and the spool is drained behind it", async () => {
  const project = newProject();
  const post = async (id: string) =>
    (await askJson("POST", "/v1/recordings", { body: { project_id: project, id, all_messages: [{}] } })).json;
  const down = vi.spyOn(env.DB, "batch").mockRejectedValue(new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long."));
  expect(await post("rung")).toMatchObject({ seq: null });
  down.mockRestore();
  await vi.waitFor(async () => expect(await readRecording(project, "rung")).not.toHaveProperty("status"), {
    timeout: 15_000,
    interval: 200,
  });
  // The rest of D1 is over for the tests that follow.
  await vi.waitFor(async () => expect((await post(crypto.randomUUID()))["seq"]).not.toBeNull(), { timeout: 5000, interval: 200 });
  await runCron();
});

/** Posts a recording while the Queue alone takes one. */
async function postIntoQueue(collector: FaultyCollector, body: Answer): Promise<void> {
  Object.assign(collector.faults, { D1: "throws", R2: "throws" });
  expect((await collector.ask("POST", "/v1/recordings", { body })).status).toBe(201);
  for (const binding of ["D1", "R2"] as const) delete collector.faults[binding];
}

test("of what turns say of their session that counts which was received last, though it had been known and another comes late", async () => {
  const collector = openFaulty();
  const project = newProject();
  const turn = (id: string, metadata: object) => ({
    project_id: project,
    id,
    all_messages: [{ role: "user", content: id }],
    session_info: { session_id: "s", custom_metadata: metadata },
  });
  await collector.ask("POST", "/v1/recordings", { body: turn("first", { plan: "free", seat: 1 }) });
  collector.wait(1);
  await postWithoutD1(collector, turn("second", { plan: "pro", region: "eu" }));
  collector.wait(5);
  await collector.ask("POST", "/v1/recordings", { body: turn("third", { plan: "free" }) });
  await collector.settle(project);
  expect(JSON.parse(await sessionMetadata(project))).toEqual({ plan: "free", seat: 1, region: "eu" });
  collector.wait(1);
  await collector.ask("POST", "/v1/recordings", { body: turn("fourth", { plan: "pro" }) });
  expect(JSON.parse(await sessionMetadata(project))).toEqual({ plan: "pro", seat: 1, region: "eu" });
});
