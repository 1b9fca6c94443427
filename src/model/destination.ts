/** The form of a destination's objects: gzip NDJSON, or Parquet. A webhook gets plain NDJSON. */
export type ExportFormat = "ndjson" | "parquet";

/** All of a recording, or what was found out about it without what was said in it. */
export type ExportContent = "full" | "metadata_only";

/** What of the log goes out, and in which form. Each batch keeps its own, so that a change of the destination never mixes two in one batch. */
export interface ExportSelection {
  format: ExportFormat;
  content: ExportContent;
  /** Null is all of them. */
  projectId: string | null;
  environment: string | null;
  /** What the keys of the objects begin with: `exports/`. */
  prefix: string;
}

/** How a destination is reached. Read when a batch is delivered, so that a batch that failed is delivered to the mended one. */
export type DestinationTarget = { kind: "r2" } | S3Target | WebhookTarget;

/** A bucket of an S3-compatible store, addressed by path: `<endpoint>/<bucket>/<key>`. */
export interface S3Target {
  kind: "s3";
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** A receiver by the Standard Webhooks specification. */
export interface WebhookTarget {
  kind: "webhook";
  url: string;
  /** `whsec_` and base64. */
  secret: string;
}

/** A reader of the log: a place in it, and where what was read goes. */
export interface Destination {
  id: string;
  label: string | null;
  selection: ExportSelection;
  target: DestinationTarget;
  /** Names one run over the log: made at random, so that no two databases, and no two replays, share an object's key. */
  generation: string;
  /** All of the log up to here is cut into batches. */
  cursorSeq: number;
  isPaused: boolean;
  /** Deliveries that failed since the last that did not. */
  failures: number;
  /** Until then nothing is tried: the last delivery failed. 0 where it did not. */
  heldUntilUs: number;
  createdUs: number;
  updatedUs: number;
}
