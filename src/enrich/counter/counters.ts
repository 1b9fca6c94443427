import { type Counter, createCounter } from "./byte-pair";
import { cl100kPieceEnd, o200kPieceEnd } from "./pieces";

export type EncodingName = "o200k_base" | "cl100k_base";

/** Some 6 MB each, and at most these two. Counters and not promises of them: one request must not wait on another's promise. */
const counters = new Map<EncodingName, Counter>();

/** The counter of an encoding, built on first use in some 20 ms. @throws what the import throws; the next call tries again. */
export async function loadCounter(name: EncodingName): Promise<Counter> {
  const known = counters.get(name);
  if (known !== undefined) return known;
  const isNew = name === "o200k_base";
  const { default: packed } = isNew ? await import("./ranks/o200k_base.bin") : await import("./ranks/cl100k_base.bin");
  // Another request may have built it meanwhile.
  const counter = counters.get(name) ?? createCounter(packed, isNew ? o200kPieceEnd : cl100kPieceEnd);
  counters.set(name, counter);
  return counter;
}
