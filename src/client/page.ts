import { batchMs, leavingBytesMax, leavingItemsMax } from "./bounds";
import { bytesOf, fitting } from "./item";
import { beacon } from "./post";
import type { Sender } from "./send";
import type { Queue, Waiting } from "./waiting";

/** Sends what waits when the page is left, and goes on when it is back, or the network is. Elsewhere than in a page it does nothing. */
export function watchPage(queue: Queue, sender: Sender, run: () => void): { added: () => void } {
  let isLeft = false;
  if (typeof document === "object") {
    addEventListener("online", run);
    addEventListener("pageshow", ({ persisted }) => {
      isLeft = false;
      // Back from the browser's cache of pages, with what was in flight then.
      if (persisted) run();
    });
    addEventListener("pagehide", () => {
      isLeft = true;
      leave(queue, sender, run);
    });
    addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave(queue, sender, run));
  }
  return {
    /** What the page's own handlers record while it is left goes as what was there before. */
    added: () => isLeft && leave(queue, sender, run),
  };
}

/**
 * Sends what there may be no later time for: as much as browsers take from a page that is left, first in requests whose answers are read
 * if the page lives on, then by beacons. What finds no room, and what a beacon took over, is kept until the collector says that it has it.
 */
function leave(queue: Queue, sender: Sender, run: () => void): void {
  const inFlight = bytesOf(queue.items.filter(({ isLeaving }) => isLeaving));
  const take = (bytesMax: number): Waiting[] =>
    fitting(
      queue.items.filter(({ isLeaving }) => !isLeaving),
      leavingItemsMax,
      bytesMax,
      false,
    );
  const requested = "keepalive" in Request.prototype ? take(leavingBytesMax - inFlight) : [];
  const isRequested = requested.length > 0;
  if (isRequested) void sender.send(requested, true).then((waitMs) => setTimeout(run, waitMs));
  for (let items = take(leavingBytesMax); items.length > 0 && beacon(items); items = take(leavingBytesMax)) {
    for (const item of items) item.isLeaving = true;
  }
  queue.leave();
  if (!isRequested && queue.items.length > 0) setTimeout(run, batchMs);
}
