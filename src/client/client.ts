import { batchBytes, batchItems, batchMs, flushMs, foreignMs } from "./bounds";
import type { Item } from "./item";
import { newId } from "./new-id";
import { watchPage } from "./page";
import type { Fetch } from "./post";
import type { RecordPayload } from "./record-payload";
import { createSender } from "./send";
import { tabSession } from "./tab-session";
import { openStorage } from "./storage";
import { createQueue, type DropReason } from "./waiting";

export type { CallInfo, JsonObject, Message, RecordPayload } from "./record-payload";

/** What users say of an answer, by name; `up` and `down` are thumbs. */
export type Feedback = "up" | "down" | Record<string, string | number | boolean>;

/** What came of all that was recorded here, since the page was loaded. */
export interface Stats {
  /** Not yet taken by the collector. */
  waiting: number;
  /** Taken by it. */
  sent: number;
  /** Refused, found no room, or kept back by `beforeSend`: `onDrop` tells each. */
  dropped: number;
}

/** Sends what is recorded, in batches, and keeps it until the collector has taken it. */
export interface Recorder {
  /** Takes one recording and returns its id at once; never throws. */
  record(payload: RecordPayload): string;
  /** Takes what a user says of a recording, before or after it; never throws. */
  feedback(id: string, values: Feedback): void;
  /** Sends what waits, and resolves, never rejects, with the number of what still waits, after 25 s at most. In a Worker: `ctx.waitUntil(recorder.flush())`. */
  flush(): Promise<number>;
  /** Forgets what waits, here and in the browser's storage. */
  clear(): Promise<void>;
  stats(): Stats;
}

export interface RecorderOptions {
  /** The collector's address. */
  url: string | URL;
  /** A browser key in pages; an ingest key in Workers and servers. */
  key: string;
  /** Where the collector takes posts, if it was told another path (its variable `BEACON_PATH`). */
  path?: string;
  /** The session of what names none. Unless given it is one of the browser tab; outside of pages, each recording has its own. */
  sessionId?: string;
  /** Changes a recording before it is kept or sent, for instance to redact it; null drops it. It gets a copy. If it throws, the recording is dropped. */
  beforeSend?: (payload: RecordPayload) => RecordPayload | null;
  /** Told of each recording that will not be sent. */
  onDrop?: (drop: { ids: string[]; reason: DropReason; message: string }) => void;
  /** Whether what waits is kept in the browser's storage, and so outlives the page; true unless given. */
  persist?: boolean;
  /** Makes the requests in the place of `fetch`: a Worker's binding of the collector, for instance. */
  fetch?: Fetch;
}

/** Begins to record. It never throws: what cannot be sent is dropped and told. */
export function createRecorder(options: RecorderOptions): Recorder {
  // Whatever a page gives in the place of options: what cannot be sent is told then.
  const { url, key = "", path = "/v1/r", sessionId, beforeSend, onDrop, persist = true, fetch: own } = { ...options };
  const ask: Fetch = own ?? (async (address, init) => await fetch(address, init));
  const origin = String(url).replace(/\/+$/, "");
  const to = origin + path;
  // What a Worker begins in one request may not be waited for in another: there, each flush works for itself.
  const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  const storage = persist && typeof indexedDB === "object" ? openStorage() : undefined;
  const session = sessionId ?? tabSession(persist);
  const counts = { sent: 0, dropped: 0 };
  const warned = new Set<string>();

  const drop = (items: Pick<Item, "id">[], reason: DropReason, message: string = reason) => {
    if (items.length === 0) return;
    counts.dropped += items.length;
    if (!warned.has(message) && reason !== "before_send") {
      warned.add(message);
      // eslint-disable-next-line no-console -- Whoever builds the page is told, once, why recordings do not arrive.
      console.warn(`aircheck: recordings are dropped: ${message}`);
    }
    try {
      onDrop?.({ ids: items.map(({ id }) => id), reason, message });
    } catch {
      // The page's own fault stops nothing here.
    }
  };
  const queue = createQueue(storage, drop);
  const sender = createSender(queue, `${origin}/v1/info`, ask, { sent: (count) => (counts.sent += count), drop });

  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<number> | undefined;

  const run = (): Promise<number> => {
    clearTimeout(timer);
    timer = undefined;
    if (isWorker) return sender.drain();
    running ??= sender.drain().then((waitMs) => {
      running = undefined;
      if (queue.items.length > 0) runIn(waitMs);
      return waitMs;
    });
    return running;
  };
  const runIn = (ms: number) => {
    if (isWorker || timer !== undefined) return;
    timer = setTimeout(run, ms);
    // A server's process ends when all was tried once, and not when a collector is back.
    if (ms > batchMs) (timer as { unref?: () => void }).unref?.();
  };
  const flush = async (): Promise<number> => {
    const untilMs = Date.now() + flushMs;
    for (;;) {
      const waitMs = await run();
      if (waitMs === 0 || Date.now() + waitMs > untilMs) return queue.items.length;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
  const add = (id: string, value: object) => {
    const text = JSON.stringify(value);
    queue.add({ place: newId(Date.now()), id, key, to, text, bytes: new TextEncoder().encode(text).length });
    if (running !== undefined) return;
    const bytes = queue.items.reduce((sum, item) => sum + item.bytes, 0);
    runIn(queue.items.length < batchItems && bytes < batchBytes ? batchMs : 0);
  };

  watchPage(queue, sender, () => void run());
  void storage?.all().then((kept) => {
    const longAgo = newId(Date.now() - foreignMs);
    storage.remove(kept.filter((item) => item.to !== to && item.place < longAgo));
    queue.adopt(kept.filter((item) => item.to === to));
    if (queue.items.length > 0) void run();
  });

  return {
    record(payload) {
      const id = payload?.id ?? newId(Date.now());
      try {
        const { sessionInfo } = payload;
        const inSession = session === undefined ? {} : { sessionInfo: { ...sessionInfo, sessionId: sessionInfo?.sessionId ?? session } };
        const whole: RecordPayload = { ...payload, ...inSession, id };
        const sendable = beforeSend ? beforeSend(JSON.parse(JSON.stringify(whole)) as RecordPayload) : whole;
        if (sendable) add(id, { ...sendable, id });
        else drop([{ id }], "before_send");
      } catch (thrown) {
        drop([{ id }], "invalid", String(thrown));
      }
      return id;
    },
    feedback(id, values) {
      try {
        const thumb = values === "up" ? "positive" : "negative";
        add(id, { id, feedback: typeof values === "string" ? { freeplay_feedback: thumb } : values });
      } catch (thrown) {
        drop([{ id }], "invalid", String(thrown));
      }
    },
    flush,
    clear: async () => void (await queue.clear()),
    stats: () => ({ waiting: queue.items.length, ...counts }),
  };
}
