import { warningsMax } from "./bounds";
import type { Item } from "./item";
import type { Drop, DropReason } from "./recorder";

/** Counts what came of what was recorded, and tells what is dropped. */
export interface Telling {
  counts: { sent: number; dropped: number };
  drop: (items: Pick<Item, "id">[], reason: DropReason, message?: string) => void;
}

export function createTelling(onDrop: ((drop: Drop) => void) | undefined): Telling {
  const counts = { sent: 0, dropped: 0 };
  const warned = new Set<string>();
  return {
    counts,
    drop(items, reason, message = reason) {
      if (items.length === 0) return;
      counts.dropped += items.length;
      if (reason !== "before_send" && !warned.has(message) && warned.size < warningsMax) {
        warned.add(message);
        // oxlint-disable-next-line no-console -- Whoever builds the page is told, once, why recordings do not arrive.
        console.warn(`aircheck: recordings are dropped: ${message}`);
      }
      try {
        onDrop?.({ ids: items.map(({ id }) => id), reason, message });
      } catch {
        // The page's own fault stops nothing here.
      }
    },
  };
}
