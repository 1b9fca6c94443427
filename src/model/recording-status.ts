import type { BatchName } from "./batch";
import type { Refusal } from "./refusal";

/** What a destination has of a recording: `not_wanted` is where its filter, or the place that it began from, leaves the recording out. */
type ExportState = "waiting" | "exported" | "dead" | "not_wanted";

/** A recording, by its place in the log, and a destination. */
export interface ExportStatus {
  destination: string;
  state: ExportState;
  batch: BatchName | null;
}

/** All that D1 knows of one id of a project. */
export interface KnownStatus {
  stored: { seq: number; version: number; receivedUs: number; receipt: string } | null;
  /** When its deletion was ordered; null where it was not. */
  deletedUs: number | null;
  /** Deliveries of it after the first, of the last day. */
  duplicates: { count: number; differing: number; lastUs: number | null };
  /** The newest first. */
  rejections: (Refusal & { id: string })[];
}
