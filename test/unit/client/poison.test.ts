import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRecorder, type Drop, type Recorder, type RecorderOptions } from "../../../src/client/client";

beforeEach(() => {
  vi.useFakeTimers();
  // It works in other threads, for which the fake clock does not wait.
  vi.stubGlobal("CompressionStream", undefined);
  vi.spyOn(console, "warn").mockReturnValue(undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a recording for which a whole post is refused takes none of its fellows with it", async () => {
  const { recorder, taken, drops } = record((body) => {
    // As one that is nested too deep is answered.
    if (body.includes("poison")) return Response.json({ code: "bad_request", message: "Too deep." }, { status: 400 });
    return "take";
  });
  const ids = recordMany(recorder, 50);
  await sendAll(recorder);
  expect(drops).toEqual([{ ids: ["poison"], reason: "refused", message: "400 Too deep." }]);
  expect(taken).toEqual(new Set(ids.filter((id) => id !== "poison")));
});

test("beforeSend that returns nothing drops its recording, and no other", async () => {
  const beforeSend = (payload: { id?: string }) => (payload.id === "poison" ? undefined : payload);
  const { recorder, posts, taken, drops } = record(() => "take", {
    beforeSend: beforeSend as unknown as RecorderOptions["beforeSend"] & object,
  });
  const ids = recordMany(recorder, 10);
  await sendAll(recorder);
  expect(drops.map((drop) => drop.ids)).toEqual([["poison"]]);
  expect(posts).toHaveLength(1);
  expect(taken).toEqual(new Set(ids.filter((id) => id !== "poison")));
});

test("where the collector's bounds cannot be read, what is too large is sent in smaller parts all the same", async () => {
  const { recorder, taken, drops } = record((body) => {
    if (body === "info") return Response.json({ code: "forbidden", message: "A browser key is for pages." }, { status: 403 });
    if (body.includes("poison")) return Response.json({ code: "too_large", message: "Too large." }, { status: 413 });
    return "take";
  });
  const ids = recordMany(recorder, 50);
  await sendAll(recorder);
  expect(drops).toEqual([{ ids: ["poison"], reason: "refused", message: expect.stringMatching(/^413 Too large\./) }]);
  expect(taken).toEqual(new Set(ids.filter((id) => id !== "poison")));
});

const foreign = (status: number) => new Response("<html>Blocked</html>", { status, headers: { "Content-Type": "text/html" } });

test.each<[string, () => Response]>([
  [
    "breaks the connection",
    () => {
      throw new TypeError("network error");
    },
  ],
  ["is refused by a firewall", () => foreign(403)],
  ["makes the collector break off", () => foreign(503)],
])("a recording that %s holds up nothing else, now or later", async (_, answer) => {
  const { recorder, posts, taken, drops } = record((body) => (body.includes("poison") ? answer() : "take"));
  const ids = recordMany(recorder, 50);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(taken).toEqual(new Set(ids.filter((id) => id !== "poison")));
  for (let minute = 0; minute < 30; minute += 1) {
    const id = recorder.record({ allMessages: [{ role: "user" }] });
    await vi.advanceTimersByTimeAsync(61_000);
    expect(taken).toContain(id);
  }
  // Nor does it make much ado.
  expect(posts.filter((post) => post.includes("poison")).length).toBeLessThan(30);
  const busy = Array.from({ length: 60 }, () => recorder.record({ allMessages: [{ role: "user" }] }));
  await vi.advanceTimersByTimeAsync(2000);
  for (const id of busy) expect(taken).toContain(id);
  expect(drops).toEqual([]);
  expect(recorder.stats().waiting).toBe(1);
});

test.each([200, 302, 401, 403, 404, 500])("what somebody between answers, as %i with a page of his own, loses nothing", async (status) => {
  let isBetween = true;
  const { recorder, taken, drops } = record(() => (isBetween ? foreign(status) : "take"));
  const ids = recordMany(recorder, 60);
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect({ drops, taken: taken.size }).toEqual({ drops: [], taken: 0 });
  isBetween = false;
  await vi.advanceTimersByTimeAsync(120_000);
  expect(taken).toEqual(new Set(ids));
  expect(recorder.stats()).toEqual({ waiting: 0, sent: 60, dropped: 0 });
});

test("what is said of a recording is taken in the order in which it was said, whatever fails in between", async () => {
  let posts = 0;
  const said: unknown[] = [];
  const { recorder } = record((body) => {
    posts += 1;
    if (posts < 3) throw new TypeError("network error");
    said.push(...(JSON.parse(body) as { id: string; feedback?: object }[]).filter(({ id }) => id === "a").map(({ feedback }) => feedback));
    return "take";
  });
  recorder.feedback("a", { stars: 1 });
  await vi.advanceTimersByTimeAsync(1001);
  recorder.record({ id: "b", allMessages: [{ role: "user" }] });
  recorder.feedback("a", { stars: 2 });
  await vi.advanceTimersByTimeAsync(120_000);
  expect(said).toEqual([{ stars: 1 }, { stars: 2 }]);
});

/** A recorder whose posts are answered so; what is taken, each once, and what is told as dropped. */
function record(answer: (body: string) => Response | "take", more: Partial<RecorderOptions> = {}) {
  const taken = new Set<string>();
  const drops: Drop[] = [];
  const posts: string[][] = [];
  const recorder = createRecorder({
    url: "https://c.example",
    key: "ac_ingest_k",
    onDrop: (drop) => drops.push(drop),
    fetch: async (url, init) => {
      if (url.endsWith("/v1/info")) return answer("info") as Response;
      const body = init.body as string;
      const ids = (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
      posts.push(ids);
      const given = answer(body);
      if (given !== "take") return given;
      for (const id of ids) taken.add(id);
      return new Response(null, { status: 204 });
    },
    ...more,
  });
  return { recorder, posts, drops, taken };
}

/** Has all sent that can be. */
async function sendAll({ flush }: Recorder): Promise<void> {
  void flush();
  await vi.advanceTimersByTimeAsync(600_000);
}

/** Records so many, among them one that is called poison. */
function recordMany(recorder: Recorder, count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => (index === 7 ? "poison" : `r-${String(index).padStart(3, "0")}`));
  for (const id of ids) recorder.record({ id, allMessages: [{ role: "user" }] });
  return ids;
}
