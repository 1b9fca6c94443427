import type { ExportSelection } from "./destination";

/** The destination that needs no set-up: the bound R2 bucket. */
export const defaultDestination = "default";

/** The version of the objects' columns and lines: counted up when one is added, for none is ever changed or taken away. */
export const exportSchemaVersion = 1;

/** `cut` waits for its delivery; `written` was delivered; `dead` was refused and waits for a retry; `superseded` is covered by a replay. */
export type BatchState = "cut" | "written" | "dead" | "superseded";

/** A range of the log, `(fromSeq, toSeq]`, on its way to one destination. */
export interface Batch {
  destination: string;
  generation: string;
  fromSeq: number;
  toSeq: number;
  state: BatchState;
  selection: ExportSelection;
  /** One object each: settled with the cut, so that every attempt writes the same ones. None for a webhook. */
  parts: BatchPart[];
  /** Changes of the range that the destination wants. */
  changes: number;
  attempts: number;
  /** Attempts in a row that a fault of the collector's own ended, or the end of its consumer. */
  faults: number;
  /** Why the last attempt failed; null where none did. */
  lastError: string | null;
  /** When the oldest of its changes was committed. */
  oldestUs: number;
  cutUs: number;
  /** Nothing is tried before. */
  dueUs: number;
  /** Until then it belongs to the consumer that took it. */
  leaseUntilUs: number;
  writtenUs: number | null;
  /** Null until written. */
  manifest: Manifest | null;
  /** A column of the row that cannot be read, so that nothing may be delivered by it; null where all can. */
  corruptColumn: "selection" | "parts" | "manifest" | null;
}

/** The changes of one project and one UTC day, `2026-01-31`, of their commit. */
export interface BatchPart {
  projectId: string;
  date: string;
}

/** What became of a batch. */
export interface Manifest {
  schemaVersion: number;
  rows: number;
  objects: ManifestObject[];
}

/** One object of a batch, or the body of its webhook. */
export interface ManifestObject {
  /** Null for a webhook's body, which is kept nowhere. */
  key: string | null;
  /** Null for what holds several: a webhook's body, and objects of before there were parts. */
  part: BatchPart | null;
  rows: number;
  /** Of the object as it is stored, as its SHA-256 is. */
  bytes: number;
  sha256: string;
  /** When the first and the last of its changes were committed; null where it holds none, or was not noted. */
  minUs: number | null;
  maxUs: number | null;
}

/** What names a batch. */
export type BatchName = Pick<Batch, "destination" | "generation" | "fromSeq" | "toSeq">;

/** The name of a batch in URLs and messages: `default.1f0a….0-500`. */
export function batchId(batch: BatchName): string {
  return `${batch.destination}.${batch.generation}.${batch.fromSeq}-${batch.toSeq}`;
}

/** The parts of a batch's name, or null where it is none. */
export function parseBatchId(id: string): BatchName | null {
  const parts = /^([a-z0-9_-]{1,64})\.([0-9a-f]{1,32})\.(\d{1,15})-(\d{1,15})$/.exec(id);
  if (parts === null) return null;
  const [, destination = "", generation = "", from, to] = parts;
  return { destination, generation, fromSeq: Number(from), toSeq: Number(to) };
}
