import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRecorder, type Drop, type RecorderOptions } from "../../../src/client/client";

/** How the collector takes one post. */
type Answer = "taken" | "taken, answer lost" | "away" | "busy" | "limited" | "failed" | "one refused" | "too large";

let warn = vi.fn<(message: string) => void>();

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 1 });
  // It works in other threads, for which the fake clock does not wait.
  vi.stubGlobal("CompressionStream", undefined);
  warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("whatever the collector answers, each recording is taken or told as dropped, and nothing waits in the end", async () => {
  const answers = fc.constantFrom<Answer>("taken", "taken, answer lost", "away", "busy", "limited", "failed", "one refused", "too large");
  await fc.assert(
    fc.asyncProperty(
      fc.array(answers, { maxLength: 30 }),
      fc.array(fc.nat(5000), { minLength: 1, maxLength: 130 }),
      async (script, pausesMs) => {
        const collector = scriptedCollector(script);
        const drops: Drop[] = [];
        const recorder = createRecorder({
          url: "https://c.example",
          key: "ac_ingest_k",
          fetch: collector.fetch,
          onDrop: (drop) => drops.push(drop),
        });
        const ids: string[] = [];
        for (const ms of pausesMs) {
          ids.push(recorder.record({ allMessages: [{ role: "user", content: "x".repeat(ms) }] }));
          await vi.advanceTimersByTimeAsync(ms);
        }
        await vi.advanceTimersByTimeAsync(3_600_000);
        const dropped = drops.flatMap((drop) => drop.ids);
        expect(new Set([...collector.taken, ...dropped])).toEqual(new Set(ids));
        expect(dropped.filter((id) => collector.taken.has(id) && !collector.lost.has(id))).toEqual([]);
        expect(new Set(dropped).size).toBe(dropped.length);
        expect(recorder.stats()).toEqual({ waiting: 0, sent: ids.length - dropped.length, dropped: dropped.length });
      },
    ),
    { numRuns: 200 },
  );
});

test("pauses grow, by chance, and never come before the Retry-After", async () => {
  const collector = scriptedCollector(Array.from({ length: 12 }, () => "away"));
  const recorder = createRecorder({ url: "https://c.example", key: "k", fetch: collector.fetch });
  recorder.record({ allMessages: [{ role: "user" }] });
  await vi.advanceTimersByTimeAsync(3_600_000);
  const gaps = collector.timesMs.slice(1).map((ms, index) => ms - (collector.timesMs[index] ?? 0));
  for (const [index, gap] of gaps.entries()) {
    const backOffMs = Math.min(1000 * 2 ** index, 60_000);
    expect(gap).toBeGreaterThanOrEqual(backOffMs / 2);
    expect(gap).toBeLessThanOrEqual(backOffMs + 10);
  }
  const limited = scriptedCollector(["limited"]);
  createRecorder({ url: "https://c.example", key: "k", fetch: limited.fetch }).record({ allMessages: [{ role: "user" }] });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect((limited.timesMs[1] ?? 0) - (limited.timesMs[0] ?? 0)).toBeGreaterThanOrEqual(10_000);
});

test("a permanent refusal is not sent again, and is told once with the collector's words", async () => {
  for (const status of [401, 403, 404, 415]) {
    const drops: Drop[] = [];
    const fetch = vi.fn(async () => Response.json({ code: "c", message: "No." }, { status }));
    const recorder = createRecorder({ url: "https://c.example", key: "k", fetch, onDrop: (drop) => drops.push(drop) });
    const ids = [1, 2].map(() => recorder.record({ allMessages: [{ role: "user" }] }));
    expect(await recorder.flush()).toBe(0);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(drops).toEqual([{ ids, reason: "refused", message: `${status} No.` }]);
  }
  expect(warn).toHaveBeenCalledTimes(4);
});

test("what is too large is sent in the parts that the collector names, and only what alone is too large is dropped", async () => {
  const sizes: number[] = [];
  const drops: Drop[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    if (url.endsWith("/v1/info")) return Response.json({ limits: { body_bytes_max: 2000, items_max: 10 } });
    const body = init.body as string;
    if (body.length > 2000) return Response.json({ code: "c", message: "Too large." }, { status: 413 });
    sizes.push((JSON.parse(body) as unknown[]).length);
    return new Response(null, { status: 204 });
  };
  const recorder = createRecorder({ url: "https://c.example", key: "k", fetch, onDrop: (drop) => drops.push(drop) });
  const record = (chars: number) => recorder.record({ allMessages: [{ role: "user", content: "x".repeat(chars) }] });
  for (let count = 0; count < 40; count += 1) record(100);
  const large = record(3000);
  expect(await recorder.flush()).toBe(0);
  expect(drops.map(({ ids, reason }) => ({ ids, reason }))).toEqual([{ ids: [large], reason: "refused" }]);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40);
  expect(Math.max(...sizes)).toBeGreaterThan(5);
});

test("what waits is bounded, the oldest goes first, and is counted", async () => {
  const drops: Drop[] = [];
  const recorder = createRecorder({
    url: "https://c.example",
    key: "k",
    fetch: async () => await Promise.reject(new Error("away")),
    onDrop: (drop) => drops.push(drop),
  });
  const record = (chars: number) => recorder.record({ allMessages: [{ role: "user", content: "x".repeat(chars) }] });
  const ids = Array.from({ length: 1010 }, () => record(1));
  expect(recorder.stats()).toEqual({ waiting: 1000, sent: 0, dropped: 10 });
  expect(drops.flatMap((drop) => drop.ids)).toEqual(ids.slice(0, 10));
  for (let count = 0; count < 3; count += 1) record(9_000_000);
  expect(recorder.stats()).toEqual({ waiting: 2, sent: 0, dropped: 1011 });
  await recorder.clear();
  expect(recorder.stats().waiting).toBe(0);
});

test("photos recorded at once are all sent, and what no collector takes drives nothing else out", async () => {
  const collector = scriptedCollector([]);
  const drops: Drop[] = [];
  const recorder = createRecorder({ url: "https://c.example", key: "k", fetch: collector.fetch, onDrop: (drop) => drops.push(drop) });
  const record = (chars: number) => recorder.record({ allMessages: [{ role: "user", content: "x".repeat(chars) }] });
  const ids = [100, 4_000_000, 4_000_000, 100, 4_000_000].map(record);
  const hopeless = record(22_000_000);
  expect(await recorder.flush()).toBe(0);
  expect(collector.taken).toEqual(new Set(ids));
  expect(drops.flatMap((drop) => drop.ids)).toEqual([hopeless]);
});

test("flush resolves after 25 s at most, though no post is ever answered, and holds no process up when it has", async () => {
  const recorder = createRecorder({ url: "https://c.example", key: "k", fetch: async () => await new Promise<never>(() => {}) });
  recorder.record({ allMessages: [{ role: "user" }] });
  const flushed = recorder.flush();
  await vi.advanceTimersByTimeAsync(25_000);
  expect(await Promise.race([flushed, Promise.resolve("not yet")])).toBe(1);
  const quick = createRecorder({ url: "https://c.example", key: "k", fetch: async () => new Response(null, { status: 204 }) });
  quick.record({ allMessages: [{ role: "user" }] });
  vi.clearAllTimers();
  expect(await quick.flush()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test("a recording is what it was when it was recorded, in the caller's session and under his id", async () => {
  const collector = scriptedCollector([]);
  const recorder = createRecorder({ url: "https://c.example", key: "k", sessionId: "s", fetch: collector.fetch });
  const messages = [{ role: "user", content: "before" }];
  const own = recorder.record({ id: "own", allMessages: messages, sessionInfo: { customMetadata: { a: 1 } } });
  recorder.record({ allMessages: messages, sessionInfo: { sessionId: "other" } });
  messages.push({ role: "user", content: "after" });
  recorder.feedback(own, "up");
  recorder.feedback(own, { stars: 4 });
  await recorder.flush();
  expect(own).toBe("own");
  expect(collector.items).toEqual([
    { id: "own", allMessages: [{ role: "user", content: "before" }], sessionInfo: { sessionId: "s", customMetadata: { a: 1 } } },
    { id: expect.any(String), allMessages: [{ role: "user", content: "before" }], sessionInfo: { sessionId: "other" } },
    { id: "own", feedback: { freeplay_feedback: "positive" } },
    { id: "own", feedback: { stars: 4 } },
  ]);
});

test("beforeSend redacts a copy or drops, and where it throws nothing is sent", async () => {
  const collector = scriptedCollector([]);
  const drops: Drop[] = [];
  const options: RecorderOptions = {
    url: "https://c.example",
    key: "k",
    fetch: collector.fetch,
    onDrop: (drop) => drops.push(drop),
    beforeSend: (payload) => {
      if (payload.environment === "drop") return null;
      if (payload.environment === "throw") throw new Error("no");
      for (const message of payload.allMessages) Object.assign(message, { content: "***" });
      return payload;
    },
  };
  const recorder = createRecorder(options);
  const allMessages = [{ role: "user", content: "secret" }];
  recorder.record({ id: "a", allMessages });
  recorder.record({ id: "b", allMessages, environment: "drop" });
  recorder.record({ id: "c", allMessages, environment: "throw" });
  await recorder.flush();
  expect(collector.items).toEqual([{ id: "a", allMessages: [{ role: "user", content: "***" }] }]);
  expect(allMessages).toEqual([{ role: "user", content: "secret" }]);
  expect(drops.map(({ ids, reason }) => [ids, reason])).toEqual([
    [["b"], "before_send"],
    [["c"], "invalid"],
  ]);
});

test("nothing that a caller does wrong throws", async () => {
  for (const options of [undefined, null, {}, { url: 1, key: 2 }, { url: "https://c.example", key: "k", onDrop: 7 }]) {
    const recorder = createRecorder({
      ...(options as unknown as RecorderOptions),
      fetch: async () => await Promise.reject(new Error("away")),
    });
    for (const payload of [undefined, null, 1, { allMessages: [1n] }, circular()]) recorder.record(payload as never);
    recorder.feedback(undefined as never, undefined as never);
    void recorder.flush();
    await vi.advanceTimersByTimeAsync(60_000);
  }
});

/** Answers posts by a script, and then takes everything. It knows a recording that it has. */
function scriptedCollector(script: Answer[]) {
  const left = [...script];
  const taken = new Set<string>();
  /** Taken, and never told. */
  const lost = new Set<string>();
  const items: { id: string }[] = [];
  const timesMs: number[] = [];
  const take = (some: { id: string }[]) => {
    for (const item of some) {
      if (!taken.has(item.id) || "feedback" in item) items.push(item);
      taken.add(item.id);
    }
  };
  const later = (status: number, seconds: number) =>
    Response.json({ code: "c", message: "Later." }, { status, headers: { "Retry-After": String(seconds) } });
  const answers: Record<Answer, (posted: { id: string }[]) => Response> = {
    taken(posted) {
      take(posted);
      return new Response(null, { status: 204 });
    },
    "taken, answer lost"(posted) {
      take(posted);
      for (const { id } of posted) lost.add(id);
      throw new TypeError("network error");
    },
    away() {
      throw new TypeError("network error");
    },
    busy: () => later(503, 5),
    limited: () => later(429, 10),
    failed: () => Response.json({ code: "c", message: "A fault." }, { status: 500 }),
    "too large": () => Response.json({ code: "c", message: "Too large." }, { status: 413 }),
    "one refused"(posted) {
      take(posted.slice(1));
      const refused = { status: "rejected", error: { message: "No." } };
      return Response.json({ results: posted.map(({ id }, index) => ({ index, id, ...(index === 0 ? refused : { status: "stored" }) })) });
    },
  };
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.endsWith("/v1/info")) return Response.json({ limits: { body_bytes_max: 4_194_304, items_max: 500 } });
    timesMs.push(Date.now());
    return answers[left.shift() ?? "taken"](JSON.parse(init.body as string) as { id: string }[]);
  };
  return { fetch, taken, lost, items, timesMs };
}

function circular(): object {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}
