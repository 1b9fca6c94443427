import type { Deps } from "../env";
import { keepUnreadable } from "../keep/spool";
import { causeText, logEvent } from "../log";

/** A message that holds something which stands nowhere else. */
export interface Queued {
  message: Message;
  held: unknown;
}

/** What is done with what such messages hold. */
export interface Settler<Held> {
  /** What they are, for the log. */
  what: string;
  /** Null for what is none that is known here. */
  read: (held: unknown) => Held | null;
  /** Stores some in one transaction. */
  store: (held: Held[]) => Promise<void>;
  /** Puts some into the spool, which finds out what D1 refuses; answers those that it did not take. */
  spool: (held: Held[]) => Promise<Held[]>;
}

/**
 * Stores what came through the Queue, or else puts it into the spool. A message is acknowledged when what it holds is in either, and
 * tried again until then.
 */
export async function settleQueued<Held>(
  queued: Queued[],
  settler: Settler<Held>,
  deps: Deps,
  delayOf: (message: Message) => number,
): Promise<void> {
  if (queued.length === 0) return;
  const readable: { message: Message; held: Held }[] = [];
  for (const { message, held } of queued) {
    const read = settler.read(held);
    if (read === null) await setMessageAside({ message, held }, deps, delayOf);
    else readable.push({ message, held: read });
  }
  const left = new Set(
    await keepQueued(
      readable.map(({ held }) => held),
      settler,
    ),
  );
  for (const { message, held } of readable) {
    if (left.has(held)) message.retry({ delaySeconds: delayOf(message) });
    else message.ack();
  }
  logEvent("queued_settled", { what: settler.what, items: readable.length, left: left.size });
}

/** Answers what nothing took. */
async function keepQueued<Held>(held: Held[], settler: Settler<Held>): Promise<Held[]> {
  if (held.length === 0) return [];
  try {
    await settler.store(held);
    return [];
  } catch (thrown) {
    logEvent("queued_not_stored", { what: settler.what, items: held.length, cause: causeText(thrown) });
    return await settler.spool(held);
  }
}

async function setMessageAside({ message, held }: Queued, deps: Deps, delayOf: (message: Message) => number): Promise<void> {
  try {
    await keepUnreadable(message.id, held, deps);
    logEvent("queued_set_aside", { id: message.id, attempts: message.attempts });
    message.ack();
  } catch (thrown) {
    logEvent("queue_message_failed", { type: "store", attempts: message.attempts, cause: causeText(thrown) });
    message.retry({ delaySeconds: delayOf(message) });
  }
}
