import { batchBytes, batchItems, batchMs, flushMs } from "./bounds";
import type { Sender } from "./send";
import type { Queue } from "./waiting";

/** When what waits is sent. */
export interface Schedule {
  /** Now. */
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
  let running: Promise<number> | undefined;

  const run = async (): Promise<number> => {
    clearTimeout(timer);
    timer = undefined;
    if (isWorker) return await sender.drain();
    running ??= sender.drain().then((waitMs) => {
      running = undefined;
      if (queue.items.length > 0) runIn(waitMs);
      return waitMs;
    });
    return await running;
  };

  const runIn = (ms: number) => {
    if (isWorker || timer !== undefined) return;
    timer = setTimeout(run, ms);
    // A server's process ends when all was tried, and does not wait for a collector that is away.
    if (ms > batchMs) (timer as { unref?: () => void }).unref?.();
  };

  return {
    run: () => void run(),
    sendSoon() {
      if (running !== undefined) return;
      const bytes = queue.items.reduce((sum, item) => sum + item.bytes, 0);
      runIn(queue.items.length < batchItems && bytes < batchBytes ? batchMs : 0);
    },
    async flush() {
      const untilMs = Date.now() + flushMs;
      for (;;) {
        const waitMs = await run();
        if (waitMs === 0 || Date.now() + waitMs > untilMs) return queue.items.length;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    },
  };
}
