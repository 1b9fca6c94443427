import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startCollector } from "../e2e/running-collector";
import { exportAll, exportedIds, postRecordings, storedIds, untilSettled } from "./load";

const rounds = 20;

test("kill -9 in the middle of a load on a D1 that fails, twenty times: what was acknowledged is stored, and exported once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "aircheck-kill-"));
  const acknowledged = { stored: [] as string[], spooled: [] as string[] };
  for (let round = 0; round < rounds; round += 1) {
    const collector = await startCollector({ folder, script: "test/slow/flaky/start.mjs" });
    const load = { isOn: true };
    const clients = Array.from({ length: 6 }, async (_, client) => {
      for (let post = 0; load.isOn; post += 1) {
        const ids = Array.from({ length: 1 + (post % 8) }, (__, index) => `r${round}-c${client}-p${post}-${index}`);
        const taken = await postRecordings(collector, ids);
        acknowledged.stored.push(...taken.stored);
        acknowledged.spooled.push(...taken.spooled);
      }
    });
    await sleep(2000 + 100 * round);
    const died = collector.kill();
    load.isOn = false;
    await Promise.all([died, ...clients]);
  }
  // The same database and bucket, and D1 is well.
  const collector = await startCollector({ folder });
  await untilSettled(collector);
  const stored = await storedIds(collector);
  await exportAll(collector);
  const exported = await exportedIds(collector);
  await collector.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });

  const { stored: atOnce, spooled } = acknowledged;
  process.stdout.write(`acknowledged: ${atOnce.length} stored, ${spooled.length} spooled; stored in the end: ${stored.length}\n`);
  expect(acknowledged.stored.length).toBeGreaterThan(1000);
  expect(acknowledged.spooled.length).toBeGreaterThan(300);
  const kept = new Set(stored);
  expect(kept.size).toBe(stored.length);
  expect([...acknowledged.stored, ...acknowledged.spooled].filter((id) => !kept.has(id))).toEqual([]);
  expect(exported.toSorted()).toEqual(stored.toSorted());
});
