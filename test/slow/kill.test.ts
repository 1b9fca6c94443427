import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startCollector } from "../e2e/running-collector";
import { exportAll, exportedIds, postRecordings, storedIds } from "./load";

test("kill -9 in the middle of a load: what was acknowledged is stored, and exported once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "aircheck-kill-"));
  const acknowledged: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const collector = await startCollector({ folder });
    const load = { isOn: true };
    const clients = Array.from({ length: 6 }, async (_, client) => {
      for (let post = 0; load.isOn; post += 1) {
        const ids = Array.from({ length: 20 }, (__, index) => `r${round}-c${client}-p${post}-${index}`);
        if (await postRecordings(collector, ids)) acknowledged.push(...ids);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 4000 + round * 500));
    const died = collector.kill();
    load.isOn = false;
    await Promise.all([died, ...clients]);
  }
  const collector = await startCollector({ folder });
  const stored = await storedIds(collector);
  await exportAll(collector);
  const exported = await exportedIds(collector);
  await collector.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });

  expect(acknowledged.length).toBeGreaterThan(1000);
  const kept = new Set(stored);
  expect(kept.size).toBe(stored.length);
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  expect(exported.toSorted()).toEqual(stored.toSorted());
});
