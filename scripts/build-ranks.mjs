// Packs js-tiktoken's vocabularies into the tables of src/enrich/counter/ranks, which src/enrich/counter/pair-table.ts reads and describes.
// `npm run build:ranks` writes them; the same js-tiktoken gives the same bytes.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";

const RANK_BITS = 18;

/** @type {Record<string, { bpe_ranks: string }>} */
export const vocabularies = { o200k_base: o200k, cl100k_base: cl100k };

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = join(import.meta.dirname, "..", "src", "enrich", "counter", "ranks");
  mkdirSync(folder, { recursive: true });
  for (const [name, { bpe_ranks }] of Object.entries(vocabularies)) {
    writeFileSync(join(folder, `${name}.bin`), packRanks(bpe_ranks));
  }
}

/**
 * The table of a vocabulary.
 * @param {string} lines as js-tiktoken has them: `! <first rank> <base64> <base64> …`, in the order of the ranks
 * @returns {Uint8Array}
 * @throws Error where the vocabulary is not what the counter takes for granted
 */
export function packRanks(lines) {
  const tokens = lines.split("\n").flatMap((line) =>
    line
      .split(" ")
      .slice(2)
      .map((token) => Buffer.from(token, "base64")),
  );
  if (tokens.length > 2 ** RANK_BITS) throw new Error("The vocabulary has too many tokens.");
  const byteRanks = rankBytes(tokens.slice(0, 256));
  const pairs = splitTokens(tokens, byteRanks);
  const low = new Uint16Array(2 * pairs.length);
  const high = new Uint8Array(pairs.length);
  for (const [at, [left, right]] of pairs.entries()) {
    low[at] = left & 0xffff;
    low[pairs.length + at] = right & 0xffff;
    high[at] = (left >>> 16) | ((right >>> 16) << 2);
  }
  return Buffer.concat([byteRanks, unsafeBorders(tokens), littleEndian(low), high]);
}

/** The first 256 ranks are the single bytes, in an order of their own. @param {Buffer[]} tokens */
function rankBytes(tokens) {
  const ranks = new Uint8Array(256);
  for (const [rank, token] of tokens.entries()) ranks[token[0] ?? 0] = rank;
  if (tokens.some((token) => token.length !== 1) || new Set(ranks).size !== 256) throw new Error("The first 256 tokens are not the bytes.");
  return ranks;
}

/**
 * The two tokens that each token after the bytes is merged from, when its bytes are merged by themselves. That there are two, and of
 * lower ranks, is what lets the counter know a token by its pair alone: whatever comes to be these bytes comes to be this pair first.
 * @param {Buffer[]} tokens
 * @param {Uint8Array} byteRanks
 */
function splitTokens(tokens, byteRanks) {
  /** @type {Map<number, number>} */
  const ranks = new Map();
  return tokens.slice(256).map((token, index) => {
    const parts = mergeLowest(
      Array.from(token, (byte) => byteRanks[byte] ?? 0),
      ranks,
    );
    const [left, right] = parts;
    if (left === undefined || right === undefined || parts.length !== 2) throw new Error(`The token ${index + 256} is not made of two.`);
    ranks.set(left * 2 ** RANK_BITS + right, index + 256);
    return [left, right];
  });
}

/** @param {number[]} parts @param {Map<number, number>} ranks */
function mergeLowest(parts, ranks) {
  for (;;) {
    let lowest = Infinity;
    let lowestAt = -1;
    for (let at = 0; at + 1 < parts.length; at += 1) {
      const rank = ranks.get((parts[at] ?? 0) * 2 ** RANK_BITS + (parts[at + 1] ?? 0)) ?? Infinity;
      if (rank >= lowest) continue;
      lowest = rank;
      lowestAt = at;
    }
    if (lowestAt < 0) return parts;
    parts.splice(lowestAt, 2, lowest);
  }
}

/**
 * A bit for each two bytes between which a character ends and another begins in a token that holds a part of a character: there,
 * characters may be merged before they are whole.
 * @param {Buffer[]} tokens
 */
function unsafeBorders(tokens) {
  const bits = new Uint8Array(256 * 32);
  for (const token of tokens) {
    if (!isBroken(token)) continue;
    for (let at = 1; at < token.length; at += 1) {
      const before = token[at - 1] ?? 0;
      const after = token[at] ?? 0;
      if (!isContinuation(after)) bits[before * 32 + (after >> 3)] = (bits[before * 32 + (after >> 3)] ?? 0) | (1 << (after & 7));
    }
  }
  return bits;
}

/** Whether a token begins or ends inside a character. @param {Buffer} token */
function isBroken(token) {
  if (isContinuation(token[0] ?? 0)) return true;
  const lastLead = token.findLastIndex((byte) => !isContinuation(byte));
  const lead = token[lastLead] ?? 0;
  const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return token.length - lastLead < size;
}

/** @param {number} byte */
function isContinuation(byte) {
  return (byte & 0xc0) === 0x80;
}

/** @param {Uint16Array} numbers */
function littleEndian(numbers) {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16LE(number, at * 2);
  return bytes;
}
