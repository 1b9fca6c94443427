import { batchBytes, batchItems, batchMs, flushMs } from "./bounds";
import { bytesOf } from "./item";
import type { Sender } from "./send";
import type { Queue } from "./waiting";

/** When what waits is sent. */
export interface Schedule {
  /** Now, even what failed before. */
  run: () => void;
  /** Something was added: with what comes soon after, or at once where that makes a post of a good size. */
  sendSoon: () => void;
  /** Now, and again for a while where something has to wait: how much still waits in the end. */
  flush: () => Promise<number>;
}

export function createSchedule(queue: Queue, sender: Sender): Schedule {
  // What a Worker begins in one request may not be waited for in another: there each flush works for itself, and no timer does.
  const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = 0;
  let running: Promise<number> | undefined;

  const run = async (isUrged = false): Promise<number> => {
    clearTimeout(timer);
    timer = undefined;
    if (isWorker) return await sender.drain(isUrged);
    running ??= sender.drain(isUrged).then((waitMs) => {
      running = undefined;
      // What is in flight on another way is looked after, not waited for.
      if (queue.items.length > 0) runIn(waitMs || batchMs);
      return waitMs;
    });
    return await running;
  };

  const runIn = (ms: number) => {
    const atMs = performance.now() + ms;
    if (isWorker || (timer !== undefined && dueMs <= atMs)) return;
    clearTimeout(timer);
    dueMs = atMs;
    timer = setTimeout(run, ms);
    // A server's process ends when all was tried, and does not wait for a collector that is away.
    if (ms > batchMs) (timer as { unref?: () => void }).unref?.();
  };

  const runUntil = async (untilMs: number) => {
    let waitMs = 0;
    do {
      // Even at first: what a call that was just answered records comes after its answer.
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = await run(true);
    } while (waitMs > 0 && performance.now() + waitMs <= untilMs);
  };

  return {
    run: () => void run(true),
    sendSoon() {
      if (running !== undefined) return;
      runIn(Math.max(sender.pauseMs(), queue.items.length < batchItems && bytesOf(queue.items) < batchBytes ? batchMs : 0));
    },
    async flush() {
      const untilMs = performance.now() + flushMs;
      let end: ReturnType<typeof setTimeout> | undefined;
      // A post that is not answered holds nobody up either.
      const over = new Promise((resolve) => (end = setTimeout(resolve, flushMs)));
      await Promise.race([over, runUntil(untilMs)]);
      clearTimeout(end);
      return queue.items.length;
    },
  };
}
