import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { expect, test } from "vitest";
import { cl100kPieceEnd, o200kPieceEnd } from "../../../../src/enrich/counter/pieces";
import { sampleTexts } from "./sample-texts";

const encoder = new TextEncoder();

test.each([
  ["o200k_base", o200k.pat_str, o200kPieceEnd],
  ["cl100k_base", cl100k.pat_str, cl100kPieceEnd],
] as const)("a text splits where the pattern of %s splits it", (_, pattern, pieceEnd) => {
  for (const text of sampleTexts(40_000, 20261125)) {
    let end = 0;
    const expected = Array.from(text.matchAll(new RegExp(pattern, "gu")), ([piece]) => (end += encoder.encode(piece).length));
    const bytes = encoder.encode(text);
    const ends: number[] = [];
    for (let at = 0; at < bytes.length; ends.push(at)) at = pieceEnd(bytes, at, bytes.length);
    if (ends.join() !== expected.join()) expect(ends, JSON.stringify(text)).toEqual(expected);
  }
});
