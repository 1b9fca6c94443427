/** The destination that needs no set-up: the bound R2 bucket. */
export const defaultDestination = "default";

/** A range of the log, `(fromSeq, toSeq]`, that one destination gets as one object. */
export interface Batch {
  destination: string;
  /** Names one run over the log: made at random with the destination, so that no two databases share an object key. */
  generation: string;
  fromSeq: number;
  toSeq: number;
  state: "cut" | "written";
  attempts: number;
  cutUs: number;
  writtenUs: number | null;
  /** Null until written, and for a range whose recordings were all deleted before it was. */
  object: BatchObject | null;
}

/** The object a batch became: gzip NDJSON, a change a line. */
export interface BatchObject {
  key: string;
  lines: number;
  /** Of the compressed object, as its SHA-256 is. */
  bytes: number;
  sha256: string;
}

/** The name of a batch in URLs and messages: `default.1f0a….0-500`. */
export function batchId(batch: Pick<Batch, "destination" | "generation" | "fromSeq" | "toSeq">): string {
  return `${batch.destination}.${batch.generation}.${batch.fromSeq}-${batch.toSeq}`;
}

/** The parts of a batch's name, or null where it is none. */
export function parseBatchId(id: string): Pick<Batch, "destination" | "generation" | "fromSeq" | "toSeq"> | null {
  const parts = /^([a-z0-9_-]{1,64})\.([0-9a-f]{1,32})\.(\d{1,15})-(\d{1,15})$/.exec(id);
  if (parts === null) return null;
  const [, destination = "", generation = "", from, to] = parts;
  return { destination, generation, fromSeq: Number(from), toSeq: Number(to) };
}
