import { waitingBytesMax, waitingItemsMax } from "./bounds";
import { bytesOf, type Item } from "./item";
import type { Storage } from "./storage";
import type { Telling } from "./telling";

/** An item, and what is going on with it. */
export interface Waiting extends Item {
  /** Until when it is in flight, by `performance.now()`, which no set clock moves: whoever took it may be gone. */
  takenUntilMs: number;
  /** Until when it lets others go before it, since it alone found no way, and how long that was. */
  pausedUntilMs: number;
  pauseMs: number;
  /** Whether it is in a request that outlives the page. */
  isLeaving: boolean;
  /** How often it alone was answered 500. */
  failures: number;
}

/** What waits or is in flight, the oldest first, here and in the browser's storage. */
export interface Queue {
  items: Waiting[];
  add: (item: Item) => void;
  /** Puts before all else what an earlier page left. */
  adopt: (items: Item[]) => void;
  /** Takes out what is settled: those that were still there, for an item may have gone two ways. */
  settle: (items: Item[]) => Item[];
  /** The page is left: what is not known to be kept is kept at once. */
  leave: () => void;
}

export function createQueue(storage: Storage | undefined, telling: Telling): Queue {
  let items: Waiting[] = [];

  const settle = (settled: Item[]) => {
    const places = new Set(settled.map(({ place }) => place));
    const found = items.filter(({ place }) => places.has(place));
    items = items.filter(({ place }) => !places.has(place));
    void storage?.remove(settled);
    return found;
  };

  const dropFull = (full: Item[]) => telling.drop(full, "full", "no room");
  const makeRoom = () => {
    let bytes = bytesOf(items);
    let count = 0;
    while (items.length - count > waitingItemsMax || bytes > waitingBytesMax) {
      bytes -= items[count]?.bytes ?? 0;
      count += 1;
    }
    if (count === 0) return;
    dropFull(settle(items.slice(0, count)));
  };

  return {
    get items() {
      return items;
    },
    add(item) {
      // It would drive all others out, and then be refused.
      if (item.bytes > waitingBytesMax) return dropFull([item]);
      items.push(waiting(item));
      storage?.put(item);
      makeRoom();
    },
    adopt(kept) {
      const known = new Set(items.map(({ place }) => place));
      items = [...kept.filter(({ place }) => !known.has(place)).map(waiting), ...items];
      makeRoom();
    },
    settle,
    leave: () => storage?.leave(),
  };
}

function waiting(item: Item): Waiting {
  return { ...item, takenUntilMs: 0, pausedUntilMs: 0, pauseMs: 0, isLeaving: false, failures: 0 };
}
