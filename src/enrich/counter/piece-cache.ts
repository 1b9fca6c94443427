/** How many tokens short pieces make, remembered: most words of a text have been counted a moment ago. */
export interface PieceCache {
  /** UTF-8 that is being counted, with PIECE_PADDING bytes more behind it. */
  words: DataView;
  /** An entry is ENTRY_WORDS long: the piece's length and, above it, its tokens; then its bytes, the last word filled up with 0. */
  entries: Int32Array;
}

/** Bytes that are read behind a text's end. */
export const PIECE_PADDING = 8;
/** Bytes of the longest piece that is remembered. */
export const CACHED_BYTES_MAX = 28;

/** 32,768 pieces in 1 MB: with a quarter of them a new English text takes a quarter more time, with twice as many no less. */
const ENTRY_COUNT = 32_768;
const ENTRY_WORDS = 8;
const LENGTH_BITS = 8;
const LENGTH_MASK = 2 ** LENGTH_BITS - 1;

/** Of the first and the second word of a piece of 0 to 8 bytes, the bits that are the piece's. */
const firstMasks = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1);
const secondMasks = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1);

/** A cache of constant size for pieces of one buffer. A piece takes the place of whichever was there before. */
export function createPieceCache(bytes: Uint8Array): PieceCache {
  return { words: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), entries: new Int32Array(ENTRY_COUNT * ENTRY_WORDS) };
}

/** Where a piece's entry is. */
export function entryOf({ words }: PieceCache, start: number, length: number): number {
  let at = start;
  let left = length;
  let hash = length;
  for (; left > 8; left -= 8) {
    hash = mix(hash ^ words.getInt32(at, true), words.getInt32(at + 4, true));
    at += 8;
  }
  hash = mix(hash ^ (words.getInt32(at, true) & firstMasks[left]!), words.getInt32(at + 4, true) & secondMasks[left]!);
  return (hash & (ENTRY_COUNT - 1)) * ENTRY_WORDS;
}

/** The tokens of a piece, or 0 where it is not remembered. Exactly this piece: its bytes are compared, and not a hash of them. */
export function recallPiece({ words, entries }: PieceCache, entry: number, start: number, length: number): number {
  const head = entries[entry]!;
  if ((head & LENGTH_MASK) !== length) return 0;
  let at = start;
  let word = entry + 1;
  let left = length;
  for (; left > 4; left -= 4) {
    if (entries[word] !== words.getInt32(at, true)) return 0;
    at += 4;
    word += 1;
  }
  return entries[word] === (words.getInt32(at, true) & firstMasks[left]!) ? head >>> LENGTH_BITS : 0;
}

/** Remembers a piece of at most CACHED_BYTES_MAX. */
export function rememberPiece({ words, entries }: PieceCache, entry: number, start: number, length: number, tokens: number): void {
  entries[entry] = length | (tokens << LENGTH_BITS);
  let at = start;
  let word = entry + 1;
  let left = length;
  for (; left > 4; left -= 4) {
    entries[word] = words.getInt32(at, true);
    at += 4;
    word += 1;
  }
  entries[word] = words.getInt32(at, true) & firstMasks[left]!;
}

function mix(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
