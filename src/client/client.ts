import { foreignMs } from "./bounds";
import { newId } from "./new-id";
import { watchPage } from "./page";
import type { Fetch } from "./post";
import type { RecordPayload } from "./record-payload";
import { createSchedule } from "./schedule";
import { createSender } from "./send";
import { openStorage } from "./storage";
import { tabSession } from "./tab-session";
import { createTelling, type Drop } from "./telling";
import { createQueue } from "./waiting";

export type { Drop, DropReason } from "./telling";
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
  record: (payload: RecordPayload) => string;
  /** Takes what a user says of a recording, before or after it; never throws. */
  feedback: (id: string, values: Feedback) => void;
  /** Sends what waits, and resolves, never rejects, with the number of what still waits, after 25 s at most. In a Worker: `ctx.waitUntil(recorder.flush())`. */
  flush: () => Promise<number>;
  /** Forgets what waits, here and in the browser's storage. */
  clear: () => Promise<void>;
  stats: () => Stats;
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
  onDrop?: (drop: Drop) => void;
  /** Whether what waits is kept in the browser's storage, and so outlives the page; true unless given. */
  persist?: boolean;
  /** Makes the requests in the place of `fetch`: a Worker's binding of the collector, for instance. */
  fetch?: Fetch;
}

/** Begins to record. It never throws: what cannot be sent is dropped and told. */
export function createRecorder(options: RecorderOptions): Recorder {
  // Whatever a page gives in the place of options.
  const given: Partial<RecorderOptions> = { ...options };
  const { url = "", key = "", path = "/v1/r", beforeSend, persist = true, fetch: own } = given;
  const origin = String(url).replace(/\/+$/, "");
  const to = origin + path;
  const ask: Fetch = own ?? (async (address, init) => await fetch(address, init));
  const session = given.sessionId ?? tabSession(persist);
  const storage = persist && typeof indexedDB === "object" ? openStorage() : undefined;
  const telling = createTelling(given.onDrop);
  const queue = createQueue(storage, telling);
  const sender = createSender(queue, telling, `${origin}/v1/info`, ask);
  const schedule = createSchedule(queue, sender);
  watchPage(queue, sender, schedule.run);
  void storage?.all().then((kept) => {
    const longAgo = newId(Date.now() - foreignMs);
    storage.remove(kept.filter((item) => item.to !== to && item.place < longAgo));
    queue.adopt(kept.filter((item) => item.to === to));
    if (queue.items.length > 0) schedule.run();
    return undefined;
  });

  /** Takes what `value` makes; a fault of it is told, and goes no further. */
  const add = (id: string, make: () => object | null) => {
    try {
      const value = make();
      if (value === null) return telling.drop([{ id }], "before_send");
      const text = JSON.stringify(value);
      queue.add({ place: newId(Date.now()), id, key, to, text, bytes: new TextEncoder().encode(text).length });
      schedule.sendSoon();
    } catch (thrown) {
      telling.drop([{ id }], "invalid", String(thrown));
    }
  };

  return {
    record(payload) {
      const id = payload?.id ?? newId(Date.now());
      add(id, () => {
        const { sessionInfo } = payload;
        const inSession = session === undefined ? {} : { sessionInfo: { ...sessionInfo, sessionId: sessionInfo?.sessionId ?? session } };
        const whole = { ...payload, ...inSession, id };
        if (beforeSend === undefined) return whole;
        // A copy: what is redacted here goes on to be what the page shows.
        const sendable = beforeSend(JSON.parse(JSON.stringify(whole)) as RecordPayload);
        return sendable && { ...sendable, id };
      });
      return id;
    },
    feedback(id, values) {
      const thumb = values === "up" ? "positive" : "negative";
      add(id, () => ({ id, feedback: typeof values === "string" ? { freeplay_feedback: thumb } : values }));
    },
    flush: schedule.flush,
    clear: queue.clear,
    stats: () => ({ waiting: queue.items.length, ...telling.counts }),
  };
}
