import { onFirstUse } from "../../model/on-first-use";

// The classes that the split patterns tell apart: a character is in one of them, or in none.
/** Upper and title case, \p{Lu} and \p{Lt}. */
export const UPPER = 1;
/** \p{Ll}. */
export const LOWER = 2;
/** Letters without case, \p{Lm} and \p{Lo}. */
export const CASELESS = 4;
/** \p{M}. */
export const MARK = 8;
/** \p{N}. */
export const NUMBER = 16;
/** \s but for CR and LF. */
export const SPACE = 32;
/** CR and LF. */
export const NEWLINE = 64;
export const LETTER = UPPER | LOWER | CASELESS;

/** Bits of a class in the answer of `characterAt`; the character's length in bytes stands above them. */
export const CLASS_BITS = 8;

/** Not before a text needs them: what a class of Unicode's holds is found out when such an expression is parsed. */
const patterns = onFirstUse((): [classBit: number, pattern: RegExp][] => [
  [UPPER, /[\p{Lu}\p{Lt}]+/gu],
  [LOWER, /\p{Ll}+/gu],
  [CASELESS, /[\p{Lm}\p{Lo}]+/gu],
  [MARK, /\p{M}+/gu],
  [NUMBER, /\p{N}+/gu],
  [SPACE, /[^\S\r\n]+/gu],
  [NEWLINE, /[\r\n]+/gu],
]);

/** Code points in a page. */
const PAGE_SIZE = 256;
/**
 * The class of every code point, by page, made when a text first has a character of it: at most 1.1 MB. They come from the runtime's
 * own regular expressions, so that they are of the Unicode version by which js-tiktoken splits there.
 */
const pages: (Uint8Array | undefined)[] = Array<undefined>(0x110000 / PAGE_SIZE).fill(undefined);

/** The class of each ASCII character, and none of the bytes beyond. Told without the patterns: compiling them takes longer than all else when the Worker starts. */
export const asciiClasses: Uint8Array = new Uint8Array(0x100)
  .fill(NEWLINE, 0x0a, 0x0e)
  .fill(SPACE, 0x0b, 0x0d)
  .fill(SPACE, 0x09, 0x0a)
  .fill(SPACE, 0x20, 0x21)
  .fill(NUMBER, 0x30, 0x3a)
  .fill(UPPER, 0x41, 0x5b)
  .fill(LOWER, 0x61, 0x7b);

/** The class of the character that begins at a place of UTF-8, and its length in bytes above CLASS_BITS. */
export function characterAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]!;
  return byte < 0x80 ? asciiClasses[byte]! | (1 << CLASS_BITS) : wideCharacterAt(bytes, at, byte);
}

/** Where the run of characters of some classes ends that begins here. */
export function endOfRun(bytes: Uint8Array, start: number, limit: number, classes: number): number {
  let at = start;
  while (at < limit) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      if ((asciiClasses[byte]! & classes) === 0) break;
      at += 1;
    } else {
      const character = wideCharacterAt(bytes, at, byte);
      if ((character & classes) === 0) break;
      at += character >> CLASS_BITS;
    }
  }
  return at;
}

/** Where the run of characters of none of some classes ends that begins here. */
export function endOfOthers(bytes: Uint8Array, start: number, limit: number, classes: number): number {
  let at = start;
  while (at < limit) {
    const character = characterAt(bytes, at);
    if ((character & classes) !== 0) break;
    at += character >> CLASS_BITS;
  }
  return at;
}

/** UTF-8 as TextEncoder makes it: always whole. */
function wideCharacterAt(bytes: Uint8Array, at: number, lead: number): number {
  if (lead < 0xe0) return classOf(((lead & 0x1f) << 6) | (bytes[at + 1]! & 0x3f)) | (2 << CLASS_BITS);
  const middle = ((bytes[at + 1]! & 0x3f) << 6) | (bytes[at + 2]! & 0x3f);
  if (lead < 0xf0) return classOf(((lead & 0xf) << 12) | middle) | (3 << CLASS_BITS);
  return classOf(((lead & 0x7) << 18) | (middle << 6) | (bytes[at + 3]! & 0x3f)) | (4 << CLASS_BITS);
}

function classOf(codePoint: number): number {
  const page = pages[codePoint >> 8] ?? classifyPage(codePoint >> 8);
  return page[codePoint & 0xff]!;
}

function classifyPage(index: number): Uint8Array {
  const codePoints = Array.from({ length: PAGE_SIZE }, (_, at) => index * PAGE_SIZE + at);
  // A surrogate by itself is written U+FFFD, and both are in no class.
  const units = codePoints.map((codePoint) => String.fromCodePoint(codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint));
  const unitsEach = index >= 0x100 ? 2 : 1;
  const page = new Uint8Array(PAGE_SIZE);
  for (const [classBit, pattern] of patterns()) {
    for (const { 0: run, index: start } of units.join("").matchAll(pattern)) {
      page.fill(classBit, start / unitsEach, (start + run.length) / unitsEach);
    }
  }
  pages[index] = page;
  return page;
}
