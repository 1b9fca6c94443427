import type { BilledCollector } from "./collector";
import { callOf } from "./recordings";

/** Milliseconds to a primary on another continent and back. */
export const farMs = 150;
const posts = 10;

/** How many of D1's calls a post waits for, one after another, and the milliseconds it takes, where each takes `farMs` more. */
export async function measureFar(collector: BilledCollector): Promise<{ callsWaitedFor: number; medianMs: number }> {
  const post = async (index: number) => {
    const startedMs = performance.now();
    await collector.json("POST", "/v1/recordings", callOf({ index: 80_000_000 + index, session: "far", startedMs: Date.UTC(2026, 10, 1) }));
    const tookMs = performance.now() - startedMs;
    return { calls: (await collector.spent()).callsWaitedFor, tookMs };
  };
  await post(0);
  await collector.setLate(farMs);
  const took: number[] = [];
  let callsWaitedFor = 0;
  for (let index = 1; index <= posts; index += 1) {
    const { calls, tookMs } = await post(index);
    callsWaitedFor = Math.max(callsWaitedFor, calls);
    took.push(tookMs);
  }
  await collector.setLate(0);
  return { callsWaitedFor, medianMs: took.toSorted((one, other) => one - other)[posts >> 1] ?? Number.NaN };
}
