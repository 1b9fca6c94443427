import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";
import { type Receiver, startReceiver } from "./receiver";

let collector: InProcessCollector;
const receivers: Receiver[] = [];
beforeAll(async () => {
  collector = await startInProcess();
});
afterAll(async () => {
  await collector.stop();
  for (const receiver of receivers) await receiver.stop();
});

test("a receiver that answers 500, 500, 429 and then 200 gets one batch with one id, later each time, rightly signed", async () => {
  const { receiver, destination, secret } = await makeWebhook("patient");
  receiver.answer({ status: 500 }, { status: 500 }, { status: 429, headers: { "Retry-After": "7" } }, { status: 200 });
  await record("patient", "one", "two");
  await collector.ask("POST", "/v1/exports");
  const written = await untilState(destination, "written");
  expect(written).toMatchObject({ attempts: 4, rows: 2, last_error: null });
  expect(receiver.received.length).toBe(4);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  const [first, , third, fourth] = receiver.received;
  expect((fourth?.atMs ?? 0) - (third?.atMs ?? 0)).toBeGreaterThanOrEqual(7000);
  expect((third?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2 * 2500);
  const lines = (fourth?.body ?? "")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string });
  expect(lines.map(({ id }) => id)).toEqual(["one", "two"]);
  expect(fourth?.headers["content-type"]).toBe("application/x-ndjson");
  const verify = (key: string) => {
    // The package parses what it has verified as JSON, which lines are not: what it throws then is a SyntaxError.
    try {
      new Webhook(key).verify(fourth?.body ?? "", fourth?.headers as Record<string, string>);
      return "verified";
    } catch (thrown) {
      return thrown instanceof SyntaxError ? "verified" : String(thrown);
    }
  };
  expect(verify(secret)).toBe("verified");
  expect(verify("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toMatch("No matching signature");
});

test("a receiver that answers 400 ends the batch as dead with the reason, others go on, and a retry after the fix delivers it", async () => {
  const { receiver, destination } = await makeWebhook("strict");
  receiver.answer({ status: 400, body: "the column id is missing" }, { status: 200 });
  await record("strict", "refused");
  await collector.ask("POST", "/v1/exports");
  const dead = await untilState(destination, "dead");
  expect(dead).toMatchObject({ attempts: 1, objects: [], due_at: null });
  expect(dead["last_error"]).toMatch(/400.*the column id is missing/);
  await record("strict", "later");
  await collector.ask("POST", "/v1/exports");
  await vi.waitFor(() => expect(receiver.received.length).toBe(2), { timeout: 20_000 });
  expect((await lag(destination)).dead_batches).toBe(1);
  const retried = await collector.ask("POST", `/v1/destinations/${destination}/batches/${String(dead["id"])}/retry`);
  expect(retried).toMatchObject({ status: 202, json: { state: "cut" } });
  await vi.waitFor(async () => expect(await lag(destination)).toMatchObject({ dead_batches: 0, open_batches: 0, lag: { changes: 0 } }), {
    timeout: 20_000,
  });
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual(["refused", "later", "refused"]);
  expect(receiver.received[2]?.headers["webhook-id"]).toBe(receiver.received[0]?.headers["webhook-id"]);
  const again = await collector.ask("POST", `/v1/destinations/${destination}/batches/${String(dead["id"])}/retry`);
  expect(again).toMatchObject({ status: 409, json: { code: "conflict" } });
});

test("of two destinations, one of which does not answer, the other's lag stays flat", async () => {
  const broken = await makeWebhook("two");
  const well = await makeWebhook("two");
  // A time-out first, which takes the longest, then refused by the server at once.
  broken.receiver.answer("nothing", { status: 503 });
  const lags: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    await record("two", `a-${round}`, `b-${round}`);
    await collector.ask("POST", "/v1/exports");
    await vi.waitFor(() => expect(well.receiver.received.length).toBe(round + 1), { timeout: 20_000, interval: 50 });
    await vi.waitFor(async () => expect((await lag(well.destination)).open_batches).toBe(0), { timeout: 20_000, interval: 50 });
    lags.push((await lag(well.destination)).lag.changes);
  }
  expect(lags).toEqual(lags.map(() => 0));
  const behind = await lag(broken.destination);
  expect(behind.open_batches).toBe(8);
  expect(behind.lag.changes).toBeGreaterThanOrEqual(16);
  expect(broken.receiver.received.length).toBeLessThanOrEqual(4);
  await collector.ask("PATCH", `/v1/destinations/${broken.destination}`, { paused: true });
});

/** A receiver, and a destination that sends it one project's recordings. */
async function makeWebhook(project: string): Promise<{ receiver: Receiver; destination: string; secret: string }> {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const { status, json } = await collector.ask("POST", "/v1/destinations", { kind: "webhook", url: receiver.url, project_id: project });
  expect(status).toBe(201);
  return { receiver, destination: json["id"] as string, secret: json["secret"] as string };
}

async function record(project: string, ...ids: string[]): Promise<void> {
  const items = ids.map((id) => ({ project_id: project, id, all_messages: [{ role: "user", content: `hello ☀️ ${id}` }] }));
  expect((await collector.ask("POST", "/v1/recordings", items)).status).toBe(200);
}

async function lag(
  destination: string,
): Promise<{ lag: { changes: number; seconds: number }; open_batches: number; dead_batches: number }> {
  return (await collector.ask("GET", `/v1/destinations/${destination}/batches?limit=1`)).json as Awaited<ReturnType<typeof lag>>;
}

async function untilState(destination: string, state: string): Promise<Record<string, unknown>> {
  return await vi.waitFor(
    async () => {
      const { json } = await collector.ask("GET", `/v1/destinations/${destination}/batches?limit=1`);
      expect(json["batches"][0]).toMatchObject({ state });
      return json["batches"][0] as Record<string, unknown>;
    },
    { timeout: 90_000, interval: 200 },
  );
}
