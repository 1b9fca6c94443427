import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { setStage } from "./stage";

const ids = Array.from({ length: 50 }, (_, index) => `r-${String(index).padStart(2, "0")}`);
const sayAll = `for (const id of ${JSON.stringify(ids)}) say(id)`;

test.each(["renderer", "browser"] as const)(
  "50 recordings that were unsent when the %s's process was killed arrive once their page is opened again, each once",
  async (processes) => {
    const stage = await setStage();
    const page = await stage.browser.open(stage.site.origin);
    await stage.door.shut();
    await page.evaluate(sayAll);
    await sleep(500);
    await stage.browser.kill(processes);
    await stage.door.reopen();
    await (await stage.browser.open(stage.site.origin)).waitForFunction("recorder.stats().waiting === 0");
    expect(await stage.storedIn(10_000, 50)).toEqual(ids);
  },
);

test("what the collector had when the browser was killed, before it had said so, is stored once", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  stage.door.decide(() => "lose answer");
  await page.evaluate(sayAll);
  expect(await stage.storedIn(10_000, 50)).toEqual(ids);
  await stage.browser.kill("browser");
  stage.door.decide(() => "pass");
  const next = await stage.browser.open(stage.site.origin);
  await next.waitForFunction("recorder.stats().sent === 50");
  expect(await stage.stored()).toEqual(ids);
});

test("what is recorded just before its tab is closed by the browser, without asking the page, arrives in the end", async () => {
  const stage = await setStage();
  const page = await stage.browser.open(stage.site.origin);
  await page.evaluate("addEventListener('pagehide', () => say('farewell')); say('last')");
  await page.close();
  await (await stage.browser.open(stage.site.origin)).waitForFunction("recorder.stats().waiting === 0");
  expect(await stage.storedIn(5000, 2)).toContain("last");
});
