import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Browser, launchBrowser } from "../browser/chromium";
import { type Door, type Fate, openDoor } from "../browser/door";
import { openSite, type Site } from "../browser/site";
import { type RunningCollector, startCollector } from "../e2e/running-collector";

const rounds = 60;
let collector: RunningCollector;
let door: Door;
let site: Site;
let browser: Browser;
const project = `pages-${crypto.randomUUID()}`;

beforeAll(async () => {
  collector = await startCollector();
  const { key } = (await ask("/v1/keys", { scope: "browser", project_id: project, origins: ["http://localhost:*"] })) as { key: string };
  door = await openDoor(collector.origin);
  site = await openSite(door.origin, `window.recorder = createRecorder({ url: "${door.origin}", key: "${key}" });`);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await door.close();
  await collector.stop();
});

async function ask(path: string, body?: object): Promise<unknown> {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(collector.origin + path, {
    ...init,
    headers: { Authorization: `Bearer ${collector.adminKey}`, "Content-Type": "application/json" },
  });
  return await response.json();
}

const pick = <One>(...all: One[]): One => all[Math.floor(Math.random() * all.length)] as One;

test("tabs that come and go, are left, closed, killed and reloaded while the collector comes and goes lose nothing, and double nothing", async () => {
  const expected: string[] = [];
  let tabs: Page[] = [];
  const record = async (tab: Page, count: number, bytes: number) => {
    const ids = Array.from({ length: count }, () => crypto.randomUUID());
    const say = `for (const id of ${JSON.stringify(ids)}) recorder.record({ id, allMessages: [{ role: "user", content: Math.random() + "x".repeat(${bytes}) }] });`;
    await tab.evaluate(say);
    expected.push(...ids);
  };
  const recordOnLeave = async (tab: Page) => {
    const id = crypto.randomUUID();
    await tab.evaluate(
      `addEventListener("pagehide", () => recorder.record({ id: "${id}", allMessages: [{ role: "user" }] }), { once: true })`,
    );
    expected.push(id);
  };
  for (let round = 0; round < rounds; round += 1) {
    const fate = pick<Fate>(
      "pass",
      "pass",
      "cut",
      "lose answer",
      "hang",
      { status: 503 },
      { status: 429, retryAfter: "1" },
      { status: 500 },
    );
    door.decide(() => (Math.random() < 0.7 ? fate : "pass"));
    if (tabs.length === 0 || (tabs.length < 3 && Math.random() < 0.4)) tabs.push(await browser.open(site.origin));
    const tab = pick(...tabs);
    await record(tab, pick(1, 3, 20), pick(100, 4000, 15_000));
    const turn = pick("stay", "stay", "reload", "leave", "close", "kill", "crash");
    // What is recorded and killed in the same moment may not have come to the disk yet.
    if (turn === "kill" || turn === "crash") await sleep(700);
    if (turn === "leave" || turn === "close") await recordOnLeave(tab);
    if (turn === "reload" || turn === "leave") {
      await tab.goto("about:blank");
      await tab.goto(site.origin);
      await tab.waitForFunction("window.isReady === true");
    }
    if (turn === "close") await tab.close({ runBeforeUnload: true });
    if (turn === "kill") {
      const gone = tab.waitForEvent("crash");
      void (await browser.context().newCDPSession(tab)).send("Page.crash").catch(() => undefined);
      await gone;
      await tab.close();
    }
    if (turn === "close" || turn === "kill") tabs = tabs.filter((one) => one !== tab);
    if (turn === "crash") {
      await browser.crash();
      tabs = [];
    }
    await sleep(pick(0, 100, 1500));
  }
  door.decide(() => "pass");
  const last = await browser.open(site.origin);
  await last.waitForFunction("recorder.stats().waiting === 0", undefined, { timeout: 120_000 });
  for (const tab of tabs) await tab.waitForFunction("recorder.stats().waiting === 0", undefined, { timeout: 120_000 });
  const stored: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page = (await ask(`/v1/recordings?project_id=${project}&limit=200&cursor=${cursor}`)) as {
      recordings: { id: string }[];
      next_cursor: string | null;
    };
    stored.push(...page.recordings.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(new Set(stored).size).toBe(stored.length);
  expect(expected.filter((id) => !stored.includes(id))).toEqual([]);
  expect(stored).toHaveLength(expected.length);
});
