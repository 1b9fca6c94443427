import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { askJson, newProject } from "./collector";
import { collectorWith, databaseApart } from "./collector-with";

afterEach(() => vi.restoreAllMocks());

test("a collector that is ready says how full D1 is, what is spooled, and how far each export is behind", async () => {
  const { ask } = collectorWith({ db: databaseApart() });
  await askJson("POST", "/v1/recordings", { body: { project_id: newProject(), all_messages: [{}] } });
  const { status, json } = await ask("GET", "/readyz", { key: null });
  expect(status).toBe(200);
  expect(json).toMatchObject({ status: "ok", d1: { answers: true, bytes_max: 10_000_000_000 }, spool: { is_at_least: false } });
  expect(json["d1"].bytes).toBeGreaterThan(10_000);
  expect(json["d1"].share).toBeCloseTo(json["d1"].bytes / 1e10, 6);
  const ours = (json["exports"] as { destination: string }[]).find(({ destination }) => destination === "default");
  const { head_seq: head, lag, open_batches: open, dead_batches: dead } = (await askJson("GET", "/v1/destinations/default/batches")).json;
  expect(head).toBeGreaterThan(0);
  expect(ours).toMatchObject({ open_batches: open, dead_batches: dead });
  expect((ours as unknown as { lag_changes: number }).lag_changes).toBe(lag.changes);
});

test.for<[string, () => Promise<unknown>]>([
  ["throws", async () => await Promise.reject(new Error("D1_ERROR: D1 DB is overloaded."))],
  ["hangs", async () => await new Promise(() => undefined)],
])("where D1 %s it is 503 within the second, and says what is known all the same", async ([, fault]) => {
  const db = databaseApart();
  db.fault = fault;
  const { ask } = collectorWith({ db });
  const startedMs = Date.now();
  const { status, headers, json } = await ask("GET", "/readyz", { key: null });
  expect(Date.now() - startedMs).toBeLessThan(2000);
  expect({ status, json }).toMatchObject({
    status: 503,
    json: { status: "unavailable", d1: { answers: false, bytes: null }, exports: null },
  });
  expect(headers.get("Retry-After")).toBe("5");
  expect(json["spool"]).toMatchObject({ is_at_least: false });
});

test("a bucket that does not answer is told, and is no reason not to be ready", async () => {
  const { ask } = collectorWith({ db: databaseApart() });
  vi.spyOn(env.ARCHIVE, "list").mockRejectedValue(new Error("internal error 10001"));
  expect(await ask("GET", "/readyz", { key: null })).toMatchObject({ status: 200, json: { status: "ok", spool: null } });
});

test("however often it is asked, D1 is asked once in five seconds", async () => {
  const db = databaseApart();
  let nowMs = Date.now();
  const { ask } = collectorWith({ db, now: () => nowMs });
  const batch = vi.spyOn(db, "batch");
  for (let time = 0; time < 50; time += 1) await ask("GET", "/readyz", { key: null });
  expect(batch).toHaveBeenCalledTimes(1);
  nowMs += 5001;
  await ask("GET", "/readyz", { key: null });
  expect(batch).toHaveBeenCalledTimes(2);
});
