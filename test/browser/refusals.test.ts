import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { setStage, type Stage } from "./stage";

/** What a page reads of the answer to a post of its own. */
async function postRaw({ browser, site, door, key }: Stage, count = 1): Promise<unknown> {
  const page = await browser.open(site.origin);
  const address = JSON.stringify(`${door.origin}/v1/r?key=${key}`);
  return await page.evaluate(`(async () => {
    const posts = Array.from({ length: ${count} }, (_, n) => fetch(${address}, { method: "POST", body: '{"id":"raw-' + n + '","allMessages":[{}]}' }));
    const answers = await Promise.all(posts);
    const refused = answers.find(({ ok }) => !ok);
    return refused && { status: refused.status, retryAfter: refused.headers.get("Retry-After"), body: await refused.json() };
  })()`);
}

test("a page reads that its key sends too much, and how long to wait; what it records meanwhile arrives", async () => {
  const stage = await setStage({ bounds: { rate_tier: "small" } });
  expect(await postRaw(stage, 80)).toMatchObject({
    status: 429,
    retryAfter: "10",
    body: { code: "rate_limited", message: expect.stringContaining("tier") },
  });
  const before = await stage.stored();
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("for (let n = 0; n < 20; n += 1) say('late-' + n)");
  await page.waitForFunction("recorder.stats().sent === 20", null, { timeout: 60_000 });
  expect((await stage.stored()).filter((id) => id.startsWith("late-"))).toHaveLength(20);
  expect(await stage.stored()).toHaveLength(before.length + 20);
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 0, sent: 20, dropped: 0 });
});

test("what is together too large for its key goes in parts; what is so alone is told, with both sizes, and holds nothing up", async () => {
  const stage = await setStage({ bounds: { body_bytes_max: 20_000 }, options: "onDrop: (drop) => (window.drops ??= []).push(drop)" });
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate(`for (let n = 0; n < 40; n += 1) say("part-" + n, { inputs: { text: "x".repeat(2000) } });
    say("huge", { inputs: { text: "x".repeat(30_000) } }); say("after")`);
  await page.waitForFunction("recorder.stats().waiting === 0", null, { timeout: 60_000 });
  const stored = await stage.stored();
  expect(stored).toHaveLength(41);
  expect(stored).toContain("after");
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 0, sent: 41, dropped: 1 });
  expect(await page.evaluate("drops")).toEqual([
    { ids: ["huge"], reason: "refused", message: expect.stringMatching(/^413 (?=.*\b20000 bytes)(?=.*\b30\d{3}\b)/) },
  ]);
  expect(stage.door.knocks.filter(({ method }) => method === "OPTIONS")).toEqual([]);
});

test("a page reads that its key has expired", async () => {
  const stage = await setStage({ bounds: { expires_at: new Date(Date.now() + 2000).toISOString() } });
  await sleep(2100);
  expect(await postRaw(stage)).toMatchObject({ status: 401, body: { message: expect.stringMatching(/expired/) } });
  expect(await stage.stored()).toEqual([]);
});

test("one recording that is refused is told by its id, and takes none of its post with it", async () => {
  const stage = await setStage({ options: "onDrop: (drop) => (window.drops ??= []).push(drop)" });
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("say('one'); recorder.record({ id: 'wrong', allMessages: 'none' }); say('other'); recorder.flush()");
  expect(await stage.storedIn(5000, 2)).toEqual(["one", "other"]);
  expect(await page.evaluate("drops.map(({ ids, reason }) => [...ids, reason])")).toEqual([["wrong", "refused"]]);
});
