import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { boundDatabase } from "../keep/bound-database";
import { limits } from "../limits";
import { pingDatabase } from "../store/ping";

/** What is done with things that waited. */
interface Work<Item> {
  /** Stores some in one transaction. */
  store: (items: Item[]) => Promise<void>;
  /** What becomes of one that D1 refuses by itself. */
  refuse: (item: Item, thrown: unknown) => Promise<void>;
}

/**
 * Stores things in one transaction, or in halves, down to the one that D1 refuses, or cannot store though it answers: that one waits
 * on, and keeps none of the others from being stored. Answers which are stored now.
 * @throws CollectorError `unavailable` where D1 does not answer, or the time for looking is over.
 */
export async function inHalves<Item>(items: Item[], work: Work<Item>, searchUntilMs: number, deps: Deps): Promise<Item[]> {
  try {
    await work.store(items);
    return items;
  } catch (thrown) {
    const { retryable, code } = toCollectorError(thrown);
    if (retryable && deps.now() > searchUntilMs) throw thrown;
    // Whether it is D1 that is away, or what it was given.
    if (retryable) await pingDatabase(boundDatabase(deps.db, limits.commitTimeoutMs));
    const [only] = items;
    if (items.length === 1 && (retryable || code === "conflict")) return [];
    if (items.length === 1 && only !== undefined) {
      await work.refuse(only, thrown);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const first = await inHalves(items.slice(0, middle), work, searchUntilMs, deps);
    return [...first, ...(await inHalves(items.slice(middle), work, searchUntilMs, deps))];
  }
}
