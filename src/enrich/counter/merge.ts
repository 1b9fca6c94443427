import { NO_RANK, type PairTable, isSafeBorder, rankOfPair } from "./pair-table";

/** A pair's key in the heap is its rank, of 18 bits, before its position in the piece: 32 bits in all. */
const POSITION_BITS = 14;
/** UTF-8 bytes that are merged at once: so much scratch memory is kept. */
export const MERGE_BYTES_MAX = 2 ** POSITION_BITS;
/** Ranks are moved down by this, so that a key is a signed number of 32 bits. */
const RANK_MIDDLE = 2 ** 17;
/** Parts up to which looking through all of them is faster than a heap. */
const FEW_PARTS = 48;

/** Of the parts that a piece is in: a rank each, and the rank of it with the next. One more, so that each has a next. */
const tokens = new Int32Array(MERGE_BYTES_MAX + 1);
const ranks = new Int32Array(MERGE_BYTES_MAX + 1);
/** For the heap alone, where the parts stay in their places: which part comes next, and which before. */
const nexts = new Int32Array(MERGE_BYTES_MAX + 1);
const befores = new Int32Array(MERGE_BYTES_MAX + 1);
/** What may be merged, the least key first: each part is pushed once, and each merge pushes two. */
const heap = new Int32Array(3 * MERGE_BYTES_MAX + 1);

/** The tokens of some UTF-8 of at most MERGE_BYTES_MAX: the parts left when the pair of the lowest rank, the leftmost of equals, is merged while there is one. */
export function countMerged(table: PairTable, bytes: Uint8Array, start: number, end: number): number {
  const count = readParts(table, bytes, start, end);
  return count <= FEW_PARTS ? mergeFew(table, count) : mergeMany(table, count);
}

/** The parts that the merge starts from: characters where that comes to the same, and else their bytes. */
function readParts(table: PairTable, bytes: Uint8Array, start: number, end: number): number {
  const { byteRanks, characters, unsafeBorders } = table;
  let count = 0;
  let isSafe = true; // the border before the character
  for (let at = start; at < end;) {
    const byte = bytes[at]!;
    const next = at + (byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4);
    const wasSafe = isSafe;
    isSafe = next >= end || isSafeBorder(unsafeBorders, bytes[next - 1]!, bytes[next]!);
    if (wasSafe && isSafe && byte >= 0x80 && byte < 0xf0) {
      const codePoint =
        byte < 0xe0
          ? ((byte & 0x1f) << 6) | (bytes[at + 1]! & 0x3f)
          : ((byte & 0xf) << 12) | ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f);
      let token = characters[codePoint]!;
      if (token === 0) {
        token = rankOfCharacter(table, bytes, at, next) + 1;
        characters[codePoint] = token;
      }
      if (token > 0) {
        tokens[count] = token - 1;
        count += 1;
        at = next;
        continue;
      }
    }
    for (; at < next; at += 1) {
      tokens[count] = byteRanks[bytes[at]!]!;
      count += 1;
    }
  }
  return count;
}

/** The rank of a character of two or three bytes, merged by itself, or -2. */
function rankOfCharacter(table: PairTable, bytes: Uint8Array, start: number, end: number): number {
  const { byteRanks } = table;
  const first = byteRanks[bytes[start]!]!;
  const second = byteRanks[bytes[start + 1]!]!;
  const firstTwo = rankOfPair(table, first, second);
  let whole = firstTwo;
  if (end - start === 3) {
    const third = byteRanks[bytes[start + 2]!]!;
    const lastTwo = rankOfPair(table, second, third);
    if (lastTwo < firstTwo) whole = rankOfPair(table, first, lastTwo);
    else if (firstTwo !== NO_RANK) whole = rankOfPair(table, firstTwo, third);
  }
  return whole === NO_RANK ? -2 : whole;
}

/** Few parts stand side by side, and close up after each merge. */
function mergeFew(table: PairTable, initial: number): number {
  let count = initial;
  for (let at = 0; at + 1 < count; at += 1) ranks[at] = rankOfPair(table, tokens[at]!, tokens[at + 1]!);
  while (count > 1) {
    let lowest = NO_RANK;
    let at = 0;
    for (let each = 0; each < count - 1; each += 1) {
      const rank = ranks[each]!;
      if (rank < lowest) {
        lowest = rank;
        at = each;
      }
    }
    if (lowest === NO_RANK) break;
    count -= 1;
    tokens[at] = lowest;
    for (let each = at + 1; each < count; each += 1) {
      tokens[each] = tokens[each + 1]!;
      ranks[each] = ranks[each + 1]!;
    }
    if (at > 0) ranks[at - 1] = rankOfPair(table, tokens[at - 1]!, lowest);
    if (at + 1 < count) ranks[at] = rankOfPair(table, lowest, tokens[at + 1]!);
  }
  return count;
}

/** Many parts stay where they are and are linked, and a heap knows which pair is next. */
function mergeMany(table: PairTable, initial: number): number {
  let count = initial;
  let size = 0;
  for (let at = 0; at < initial; at += 1) {
    nexts[at] = at + 1;
    befores[at] = at - 1;
    const rank = at + 1 < initial ? rankOfPair(table, tokens[at]!, tokens[at + 1]!) : NO_RANK;
    ranks[at] = rank;
    if (rank !== NO_RANK) size = pushKey(size, keyOf(rank, at));
  }
  while (size > 0) {
    const key = heap[1]!;
    size = popKey(size);
    const at = key & (MERGE_BYTES_MAX - 1);
    const rank = (key >> POSITION_BITS) + RANK_MIDDLE;
    if (ranks[at] !== rank) continue; // one of the two has been merged since
    const second = nexts[at]!;
    const next = nexts[second]!;
    tokens[at] = rank;
    nexts[at] = next;
    ranks[second] = NO_RANK;
    count -= 1;
    const joined = next < initial ? rankOfPair(table, rank, tokens[next]!) : NO_RANK;
    ranks[at] = joined;
    if (joined !== NO_RANK) size = pushKey(size, keyOf(joined, at));
    if (next < initial) befores[next] = at;
    const before = befores[at]!;
    if (before < 0) continue;
    const joinedBefore = rankOfPair(table, tokens[before]!, rank);
    ranks[before] = joinedBefore;
    if (joinedBefore !== NO_RANK) size = pushKey(size, keyOf(joinedBefore, before));
  }
  return count;
}

function keyOf(rank: number, at: number): number {
  return ((rank - RANK_MIDDLE) << POSITION_BITS) | at;
}

/** Puts a key into the binary heap, whose least is at 1, and returns the new size. */
function pushKey(size: number, key: number): number {
  let at = size + 1;
  while (at > 1) {
    const parent = heap[at >> 1]!;
    if (parent <= key) break;
    heap[at] = parent;
    at >>= 1;
  }
  heap[at] = key;
  return size + 1;
}

/** Takes the least key out, and returns the new size. */
function popKey(size: number): number {
  const last = heap[size]!;
  const left = size - 1;
  let at = 1;
  for (let child = 2; child <= left; child = at * 2) {
    if (child < left && heap[child + 1]! < heap[child]!) child += 1;
    const key = heap[child]!;
    if (key >= last) break;
    heap[at] = key;
    at = child;
  }
  heap[at] = last;
  return left;
}
