import { setTimeout as sleep } from "node:timers/promises";
import { limits } from "../../src/limits";
import type { Collector } from "./collector";

/** The cron's minutes, until all that it brings up to date has come to the head of the log, or so near that it waits. */
export async function rollUp(collector: Collector): Promise<{ minutes: number; slowestMs: number }> {
  const behind = collector.db.prepare(`
    SELECT count(*) AS count FROM cursors
    WHERE seq + CASE name WHEN 'metrics' THEN ${limits.metricPlacesWorthAStep} WHEN 'runs' THEN ${2 * limits.runPlaces} ELSE 0 END < (SELECT max(seq) FROM (SELECT max(seq) AS seq FROM recordings UNION ALL SELECT max(seq) FROM changes))`);
  let [minutes, slowestMs] = [0, 0];
  for (;;) {
    const startedMs = performance.now();
    await collector.minute();
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    minutes += 1;
    // What the minute woke goes on meanwhile: late counts are changes too.
    await sleep(50);
    if ((await behind.first<number>("count")) === 0) return { minutes, slowestMs };
  }
}
