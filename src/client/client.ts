import type { RecordPayload } from "./record-payload";

export type { CallInfo, JsonObject, Message, RecordPayload } from "./record-payload";

/** What users say of an answer, by name; `up` and `down` are thumbs. */
export type Feedback = "up" | "down" | Record<string, string | number | boolean>;

/** Sends what is recorded, in batches, and keeps it until the collector has taken it. */
export interface Recorder {
  /** Takes one recording and returns its id at once; never throws. */
  record(payload: RecordPayload): string;
  /** Takes what a user says of a recording, before or after it; never throws. */
  feedback(id: string, values: Feedback): void;
  /** Sends what waits, and resolves, never rejects, with the number of what still waits. In a Worker: `ctx.waitUntil(recorder.flush())`. */
  flush(): Promise<number>;
  /** Forgets what waits, here and in the browser's storage. */
  clear(): Promise<void>;
}

export interface RecorderOptions {
  /** The collector's address. */
  url: string;
  /** A browser key in pages; an ingest key in Workers and servers. */
  key: string;
}

export function createRecorder(_options: RecorderOptions): Recorder {
  return { record: () => "", feedback: () => undefined, flush: async () => 0, clear: async () => undefined };
}
