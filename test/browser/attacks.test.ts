import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { setStage, type Stage } from "./stage";

const script = "window.createRecorder = createRecorder;";
/** The places that stand in the storage of the page's origin. */
const kept = `new Promise((resolve) => {
  indexedDB.open("aircheck").onsuccess = ({ target: { result } }) => {
    if (!result.objectStoreNames.contains("unsent")) return resolve([]);
    const asked = result.transaction("unsent").objectStore("unsent").getAll();
    asked.onsuccess = () => { result.close(); resolve(asked.result.map(({ id }) => id)); };
  };
})`;

test("while a page's last requests are under way, and it lives on, it does nothing over and over", async () => {
  const stage = await setStage({
    script: `let timers = 0; const own = setTimeout; window.setTimeout = (...all) => { timers += 1; return own(...all); }; window.timers = () => timers;`,
  });
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "hang");
  await page.evaluate(`say("a"); dispatchEvent(new PageTransitionEvent("pagehide")); dispatchEvent(new PageTransitionEvent("pageshow"))`);
  await sleep(4000);
  expect(await page.evaluate("timers()")).toBeLessThan(10);
});

test("clear() forgets what was recorded in the line before it", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("say('forgotten'); recorder.clear()");
  await page.evaluate("say('one'); say('two'); recorder.clear()");
  await sleep(300);
  expect(await page.evaluate(kept)).toEqual([]);
  await page.reload();
  await sleep(1500);
  expect(await stage.stored()).toEqual([]);
});

test("clear() forgets what an earlier page left, even before it was found", async () => {
  const stage = await setStage({ script: "if (location.hash === '#clear') recorder.clear();" });
  await leaveBehind(stage, "forgotten");
  // A page that is left would send it on its way out.
  await stage.browser.kill("renderer");
  // And what it had sent already is with the browser, which outlives it: that is cut too.
  await sleep(1000);
  stage.door.decide(() => "pass");
  const page = await stage.browser.open(`${stage.site.origin}#clear`);
  await sleep(2000);
  expect(await stage.stored()).toEqual([]);
  expect(await page.evaluate(kept)).toEqual([]);
});

test("clear() of one collector's recorder leaves what waits for another", async () => {
  const stage = await setStage({ script });
  const page = await leaveBehind(stage, "other");
  await page.evaluate("createRecorder({ url: 'http://localhost:1', key: 'ac_browser_x' }).clear()");
  expect(await page.evaluate(kept)).toEqual(["other"]);
});

test("what was told as dropped for want of room is not kept", async () => {
  const stage = await setStage({ script });
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await page.evaluate("for (let n = 0; n < 1100; n += 1) say('r-' + n)");
  expect(await page.evaluate("recorder.stats().dropped")).toBe(100);
  const ids = await vi.waitFor(async () => {
    const found = (await page.evaluate(kept)) as string[];
    expect(found).toHaveLength(1000);
    return found;
  }, 20_000);
  expect(ids).not.toContain("r-0");
});

test("what is recorded after the browser took the storage's connection away is kept again", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await page.evaluate("say('before')");
  await sleep(300);
  // As it does on phones, and for whoever clears his browser's data.
  await page.evaluate("new Promise((resolve) => { indexedDB.deleteDatabase('aircheck').onsuccess = resolve })");
  await page.evaluate("say('after')");
  await vi.waitFor(async () => expect(await page.evaluate(kept)).toEqual(["after"]), 20_000);
});

/** A page that has left one recording unsent, opened again while its collector is away. */
async function leaveBehind(stage: Stage, id: string) {
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "cut");
  await page.evaluate(`say("${id}")`);
  await vi.waitFor(async () => expect(await page.evaluate(kept)).toEqual([id]), 20_000);
  return page;
}
