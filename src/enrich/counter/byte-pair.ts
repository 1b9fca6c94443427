import { countMerged, MERGE_BYTES_MAX } from "./merge";
import { readPairTable } from "./pair-table";
import { CACHED_BYTES_MAX, createPieceCache, entryOf, PIECE_PADDING, recallPiece, rememberPiece } from "./piece-cache";
import type { PieceEnd } from "./pieces";

/** Counts the tokens of texts. What it keeps of them is short pieces without order, in a cache of constant size. */
export interface Counter {
  /**
   * The tokens of a text of any length: as many as js-tiktoken makes, special tokens being ordinary text and a lone surrogate U+FFFD.
   * A piece longer than PIECE_BYTES_MAX, as a run of one letter may be, is cut between characters: two tokens more or less a cut in
   * what was tried, which is 0.3 % on runs of lone surrogates, and mostly less than 0.02 %.
   * A megabyte takes some 30 ms and half a second at worst; memory is the same for any text.
   */
  count(text: string): number;
}

/** UTF-8 bytes of the longest piece that is merged as a whole. */
export const PIECE_BYTES_MAX = MERGE_BYTES_MAX;
/** Several of the longest pieces, so that little is moved when more of a text is read. */
const BUFFER_BYTES = 8 * PIECE_BYTES_MAX;
/** A UTF-16 unit becomes three bytes at most. */
const BYTES_PER_UNIT_MAX = 3;

/** One for all counters, since a count is never interrupted. */
const buffer = new Uint8Array(BUFFER_BYTES + PIECE_PADDING);
const textEncoder = new TextEncoder();

/**
 * A counter for one encoding: of its packed table, and of the pattern that it splits text with.
 * @throws RangeError where the table is none.
 */
export function createCounter(packed: ArrayBuffer, pieceEnd: PieceEnd): Counter {
  const table = readPairTable(packed);
  const cache = createPieceCache(buffer);

  function countPiece(start: number, end: number): number {
    const length = end - start;
    if (length === 1) return 1;
    if (length > CACHED_BYTES_MAX) return countMerged(table, buffer, start, end);
    const entry = entryOf(cache, start, length);
    const known = recallPiece(cache, entry, start, length);
    if (known !== 0) return known;
    const tokens = countMerged(table, buffer, start, end);
    rememberPiece(cache, entry, start, length, tokens);
    return tokens;
  }

  function count(text: string): number {
    let tokens = 0;
    let unit = 0;
    let start = 0;
    let filled = 0;
    let used = 0;
    for (;;) {
      // A piece is looked for in the PIECE_BYTES_MAX bytes that follow, so that it ends where it would if all the text were there.
      if (filled - start < PIECE_BYTES_MAX && unit < text.length) {
        buffer.copyWithin(0, start, filled);
        filled -= start;
        start = 0;
        const end = endOfUnits(text, unit + Math.floor((BUFFER_BYTES - filled) / BYTES_PER_UNIT_MAX));
        filled += textEncoder.encodeInto(text.slice(unit, end), buffer.subarray(filled)).written;
        unit = end;
        used = Math.max(used, filled);
      }
      if (start === filled) break;
      const end = pieceEnd(buffer, start, filled - start <= PIECE_BYTES_MAX ? filled : endOfCharacters(start + PIECE_BYTES_MAX));
      tokens += countPiece(start, end);
      start = end;
    }
    buffer.fill(0, 0, used);
    return tokens;
  }

  return { count };
}

/** The end of a text, or a place before it that is not between two surrogates of one character. */
function endOfUnits(text: string, end: number): number {
  if (end >= text.length) return text.length;
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end;
}

/** The last place up to `end` where a character ends. */
function endOfCharacters(end: number): number {
  let at = end;
  while ((buffer[at]! & 0xc0) === 0x80) at -= 1;
  return at;
}
