import { warningsMax } from "./bounds";
import type { Item } from "./item";

/** Why something that was recorded is not sent: there was no room for it, the collector refused it, it is no JSON, or `beforeSend` kept it back. */
export type DropReason = "full" | "refused" | "invalid" | "before_send";

/** Recordings that will not be sent, and why. */
export interface Drop {
  ids: string[];
  reason: DropReason;
  message: string;
}

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
