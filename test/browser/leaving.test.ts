import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { setStage } from "./stage";

const ids = (count: number) => Array.from({ length: count }, (_, index) => `r-${String(index).padStart(3, "0")}`);
/** Records so many at once, each of so many bytes. */
const sayAll = (count: number, bytes: number) =>
  `for (const id of ${JSON.stringify(ids(count))}) say(id, { inputs: { text: Math.random() + "x".repeat(${bytes}) } })`;

test("eight posts of 20 KB with keepalive, whose answers nobody reads, all arrive", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  const address = JSON.stringify(`${stage.door.origin}/v1/r?key=${stage.key}`);
  // Whatever is answered is left unread, and kept, so that nothing of it is collected.
  const statuses = await page.evaluate(`(async () => {
    window.unread = [];
    for (const id of ${JSON.stringify(ids(8))}) {
      const body = JSON.stringify({ id, allMessages: [{ role: "user", content: "x".repeat(20_000) }] });
      window.unread.push(await fetch(${address}, { method: "POST", keepalive: true, body }));
    }
    return window.unread.map(({ status }) => status);
  })()`);
  expect(statuses).toEqual(Array.from({ length: 8 }, () => 204));
  expect(await stage.storedIn(10_000, 8)).toEqual(ids(8));
});

test("of 300 KB that wait when a page is left, what finds room goes at once, and all the rest from the next page", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate(`window.left = () => { ${sayAll(30, 10_000)} }; addEventListener("pagehide", left)`);
  await page.goto("about:blank");
  const atOnce = await stage.storedIn(5000, 5);
  expect(atOnce.length).toBeGreaterThanOrEqual(4);
  expect(atOnce.length).toBeLessThan(30);
  await page.goto(stage.site.origin);
  expect(await stage.storedIn(15_000, 30)).toEqual(ids(30));
});

test("a page that is left or closed while the collector is away loses nothing, what it records then included: the next page sends it", async () => {
  const stage = await setStage();
  const expected: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const page = await stage.browser.open(stage.site.origin);
    stage.door.decide(() => "cut");
    const [before, left] = [`before-${round}`, `left-${round}`];
    await page.evaluate(
      `addEventListener("pagehide", () => say("${left}", { inputs: { text: Math.random() + "x".repeat(100_000) } })); say("${before}")`,
    );
    await (round % 2 === 0 ? page.goto("about:blank") : page.close({ runBeforeUnload: true }));
    await sleep(500);
    expect(await stage.stored()).toEqual(expected.toSorted());
    expected.push(before, left);
    stage.door.decide(() => "pass");
    await (await stage.browser.open(stage.site.origin)).waitForFunction("recorder.stats().waiting === 0");
    expect(await stage.storedIn(10_000, expected.length)).toEqual(expected.toSorted());
  }
});

test("a page that is given back from where the browser kept it goes on at once, and one that went on meanwhile too", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  // Headless browsers keep no pages: this is what a page sees where they do.
  const tell = async (name: string) => await page.evaluate(`dispatchEvent(new PageTransitionEvent("${name}", { persisted: true }))`);
  stage.door.decide(() => "cut");
  await page.evaluate("say('before')");
  await tell("pagehide");
  await page.evaluate("say('meanwhile')");
  await sleep(3000);
  expect(await stage.stored()).toEqual([]);
  stage.door.decide(() => "pass");
  await tell("pageshow");
  expect(await stage.storedIn(1000, 2)).toEqual(["before", "meanwhile"]);
  await page.evaluate("say('after')");
  expect(await stage.storedIn(5000, 3)).toEqual(["after", "before", "meanwhile"]);
});

test("two tabs of one site at once lose nothing, and each recording is stored once", async () => {
  const stage = await setStage();
  const first = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await first.evaluate(sayAll(20, 100));
  const second = await stage.browser.open(stage.site.origin);
  await second.evaluate("say('second')");
  await sleep(1500);
  stage.door.decide(() => "pass");
  expect(await stage.storedIn(20_000, 21)).toEqual([...ids(20), "second"]);
});

test("persist: false keeps nothing for the next page, and clear() forgets what waits", async () => {
  const stage = await setStage({ options: "persist: location.hash !== '#none'" });
  stage.door.decide(() => "cut");
  const page = await stage.browser.open(`${stage.site.origin}#none`);
  await page.evaluate("say('gone')");
  await sleep(300);
  await page.close();
  const kept = await stage.browser.open(stage.site.origin);
  expect(await kept.evaluate("recorder.stats().waiting")).toBe(0);
  await kept.evaluate("say('kept')");
  await sleep(300);
  await kept.evaluate("recorder.clear()");
  expect(await kept.evaluate("recorder.stats().waiting")).toBe(0);
  stage.door.decide(() => "pass");
  await kept.reload();
  await sleep(1500);
  expect(await stage.stored()).toEqual([]);
});
