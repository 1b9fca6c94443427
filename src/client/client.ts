import { foreignMs } from "./bounds";
import { newId } from "./new-id";
import { watchPage } from "./page";
import type { RecordPayload } from "./record-payload";
import type { Fetch, Recorder, RecorderOptions } from "./recorder";
import { createSchedule } from "./schedule";
import { createSender } from "./send";
import { openStorage } from "./storage";
import { tabSession } from "./tab-session";
import { createTelling } from "./telling";
import { createQueue } from "./waiting";

export type { Drop, DropReason, Feedback, Fetch, Recorder, RecorderOptions, Stats } from "./recorder";
export type { CallInfo, JsonObject, Message, RecordPayload } from "./record-payload";

/** Begins to record. It never throws: what cannot be sent is dropped and told. */
export function createRecorder(options: RecorderOptions): Recorder {
  // Whatever a page gives in the place of options.
  const given: Partial<RecorderOptions> = { ...options };
  const { url = "", key = "", path = "/v1/r", beforeSend, persist = true, fetch: own } = given;
  const address: unknown = typeof url === "string" ? url : url?.href;
  const origin = String(address).replace(/\/+$/, "");
  const to = origin + path;
  const ask: Fetch = own ?? (async (where, init) => await fetch(where, init));
  const session = given.sessionId ?? tabSession(persist);
  const storage = persist ? openStorage() : undefined;
  const telling = createTelling(given.onDrop);
  const queue = createQueue(storage, telling);
  const sender = createSender(queue, telling, `${origin}/v1/info`, ask);
  const schedule = createSchedule(queue, sender);
  const page = watchPage(queue, sender, schedule.run);
  let isCleared = false;
  const adopting = adopt();

  /** Takes over what earlier pages left. */
  async function adopt() {
    const kept = (await storage?.all()) ?? [];
    const longAgo = newId(Date.now() - foreignMs);
    void storage?.remove(kept.filter((item) => item.to !== to && item.place < longAgo));
    if (isCleared) return;
    queue.adopt(kept.filter((item) => item.to === to));
    if (queue.items.length > 0) schedule.run();
  }

  /** Takes what `value` makes; a fault of it is told, and goes no further. */
  const add = (id: string, make: () => object | null | undefined) => {
    try {
      const value = make();
      if (value === null) return telling.drop([{ id }], "before_send");
      if (!value) throw new TypeError("beforeSend returned nothing");
      const text = JSON.stringify(value);
      queue.add({ place: newId(Date.now()), id, key, to, text, bytes: new TextEncoder().encode(text).length });
      page.added();
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
    async clear() {
      isCleared = true;
      queue.settle(queue.items);
      await adopting;
      const kept = (await storage?.all()) ?? [];
      await storage?.remove(kept.filter((item) => item.to === to));
    },
    stats: () => ({ waiting: queue.items.length, ...telling.counts }),
  };
}
