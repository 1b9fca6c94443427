/** What a vocabulary says: which two tokens merge into one. Some 2.5 MB, and 1 MB of the packed table that it is made from. */
export interface PairTable {
  /** The rank of each single byte. */
  byteRanks: Uint8Array;
  /** A bit for each two bytes between which characters must not be merged whole (see `isSafeBorder`). */
  unsafeBorders: Uint8Array;
  /**
   * Open addressing, two words a slot. The first is the left rank and, above it, the low 14 bits of the right one; the second the
   * rank of the two together and, above it, the high 4 bits of the right one: 0 where the slot is free, for no pair makes a byte.
   */
  slots: Int32Array;
  /** A bit for each hash of a pair that is in `slots`. Most look-ups are of what is no pair, and nine of ten of those end here. */
  filter: Int32Array;
  /** The rank of each character below U+10000 that is one token: rank + 1, -1 where it is none, 0 where nobody has asked. */
  characters: Int32Array;
}

/** The rank of what is no token: greater than any. */
export const NO_RANK = 0x7fffffff;

/** Ranks take 18 bits: o200k_base has 199,998. */
const RANK_BITS = 18;
const RANK_MASK = 2 ** RANK_BITS - 1;
const LOW_BITS = 32 - RANK_BITS;
/** Of the words of the filter, which has ten bits a pair: 256 KB. */
const FILTER_MASK = 2 ** 16 - 1;

// Where the parts of a packed table begin, as scripts/build-ranks.mjs writes them.
const BORDERS_START = 256;
const PAIRS_START = BORDERS_START + 256 * 32;
const BYTES_PER_PAIR = 5;

/**
 * Reads a table of scripts/build-ranks.mjs, in some ten milliseconds: the ranks of the 256 bytes; the unsafe borders; and of every
 * token after the bytes, by rank, the two that it is made of, as the low 16 bits of all the left ones, of all the right ones, and a
 * byte with the two high bits of each.
 * @throws RangeError where the length is not that of such a table.
 */
export function readPairTable(packed: ArrayBuffer): PairTable {
  const count = (packed.byteLength - PAIRS_START) / BYTES_PER_PAIR;
  if (!Number.isInteger(count) || count < 1 || count > RANK_MASK - 255) throw new RangeError("This is no table of ranks.");
  const lefts = new Uint16Array(packed, PAIRS_START, count);
  const rights = new Uint16Array(packed, PAIRS_START + 2 * count, count);
  const highs = new Uint8Array(packed, PAIRS_START + 4 * count, count);
  return {
    byteRanks: new Uint8Array(packed, 0, BORDERS_START),
    unsafeBorders: new Uint8Array(packed, BORDERS_START, PAIRS_START - BORDERS_START),
    ...hashPairs(lefts, rights, highs),
    characters: new Int32Array(0x10000),
  };
}

/** The rank of two tokens together, or NO_RANK. */
export function rankOfPair({ slots, filter }: PairTable, left: number, right: number): number {
  const hash = hashOf(left, right);
  if ((filter[(hash >>> 5) & FILTER_MASK]! & (1 << (hash & 31))) === 0) return NO_RANK;
  const low = left | (right << RANK_BITS);
  const high = right >>> LOW_BITS;
  const mask = slots.length - 1;
  for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
    const word = slots[at + 1]!;
    if (word === 0) return NO_RANK;
    if (slots[at] === low && word >>> RANK_BITS === high) return word & RANK_MASK;
  }
}

/**
 * Whether no token that holds a part of a character reaches over the border between two characters, given by the bytes beside it.
 * Then nothing is merged over it before both are whole, and a merge may start from whole characters: a rank is greater than those
 * that it is made of, so that what a character lacks to be whole always comes before what it makes with its neighbour.
 */
export function isSafeBorder(unsafeBorders: Uint8Array, before: number, after: number): boolean {
  return (unsafeBorders[before * 32 + (after >> 3)]! & (1 << (after & 7))) === 0;
}

function hashPairs(lefts: Uint16Array, rights: Uint16Array, highs: Uint8Array): { slots: Int32Array; filter: Int32Array } {
  const slots = new Int32Array(2 * 2 ** Math.ceil(Math.log2(1.2 * lefts.length)));
  const filter = new Int32Array(FILTER_MASK + 1);
  const mask = slots.length - 1;
  for (let index = 0; index < lefts.length; index += 1) {
    const left = lefts[index]! | ((highs[index]! & 3) << 16);
    const right = rights[index]! | ((highs[index]! >> 2) << 16);
    const hash = hashOf(left, right);
    filter[(hash >>> 5) & FILTER_MASK]! |= 1 << (hash & 31);
    let at = (hash << 1) & mask;
    while (slots[at + 1] !== 0) at = (at + 2) & mask;
    slots[at] = left | (right << RANK_BITS);
    slots[at + 1] = (256 + index) | ((right >>> LOW_BITS) << RANK_BITS);
  }
  return { slots, filter };
}

function hashOf(left: number, right: number): number {
  const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
