import { fitting } from "./item";
import { batchBytes, batchItems, failuresMax, postMs, retryAfterMaxMs, retryFirstMs, retryMaxMs } from "./bounds";
import { beacon, post, request } from "./post";
import type { Fetch } from "./recorder";
import type { Telling } from "./telling";
import type { Queue, Waiting } from "./waiting";

/** Sends what waits. */
export interface Sender {
  /** Sends until nothing is left to be taken, or something has to wait: the milliseconds that it asks for, or 0. Never rejects. */
  drain: () => Promise<number>;
  /** Sends these, and settles what was answered: the milliseconds to wait, or 0. Never rejects. */
  send: (items: Waiting[], isLeaving: boolean) => Promise<number>;
}

/** `infoUrl` tells the collector's bounds. */
export function createSender(queue: Queue, telling: Telling, infoUrl: string, ask: Fetch): Sender {
  let itemsCap = batchItems;
  let itemsMax = itemsCap;
  let bytesMax = batchBytes;
  let retries = 0;

  const refuse = (items: Waiting[], message: string) => telling.drop(queue.settle(items), "refused", message);

  const take = (): Waiting[] => {
    const free = queue.items.filter(({ takenUntilMs }) => takenUntilMs < Date.now());
    return fitting(free, itemsMax, bytesMax, true);
  };

  /** With growing pauses, a random half of each: a collector that is back is not run over. */
  const pause = (retryAfter?: string | null): number => {
    const backOffMs = Math.min(retryFirstMs * 2 ** retries, retryMaxMs);
    retries += 1;
    const askedMs = retryAfter ? Number(retryAfter) * 1000 || Date.parse(retryAfter) - Date.now() : 0;
    return Math.max(Math.min(askedMs || 0, retryAfterMaxMs), backOffMs / 2) + (Math.random() * backOffMs) / 2;
  };

  /** What is too large for the collector goes in smaller parts; one item alone cannot. */
  const shrink = async (items: Waiting[], message: string) => {
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    const info = await request(infoUrl, items[0]?.key ?? "", ask, {}).then(async (answer) => (await answer.json()) as Info);
    const { body_bytes_max: bodyBytesMax, items_max: bodyItemsMax } = info.limits;
    if (items.length === 1) return refuse(items, `${message} (${bytes} of ${bodyBytesMax} bytes)`);
    bytesMax = Math.min(bytesMax, bodyBytesMax);
    itemsMax = itemsCap = Math.min(bodyItemsMax, Math.ceil(items.length / 2));
  };

  const judge = async (answer: Response, items: Waiting[]): Promise<number> => {
    const { status } = answer;
    if (answer.ok) {
      const rejected = status === 204 ? [] : rejectedOf((await answer.json()) as Results);
      for (const [index, message] of rejected) refuse(items.slice(index, index + 1), message);
      telling.counts.sent += queue.settle(items).length;
      retries = 0;
      itemsMax = Math.min(itemsMax * 2, itemsCap);
      return 0;
    }
    const message = `${status} ${messageOf(await answer.text())}`;
    if (status === 413) {
      await shrink(items, message);
      return 0;
    }
    const isOverloaded = status === 408 || status === 429 || status > 500;
    if (isOverloaded) return pause(answer.headers.get("Retry-After"));
    if (status === 500) {
      // One of them may be the cause: in halves it is found, and alone it is given up in the end.
      itemsMax = Math.ceil(items.length / 2);
      const [first] = items;
      if (items.length > 1 || first === undefined || (first.failures += 1) < failuresMax) return pause();
    }
    refuse(items, message);
    return 0;
  };

  const send = async (items: Waiting[], isLeaving: boolean): Promise<number> => {
    for (const item of items) {
      item.takenUntilMs = Date.now() + postMs;
      item.isLeaving = isLeaving;
    }
    try {
      return await judge(await post(items, isLeaving, ask), items);
    } catch {
      // A browser may have had no room for it: its other way may.
      if (isLeaving) beacon(items);
      return pause();
    } finally {
      for (const item of items) {
        item.takenUntilMs = 0;
        item.isLeaving = false;
      }
    }
  };

  return {
    send,
    drain: async () => {
      for (;;) {
        const items = take();
        if (items.length === 0) return 0;
        const waitMs = await send(items, false);
        if (waitMs > 0) return waitMs;
      }
    },
  };
}

/** What `GET /v1/info` says that is wanted here. */
interface Info {
  limits: { body_bytes_max: number; items_max: number };
}

/** The answer to a post of which something was refused. */
interface Results {
  results: { index: number; status: string; error?: { message: string } }[];
}

function rejectedOf({ results }: Results): [number, string][] {
  return results.filter(({ status }) => status === "rejected").map(({ index, error }) => [index, error?.message ?? ""]);
}

/** What the collector says of a refusal, or whoever else answered. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text.slice(0, 200);
  }
}
