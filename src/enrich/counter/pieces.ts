import {
  asciiClasses,
  CASELESS,
  characterAt,
  CLASS_BITS,
  endOfOthers,
  endOfRun,
  LETTER,
  LOWER,
  MARK,
  NEWLINE,
  NUMBER,
  SPACE,
  UPPER,
} from "./character-class";

/**
 * Where the piece ends that begins at a place of UTF-8, as an encoding's pattern splits text. What lies behind `limit` is not looked
 * at: the text is taken to end there. Both patterns are written out by hand, since they need neither strings nor a stack so.
 */
export type PieceEnd = (bytes: Uint8Array, start: number, limit: number) => number;

const QUOTE = 0x27;
const BLANK = 0x20;
const SLASH = 0x2f;
const SMALL_A = 0x61;

/**
 * o200k_base: a word in which capitals come first, with one character that is no letter before it and a contraction behind; up to
 * three digits; other characters, with a blank before them, and newlines or slashes behind; white space.
 */
export function o200kPieceEnd(bytes: Uint8Array, start: number, limit: number): number {
  const word = endOfSmallWord(bytes, start, limit);
  if (word !== 0) return bytes[word] === QUOTE ? endOfContraction(bytes, word, limit) : word;
  const first = characterAt(bytes, start);
  // A mark may be the character before a word as well as its beginning, and comes to the same.
  if ((first & (LETTER | MARK)) !== 0) return endOfCasedWord(bytes, start, limit);
  if ((first & NUMBER) !== 0) return endOfDigits(bytes, start, limit);
  const second = start + (first >> CLASS_BITS);
  const next = second < limit ? characterAt(bytes, second) : 0;
  if ((first & NEWLINE) === 0 && (next & (LETTER | MARK)) !== 0) return endOfCasedWord(bytes, second, limit);
  const symbols = startOfSymbols(bytes, start, limit, first);
  if (symbols < 0) return endOfSpace(bytes, start, limit);
  let at = endOfOthers(bytes, symbols, limit, LETTER | NUMBER | SPACE | NEWLINE);
  while (at < limit && (bytes[at] === SLASH || asciiClasses[bytes[at]!] === NEWLINE)) at += 1;
  return at;
}

/** cl100k_base: as o200k_base, but a word's case is nothing, a contraction is a piece by itself, and a mark is no part of a word. */
export function cl100kPieceEnd(bytes: Uint8Array, start: number, limit: number): number {
  const first = characterAt(bytes, start);
  if ((first & LETTER) !== 0) return endOfRun(bytes, start, limit, LETTER);
  if ((first & NUMBER) !== 0) return endOfDigits(bytes, start, limit);
  const contraction = endOfContraction(bytes, start, limit);
  if (contraction !== start) return contraction;
  const second = start + (first >> CLASS_BITS);
  if ((first & NEWLINE) === 0) {
    const end = endOfRun(bytes, second, limit, LETTER);
    if (end !== second) return end;
  }
  const symbols = startOfSymbols(bytes, start, limit, first);
  if (symbols < 0) return endOfSpace(bytes, start, limit);
  let at = endOfOthers(bytes, symbols, limit, LETTER | NUMBER | SPACE | NEWLINE);
  while (at < limit && asciiClasses[bytes[at]!] === NEWLINE) at += 1;
  return at;
}

/** Where an ASCII word of small letters ends, with a blank before it or without, that ends with an ASCII character; or 0. The most frequent piece of most texts. */
function endOfSmallWord(bytes: Uint8Array, start: number, limit: number): number {
  const first = bytes[start] === BLANK ? start + 1 : start;
  for (let at = first; at < limit; at += 1) {
    const byte = bytes[at]!;
    if ((byte - SMALL_A) >>> 0 < 26) continue;
    return at === first || byte >= 0x80 ? 0 : at;
  }
  return 0;
}

/**
 * `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+` or, where that finds nothing, the first of the two by itself. Letters
 * without case and marks are in both: where no small letter follows the capitals, the word ends after the last of those that is among
 * them, so that "漢AB" ends after the first.
 */
function endOfCasedWord(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  let afterCaseless = 0;
  while (at < limit) {
    const character = characterAt(bytes, at);
    if ((character & (UPPER | CASELESS | MARK)) === 0) {
      if ((character & LOWER) === 0) break;
      return endOfContraction(bytes, endOfRun(bytes, at + (character >> CLASS_BITS), limit, LOWER | CASELESS | MARK), limit);
    }
    at += character >> CLASS_BITS;
    if ((character & UPPER) === 0) afterCaseless = at;
  }
  return endOfContraction(bytes, afterCaseless === 0 ? at : afterCaseless, limit);
}

/** `('s|'t|'re|'ve|'m|'ll|'d)?`, in either case, at a place: where it ends, or the place itself. */
function endOfContraction(bytes: Uint8Array, start: number, limit: number): number {
  if (start + 1 >= limit || bytes[start] !== QUOTE) return start;
  // In either case: what is no letter does not become one of these.
  const first = bytes[start + 1]! | 0x20;
  if (first === 0x73 || first === 0x74 || first === 0x6d || first === 0x64) return start + 2; // s t m d
  if (start + 2 >= limit) return start;
  const second = bytes[start + 2]! | 0x20;
  if (second === 0x65 && (first === 0x72 || first === 0x76)) return start + 3; // re ve
  return first === 0x6c && second === 0x6c ? start + 3 : start; // ll
}

/** `\p{N}{1,3}` */
function endOfDigits(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  for (let digits = 0; digits < 3 && at < limit; digits += 1) {
    const character = characterAt(bytes, at);
    if ((character & NUMBER) === 0) break;
    at += character >> CLASS_BITS;
  }
  return at;
}

/** Where `[^\s\p{L}\p{N}]+` begins, after a blank or at once, or -1 where it does not. */
function startOfSymbols(bytes: Uint8Array, start: number, limit: number, first: number): number {
  const others = LETTER | NUMBER | SPACE | NEWLINE;
  if ((first & others) === 0) return start;
  if (bytes[start] !== BLANK || start + 1 >= limit) return -1;
  return (characterAt(bytes, start + 1) & others) === 0 ? start + 1 : -1;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+`: to the last newline; else to the end of the text; else all but the last, which goes with what follows. */
function endOfSpace(bytes: Uint8Array, start: number, limit: number): number {
  let at = start;
  let last = start;
  let afterNewline = 0;
  while (at < limit) {
    const character = characterAt(bytes, at);
    if ((character & (SPACE | NEWLINE)) === 0) break;
    last = at;
    at += character >> CLASS_BITS;
    if ((character & NEWLINE) !== 0) afterNewline = at;
  }
  if (afterNewline !== 0) return afterNewline;
  return at === limit || last === start ? at : last;
}
