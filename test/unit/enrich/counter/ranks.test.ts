import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { packRanks, vocabularies } from "../../../../scripts/build-ranks.mjs";

test.each(Object.entries(vocabularies))("the table of %s is what npm run build:ranks makes of js-tiktoken's", (name, { bpe_ranks }) => {
  expect(Buffer.compare(packRanks(bpe_ranks), readFileSync(`src/enrich/counter/ranks/${name}.bin`))).toBe(0);
});

test("a vocabulary that cannot be counted by pairs is refused", () => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]).toString("base64"));
  const linesOf = (...tokens: string[]) => ["! 0", ...bytes, ...tokens.map((token) => Buffer.from(token).toString("base64"))].join(" ");
  expect(packRanks(linesOf("ab", "abc"))).toBeInstanceOf(Uint8Array);
  expect(() => packRanks(linesOf("abc"))).toThrow("The token 256 is not made of two.");
  expect(() => packRanks(linesOf("ab").replace("AA==", "AAA="))).toThrow("The first 256 tokens are not the bytes.");
  expect(() => packRanks(`! 0${" IQ==".repeat(2 ** 18 + 1)}`)).toThrow("too many tokens");
});
