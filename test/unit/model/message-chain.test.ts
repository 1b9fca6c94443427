import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../../src/limits";
import { chainOf, hashChars } from "../../../src/model/message-chain";

const messages = fc.array(
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify({ text })),
  { minLength: 1, maxLength: 12 },
);

test("two conversations have equal hashes for as far as they are equal, and no further", () => {
  fc.assert(
    fc.property(messages, messages, fc.nat(12), (one, other, shared) => {
      const [a, b] = [one, [...one.slice(0, shared), ...other]];
      let same = 0;
      while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
      const [hashesA, hashesB] = [a, b].map((list) => chainOf({ messages: list, rest: "{}" }).hashes);
      for (const [index, hash] of (hashesA ?? []).entries()) expect(hash === hashesB?.[index]).toBe(index < same);
    }),
  );
});

test("each message ends where it does in the UTF-8 of all, and the last messages alone have a hash", () => {
  const many = Array.from({ length: limits.chainedMessagesMax + 5 }, (_, index) => `"ü${index}"`);
  const { count, from, hashes, ends, lastBytes } = chainOf({ messages: many, rest: "{}" });
  expect([count, from, lastBytes]).toEqual([many.length, 6, 7]);
  const utf8 = (text: string) => new TextEncoder().encode(text).length;
  expect(ends).toEqual(many.slice(5).map((_, index) => utf8(many.slice(0, 6 + index).join(","))));
  expect(hashes.every((hash) => hash.length === hashChars && /^[A-Za-z0-9_-]+$/.test(hash))).toBe(true);
  expect(chainOf({ messages: [], rest: "{}" })).toMatchObject({ count: 0, from: 1, hashes: [], ends: [], lastBytes: 0 });
});

test("the content's hash tells the rest apart as well, and where the messages end", () => {
  const hashes = [
    { messages: ['"a"'], rest: '{"x":1}' },
    { messages: ['"a"'], rest: '{"x":2}' },
    { messages: ['"a"', '"b"'], rest: '{"x":1}' },
    { messages: [], rest: '{"x":1}' },
  ].map((text) => chainOf(text).contentHash);
  expect(new Set(hashes).size).toBe(4);
});
