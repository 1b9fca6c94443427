import { expect, test } from "vitest";
import type { Fate } from "./door";
import { setStage } from "./stage";

test("tabs that record at once, through an outage, and are closed at once lose nothing, and each recording is stored once", async () => {
  const stage = await setStage();
  const tabs = await Promise.all(Array.from({ length: 3 }, async () => await stage.browser.open(stage.site.origin)));
  const fates: Fate[] = ["lose answer", "cut", { status: 503 }, "pass"];
  stage.door.decide((post) => fates[post % fates.length] ?? "pass");
  const ids: string[] = [];
  for (let round = 0; round < 8; round += 1) {
    await Promise.all(
      tabs.map(async (tab, number) => {
        ids.push(`r-${round}-${number}`);
        await tab.evaluate(`say("r-${round}-${number}")`);
      }),
    );
    await tabs[0]?.waitForTimeout(300);
  }
  await Promise.all(tabs.map(async (tab) => await tab.close({ runBeforeUnload: true })));
  stage.door.decide(() => "pass");
  const next = await stage.browser.open(stage.site.origin);
  await next.waitForFunction("recorder.stats().waiting === 0");
  expect(await stage.storedIn(15_000, ids.length)).toEqual(ids.toSorted());
  // Those that came twice were the same.
  for (const id of ids) expect(await stage.status(id)).toMatchObject({ status: "stored", duplicates: { differing: 0 } });
});
