import type { RecordPayload } from "./record-payload";

/**
 * How a request is made: `fetch`, or a Worker's binding of another. It is what the platform's types have for it, for a page, a Worker and
 * Node each have their own, and an app may have none.
 */
export type Fetch = typeof globalThis extends { fetch: (url: string, init?: infer Init) => infer Answer }
  ? (url: string, init: NonNullable<Init>) => Answer
  : (url: string, init: object) => Promise<object>;

/** Why something that was recorded is not sent: there was no room for it, the collector refused it, it is no JSON, or `beforeSend` kept it back. */
export type DropReason = "full" | "refused" | "invalid" | "before_send";

/** Recordings that will not be sent, and why. */
export interface Drop {
  ids: string[];
  reason: DropReason;
  message: string;
}

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
  /** The collector's address, as a text or a URL. */
  url: string | { readonly href: string };
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
