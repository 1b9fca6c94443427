import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PIECE_BYTES_MAX } from "../../../../src/enrich/counter/byte-pair";
import { loadCounter } from "../../../../src/enrich/counter/counters";
import { NO_RANK, rankOfPair, readPairTable } from "../../../../src/enrich/counter/pair-table";
import { seededNumbers } from "./sample-texts";

const table = readPairTable(new Uint8Array(readFileSync("src/enrich/counter/ranks/o200k_base.bin")).buffer);
const pieces = 4;

// Families of text that is one piece, whatever its length.
test.each([
  ["one letter", "a"],
  ["one ideograph", "的"],
  ["random small letters", "abcdefghijklmnopqrstuvwxyz"],
  ["frequent small letters", "etaoinshr"],
  [
    "frequent ideographs",
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所",
  ],
  ["Thai", "กขคงจฉชซญดตถทนบปผพฟมยรลวสหอะาิีึืุูเแโใไ่้๊๋์"],
  ["white space", " \t\u3000\u00a0"],
  ["newlines and blanks", "\n\n\r \t"],
  ["punctuation", "!#$%&()*+,-.:;<=>?@[]^_{|}~"],
  ["emoji", "😀😂🤣😊😍🙏👍🎉🔥✨🚀💡"],
  ["combining marks", "\u0300\u0301\u0302\u0303\u0308\u0323"],
  ["lone surrogates", "\ud800"],
])("a cut changes a few tokens at most of a piece that is %s", async (_, alphabet) => {
  const next = seededNumbers(1);
  const characters = Array.from(alphabet);
  let text = "";
  while (Buffer.byteLength(text) < pieces * PIECE_BYTES_MAX) {
    for (let drawn = 0; drawn < 1000; drawn += 1) text += characters[next(characters.length)] ?? "";
  }
  const cuts = Math.ceil(Buffer.byteLength(text) / PIECE_BYTES_MAX) - 1;
  const whole = mergeWhole(new TextEncoder().encode(text));
  const counted = (await loadCounter("o200k_base")).count(text);
  expect(Math.abs(counted - whole)).toBeLessThanOrEqual(2 * cuts);
});

/** The tokens of one piece of any length: of all pairs the lowest rank is merged wherever it is, from the left, as long as there is one. */
function mergeWhole(bytes: Uint8Array): number {
  const parts = Int32Array.from(bytes, (byte) => table.byteRanks[byte]!);
  const rankAt = (at: number) => (at + 1 < count ? rankOfPair(table, parts[at]!, parts[at + 1]!) : NO_RANK);
  let count = parts.length;
  const ranks = Int32Array.from(parts, (_, at) => rankAt(at));
  for (;;) {
    let lowest = NO_RANK;
    for (let at = 0; at < count; at += 1) lowest = Math.min(lowest, ranks[at]!);
    if (lowest === NO_RANK) return count;
    const merged: number[] = [];
    let kept = 0;
    for (let at = 0; at < count; at += 1) {
      const isMerged = ranks[at] === lowest;
      parts[kept] = isMerged ? lowest : parts[at]!;
      ranks[kept] = ranks[isMerged ? at + 1 : at]!;
      if (isMerged) merged.push(kept);
      if (isMerged) at += 1;
      kept += 1;
    }
    count = kept;
    for (const at of merged) {
      ranks[at] = rankAt(at);
      if (at > 0) ranks[at - 1] = rankAt(at - 1);
    }
  }
}
