/** Counts the tokens of texts, and keeps nothing of them. */
export interface Counter {
  /**
   * The tokens of a text: as many as js-tiktoken makes, special tokens being ordinary text and a lone surrogate U+FFFD.
   * A megabyte takes a tenth of a second, a second at worst, and up to 20 bytes of passing memory a unit: cut texts at 1 Mi UTF-16 units.
   * @throws RangeError above 2 Mi units: V8's regular expressions overflow their stack on a run of 4 Mi characters beyond Latin-1.
   */
  count(text: string): number;
}

/** UTF-16 units that one call takes. */
const TEXT_UNITS_MAX = 2 * 1024 * 1024;
/** A pair's key in the heap is its rank, of 18 bits, before its position in the piece: 31 bits in all. */
const POSITION_BITS = 13;
/**
 * Bytes of a piece that are merged at once, so that scratch memory is bounded; a longer piece is cut.
 * A cut adds a token or two: at most 0.05 % on runs of letters or blanks, 0.2 % on runs of lone surrogates.
 */
const PIECE_BYTES_MAX = 2 ** POSITION_BITS;
/** The rank of what is no token: greater than any. */
const NO_RANK = 0x7fffffff;

/** Tokens by rank, and a hash table of open addressing from a token's bytes to its rank. */
interface Vocabulary {
  /** All tokens' bytes, one after the other. */
  bytes: Uint8Array;
  /** Where each token begins in `bytes`; one more entry is the end of the last. */
  offsets: Int32Array;
  /** Rank + 1, or 0 where free. The length is a power of two. */
  slots: Int32Array;
  /** Bytes of the longest token. */
  longest: number;
}

/** The parts that a piece is in while they are merged, each named by where it begins in the piece. */
interface Pairs {
  /** Where the next part begins. */
  next: Int32Array;
  /** Where the part before begins. */
  previous: Int32Array;
  /** The rank of the part joined with the next one. */
  ranks: Int32Array;
  /** What may be merged, lowest rank first and leftmost of equals: a rank, and a part in the lowest POSITION_BITS. */
  heap: Int32Array;
}

/** A counter of some 4 MB for one encoding of js-tiktoken's, built in tens of milliseconds. @throws RangeError above 2^18 tokens. */
export function createCounter(ranks: { pat_str: string; bpe_ranks: string }): Counter {
  const vocabulary = readVocabulary(ranks.bpe_ranks);
  const pattern = new RegExp(ranks.pat_str, "ug");
  const pairs = {
    next: new Int32Array(PIECE_BYTES_MAX),
    previous: new Int32Array(PIECE_BYTES_MAX + 1),
    ranks: new Int32Array(PIECE_BYTES_MAX),
    heap: new Int32Array(3 * PIECE_BYTES_MAX), // each byte is ranked once, and each merge ranks two pairs more
  };
  const encoder = new TextEncoder();

  function count(text: string): number {
    if (text.length > TEXT_UNITS_MAX) throw new RangeError(`A text of more than ${TEXT_UNITS_MAX} UTF-16 units cannot be counted.`);
    const bytes = encoder.encode(text);
    let tokens = 0;
    let unit = 0;
    let start = 0;
    pattern.lastIndex = 0;
    // The patterns match any text without a gap, so a piece begins where the last one ended, and no match object is needed.
    while (pattern.test(text)) {
      const end = start + utf8Bytes(text, unit, pattern.lastIndex);
      tokens += countPiece(vocabulary, pairs, bytes, start, end);
      unit = pattern.lastIndex;
      start = end;
    }
    return tokens;
  }

  return { count };
}

/** The bytes that TextEncoder makes of some units of a text: three of a lone surrogate, too. */
function utf8Bytes(text: string, from: number, to: number): number {
  let bytes = 0;
  for (let at = from; at < to;) {
    const code = text.codePointAt(at)!;
    at += code > 0xffff ? 2 : 1;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code > 0xffff ? 4 : 3;
  }
  return bytes;
}

function countPiece(vocabulary: Vocabulary, pairs: Pairs, bytes: Uint8Array, from: number, to: number): number {
  let tokens = 0;
  let start = from;
  while (start < to) {
    let end = to;
    if (to - start > PIECE_BYTES_MAX) {
      end = start + PIECE_BYTES_MAX;
      while ((bytes[end]! & 0xc0) === 0x80) end -= 1; // not inside a character
    }
    tokens += rankOf(vocabulary, bytes, start, end) < NO_RANK ? 1 : countMerged(vocabulary, pairs, bytes, start, end);
    start = end;
  }
  return tokens;
}

/** The parts that remain when the pair of the lowest rank, the leftmost of equals, is merged until no pair is a token. */
function countMerged(vocabulary: Vocabulary, pairs: Pairs, bytes: Uint8Array, from: number, to: number): number {
  const { next, previous, ranks, heap } = pairs;
  const length = to - from;
  let count = length;

  function rankPair(at: number): void {
    const second = next[at]!;
    const rank = second < length ? rankOf(vocabulary, bytes, from + at, from + next[second]!) : NO_RANK;
    ranks[at] = rank;
    if (rank !== NO_RANK) pushKey(heap, (rank << POSITION_BITS) | at);
  }

  heap[0] = 0; // empty
  for (let at = length - 1; at >= 0; at -= 1) {
    next[at] = at + 1;
    previous[at + 1] = at;
    rankPair(at);
  }
  while (heap[0] !== 0) {
    const key = popKey(heap);
    const at = key & (PIECE_BYTES_MAX - 1);
    if (ranks[at] !== key >> POSITION_BITS) continue; // one of the two has been merged since
    const second = next[at]!;
    const end = next[second]!;
    next[at] = end;
    previous[end] = at;
    ranks[second] = NO_RANK;
    count -= 1;
    rankPair(at);
    if (at > 0) rankPair(previous[at]!);
  }
  return count;
}

/** Puts a key into a binary heap whose first element is its size, and whose least key comes next. */
function pushKey(heap: Int32Array, key: number): void {
  let at = heap[0]! + 1;
  heap[0] = at;
  while (at > 1 && heap[at >> 1]! > key) {
    heap[at] = heap[at >> 1]!;
    at >>= 1;
  }
  heap[at] = key;
}

/** Takes the least key out. */
function popKey(heap: Int32Array): number {
  const least = heap[1]!;
  const size = heap[0]! - 1;
  heap[0] = size;
  const last = heap[size + 1]!;
  let at = 1;
  for (let child = 2; child <= size; child = at * 2) {
    if (child < size && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= last) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return least;
}

/** The rank of the token that these bytes are, or NO_RANK. */
function rankOf(vocabulary: Vocabulary, bytes: Uint8Array, from: number, to: number): number {
  if (to - from > vocabulary.longest) return NO_RANK;
  const { slots, offsets } = vocabulary;
  let slot = hashOf(bytes, from, to) & (slots.length - 1);
  for (;;) {
    const rank = slots[slot]! - 1;
    if (rank < 0) return NO_RANK;
    const start = offsets[rank]!;
    if (offsets[rank + 1]! - start === to - from && isSame(vocabulary.bytes, start, bytes, from, to)) return rank;
    slot = (slot + 1) & (slots.length - 1);
  }
}

function isSame(token: Uint8Array, start: number, bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (token[start + at - from] !== bytes[at]) return false;
  return true;
}

/** FNV-1a, its high bits folded into the low ones that the table uses. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  return hash ^ (hash >>> 15);
}

/** Reads lines of `! <first rank> <base64> <base64> …`. The lines come in the order of their ranks, and only the order counts here. */
function readVocabulary(lines: string): Vocabulary {
  const bytes = new Uint8Array(Math.ceil(lines.length * 0.75));
  const offsets = [0];
  let length = 0;
  let longest = 0;
  for (const line of lines.split("\n")) {
    let at = line.indexOf(" ", 2) + 1;
    while (at > 0 && at < line.length) {
      const space = line.indexOf(" ", at);
      const end = space === -1 ? line.length : space;
      length = readBase64(line, at, end, bytes, length);
      longest = Math.max(longest, length - offsets.at(-1)!);
      offsets.push(length);
      at = end + 1;
    }
  }
  if (offsets.length > 2 ** (31 - POSITION_BITS)) throw new RangeError("The encoding has too many tokens.");
  const tokens = bytes.slice(0, length);
  const ends = new Int32Array(offsets);
  return { bytes: tokens, offsets: ends, slots: hashTokens(tokens, ends), longest };
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The six bits of each base64 character, by its code. */
const base64Digits = new Uint8Array(128);
for (let digit = 0; digit < 64; digit += 1) base64Digits[base64Alphabet.charCodeAt(digit)] = digit;

/** Decodes one token into `bytes`, with no string or array of its own, and returns where it ended. */
function readBase64(line: string, from: number, to: number, bytes: Uint8Array, length: number): number {
  let bits = 0;
  let held = 0;
  for (let at = from; at < to; at += 1) {
    const code = line.charCodeAt(at);
    if (code === 0x3d) break; // "=" fills up the last four
    held = ((held << 6) | base64Digits[code]!) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = held >> bits;
    length += 1;
  }
  return length;
}

/** The table of the tokens: at least two slots a token, since most look-ups are of bytes that are none. */
function hashTokens(bytes: Uint8Array, offsets: Int32Array): Int32Array {
  const count = offsets.length - 1;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(count * 2)));
  for (let rank = 0; rank < count; rank += 1) {
    let slot = hashOf(bytes, offsets[rank]!, offsets[rank + 1]!) & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    slots[slot] = rank + 1;
  }
  return slots;
}
