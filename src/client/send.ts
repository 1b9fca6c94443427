import { bytesOf, fitting } from "./item";
import { batchBytes, batchItems, failuresMax, postMs, retryAfterMaxMs, retryFirstMs, retryMaxMs } from "./bounds";
import { beacon, post, request } from "./post";
import type { Fetch } from "./recorder";
import type { Telling } from "./telling";
import type { Queue, Waiting } from "./waiting";

/** Sends what waits. */
export interface Sender {
  /** Sends until nothing is left to be taken, or something has to wait: the milliseconds that it asks for, or 0. Never rejects. */
  drain: (isUrged: boolean) => Promise<number>;
  /** How long yet the collector wants to be left alone. */
  pauseMs: () => number;
  /** Sends these, and settles what was answered: the milliseconds to wait, or 0. Never rejects. */
  send: (items: Waiting[], isLeaving: boolean) => Promise<number>;
}

/** `infoUrl` tells the collector's bounds. */
export function createSender(queue: Queue, telling: Telling, infoUrl: string, ask: Fetch): Sender {
  let itemsCap = batchItems;
  let itemsMax = itemsCap;
  let bytesMax = batchBytes;
  let retries = 0;
  let quietUntilMs = 0;

  const refuse = (items: Waiting[], message: string) => telling.drop(queue.settle(items), "refused", message);

  /** What is not in flight, nor has to wait, nor is said of what has to, for what is said last counts. Where all has to, whoever urges gets it. */
  const take = (isUrged: boolean): Waiting[] => {
    const nowMs = performance.now();
    const open = queue.items.filter(({ takenUntilMs }) => takenUntilMs <= nowMs);
    const held = new Set(open.filter(({ pausedUntilMs }) => pausedUntilMs > nowMs).map(({ id }) => id));
    const free = open.filter(({ id }) => !held.has(id));
    return fitting(isUrged && free.length === 0 ? open : free, itemsMax, bytesMax, true);
  };

  /** With growing pauses, a random half of each: a collector that is back is not run over. */
  const pause = (retryAfter: string | null = null): number => {
    const backOffMs = Math.min(retryFirstMs * 2 ** retries, retryMaxMs);
    retries += 1;
    const askedMs = retryAfter ? Number(retryAfter) * 1000 || Date.parse(retryAfter) - Date.now() : 0;
    const waitMs = Math.max(Math.min(askedMs || 0, retryAfterMaxMs), backOffMs / 2) + (Math.random() * backOffMs) / 2;
    quietUntilMs = performance.now() + waitMs;
    return waitMs;
  };

  /** One of them may be the cause. In halves it is found; alone it lets the others go before it, and waits the longer the more of them arrive. */
  const fail = (items: Waiting[], retryAfter?: string | null): number => {
    const isReached = retries === 0;
    const waitMs = pause(retryAfter);
    itemsMax = Math.ceil(items.length / 2);
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      first.pauseMs = Math.min(Math.max(first.pauseMs * (isReached ? 2 : 1), waitMs + 1), retryAfterMaxMs);
      first.pausedUntilMs = performance.now() + first.pauseMs;
    }
    return waitMs;
  };

  /** What is too large for the collector goes in smaller parts, of the size that it names, if it says; one item alone cannot. */
  const shrink = async (items: Waiting[], message: string) => {
    const bytes = bytesOf(items);
    if (items.length === 1) return refuse(items, `${message} (${bytes} bytes)`);
    const { body_bytes_max: bodyBytesMax = bytes / 2, items_max: bodyItemsMax = itemsCap } = await request(
      infoUrl,
      items[0]?.key ?? "",
      ask,
      {},
    )
      .then(async (answer) => ((await answer.json()) as Info).limits ?? {})
      .catch((): NonNullable<Info["limits"]> => ({}));
    bytesMax = Math.min(bytesMax, bodyBytesMax);
    itemsCap = Math.min(itemsCap, bodyItemsMax);
    itemsMax = Math.min(itemsCap, Math.ceil(items.length / 2));
  };

  const judge = async (answer: Response, items: Waiting[]): Promise<number> => {
    const { status } = answer;
    if (answer.ok) {
      const rejected = status === 204 ? [] : rejectedOf((await answer.json()) as Results);
      for (const [index, message] of rejected) refuse(items.slice(index, index + 1), message);
      telling.counts.sent += queue.settle(items).length;
      retries = quietUntilMs = 0;
      itemsMax = Math.min(itemsMax * 2, itemsCap);
      return 0;
    }
    const retryAfter = answer.headers.get("Retry-After");
    const said = messageOf(await answer.text());
    // A proxy, a firewall, a café's network: the collector has said nothing.
    if (said === undefined && status !== 413) return fail(items, retryAfter);
    const message = `${status} ${said}`;
    if (status === 413) {
      await shrink(items, message);
      return 0;
    }
    if (status === 429 || status > 500) return pause(retryAfter);
    const [first] = items;
    const isAlone = items.length === 1 && first !== undefined;
    if (status === 500 && !(isAlone && (first.failures += 1) >= failuresMax)) return fail(items);
    // One that is nested too deep, for instance, refuses all that it comes with: they are tried without it.
    if (status === 400 && !isAlone) itemsMax = Math.ceil(items.length / 2);
    else refuse(items, message);
    return 0;
  };

  const send = async (items: Waiting[], isLeaving: boolean): Promise<number> => {
    for (const item of items) {
      item.takenUntilMs = performance.now() + postMs;
      item.isLeaving = isLeaving;
    }
    let isBeaconed = false;
    try {
      return await judge(await post(items, isLeaving, ask), items);
    } catch {
      // A browser may have had no room for it: its other way may.
      isBeaconed = isLeaving && beacon(items);
      return fail(items);
    } finally {
      for (const item of items) {
        item.takenUntilMs = 0;
        item.isLeaving = isBeaconed;
      }
    }
  };

  /** Until the first of what has to wait need not any more. */
  const untilFreeMs = (): number => {
    const pauses = queue.items.map((item) => item.pausedUntilMs - performance.now()).filter((ms) => ms > 0);
    return pauses.length > 0 ? Math.min(...pauses) : 0;
  };

  return {
    send,
    pauseMs: () => quietUntilMs - performance.now(),
    drain: async (isUrged) => {
      for (let items = take(isUrged); items.length > 0; items = take(isUrged)) {
        const waitMs = await send(items, false);
        if (waitMs > 0) return waitMs;
      }
      return untilFreeMs();
    },
  };
}

/** What `GET /v1/info` says that is wanted here. */
interface Info {
  limits?: { body_bytes_max?: number; items_max?: number };
}

/** The answer to a post of which something was refused. */
interface Results {
  results: { index: number; status: string; error?: { message: string } }[];
}

function rejectedOf({ results }: Results): [number, string][] {
  return results.filter(({ status }) => status === "rejected").map(({ index, error }) => [index, error?.message ?? ""]);
}

/** What the collector says of a refusal; undefined where somebody else answered. */
function messageOf(text: string): string | undefined {
  try {
    const { code, message } = JSON.parse(text) as { code?: string; message: string };
    return code && message;
  } catch {
    return undefined;
  }
}
