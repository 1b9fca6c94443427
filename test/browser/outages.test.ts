import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Fate } from "./door";
import { setStage } from "./stage";

const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => `r-${String(from + index).padStart(3, "0")}`);
const sayAll = (from: number, count: number) => `for (const id of ${JSON.stringify(ids(from, count))}) say(id)`;

test("what is recorded while the collector refuses connections for 20 s arrives once it is back, each once", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  await stage.door.shut();
  for (let second = 0; second < 20; second += 1) {
    await page.evaluate(sayAll(second * 3, 3));
    await sleep(1000);
  }
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 60, sent: 0, dropped: 0 });
  await stage.door.reopen();
  expect(await stage.storedIn(60_000, 60)).toEqual(ids(0, 60));
  await page.waitForFunction("recorder.stats().waiting === 0");
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 0, sent: 60, dropped: 0 });
});

test("503 and 429 in turn, cut connections and lost answers lose nothing and double nothing; a Retry-After is heeded", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const fates: Fate[] = [
    { status: 503, retryAfter: "2" },
    { status: 429, retryAfter: "1" },
    { status: 503 },
    { status: 429 },
    "cut",
    "lose answer",
  ];
  stage.door.decide((post) => fates[post] ?? "pass");
  for (let round = 0; round < 10; round += 1) {
    await page.evaluate(sayAll(round * 5, 5));
    await sleep(400);
  }
  // Six pauses that double: 63 s at most.
  expect(await stage.storedIn(80_000, 50)).toEqual(ids(0, 50));
  await page.waitForFunction("recorder.stats().waiting === 0");
  expect(await page.evaluate("recorder.stats()")).toEqual({ waiting: 0, sent: 50, dropped: 0 });
  const statuses = stage.door.posts().map(({ status }) => status);
  expect(statuses.slice(0, 6)).toEqual([503, 429, 503, 429, 0, 0]);
});

test("a tab that is killed with 50 unsent recordings has them sent when its page is opened again", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await page.evaluate(sayAll(0, 50));
  await sleep(500);
  const crashed = page.waitForEvent("crash");
  const session = await stage.browser.context().newCDPSession(page);
  void session.send("Page.crash").catch(() => undefined);
  await crashed;
  stage.door.decide(() => "pass");
  await stage.browser.open(stage.site.origin);
  expect(await stage.storedIn(10_000, 50)).toEqual(ids(0, 50));
});

test("so has a browser whose processes all end at once", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await page.evaluate(sayAll(0, 50));
  await sleep(500);
  await stage.browser.crash();
  stage.door.decide(() => "pass");
  await stage.browser.open(stage.site.origin);
  expect(await stage.storedIn(10_000, 50)).toEqual(ids(0, 50));
});
