import type { Counter } from "../counter/byte-pair";
import type { Side, TextKind } from "../call/side";

/** Tokens of one side's texts, by their kind. */
export interface SideTokens {
  byKind: Partial<Record<TextKind, number>>;
  /** All of them. */
  total: number;
  isSampled: boolean;
}

/** UTF-16 units of one sample: long enough that what its two ends cut through does not matter. */
const sampleUnits = 8192;

/**
 * Counts a side's texts. One of more than `unitsMax` units is sampled: pieces of it, evenly spaced over the whole, stand
 * for all. So what a caller may send has a price that is known beforehand.
 */
export function countSide(side: Side, counter: Counter, unitsMax: number): SideTokens {
  if (side.textUnits > unitsMax) return countSamples(side, counter, unitsMax);
  const byKind: SideTokens["byKind"] = {};
  let total = 0;
  for (const { kind, text } of side.pieces) {
    if (text === "") continue;
    const tokens = counter.count(text);
    byKind[kind] = (byKind[kind] ?? 0) + tokens;
    total += tokens;
  }
  return { byKind, total, isSampled: false };
}

/** Counts every n-th stretch of the texts as if they were one, and scales each kind by how much of it was seen. */
function countSamples(side: Side, counter: Counter, unitsMax: number): SideTokens {
  const stretch = Math.min(sampleUnits, Math.max(1, unitsMax));
  const stride = Math.ceil(side.textUnits / Math.max(1, Math.floor(unitsMax / stretch)));
  const seen = new Map<TextKind, { units: number; counted: number; tokens: number }>();
  const whole = { counted: 0, tokens: 0 };
  let start = 0;
  for (const { kind, text } of side.pieces) {
    const sums = seen.get(kind) ?? { units: 0, counted: 0, tokens: 0 };
    seen.set(kind, sums);
    sums.units += text.length;
    const end = start + text.length;
    for (let from = Math.floor(start / stride) * stride; from < end; from += stride) {
      const part = text.slice(Math.max(0, from - start), Math.max(0, from + stretch - start));
      if (part === "") continue;
      const tokens = counter.count(part);
      sums.counted += part.length;
      sums.tokens += tokens;
      whole.counted += part.length;
      whole.tokens += tokens;
    }
    start = end;
  }
  const byKind: SideTokens["byKind"] = {};
  let total = 0;
  for (const [kind, sums] of seen) {
    // A kind that fell between the samples is taken to be like the others.
    const { counted, tokens } = sums.counted === 0 ? whole : sums;
    const scaled = counted === 0 ? 0 : (tokens * sums.units) / counted;
    byKind[kind] = scaled;
    total += scaled;
  }
  return { byKind, total: Math.round(total), isSampled: true };
}
