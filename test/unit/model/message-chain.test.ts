import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { limits } from "../../../src/limits";
import { chainOf, hashChars } from "../../../src/model/message-chain";

const messages = fc.array(
  fc.string({ unit: "binary", maxLength: 20 }).map((text) => JSON.stringify({ text })),
  { minLength: 1, maxLength: 12 },
);

test("two conversations have equal hashes for as far as they are equal, and no further", async () => {
  await fc.assert(
    fc.asyncProperty(messages, messages, fc.nat(12), async (one, other, shared) => {
      const [a, b] = [one, [...one.slice(0, shared), ...other]];
      let same = 0;
      while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
      const [{ hashes: hashesA }, { hashes: hashesB }] = [
        await chainOf({ messages: a, rest: "{}" }),
        await chainOf({ messages: b, rest: "{}" }),
      ];
      for (const [index, hash] of hashesA.entries()) expect(hash === hashesB[index]).toBe(index < same);
    }),
  );
});

test("each message ends where it does in the UTF-8 of all, and the last messages alone have a hash", async () => {
  const many = Array.from({ length: limits.chainedMessagesMax + 5 }, (_, index) => `"ü${index}"`);
  const { count, from, hashes, ends, lastBytes } = await chainOf({ messages: many, rest: "{}" });
  expect([count, from, lastBytes]).toEqual([many.length, 6, 7]);
  const utf8 = (text: string) => new TextEncoder().encode(text).length;
  expect(ends).toEqual(many.slice(5).map((_, index) => utf8(many.slice(0, 6 + index).join(","))));
  expect(hashes.every((hash) => hash.length === hashChars && /^[A-Za-z0-9_-]+$/.test(hash))).toBe(true);
  expect(await chainOf({ messages: [], rest: "{}" })).toMatchObject({ count: 0, from: 1, hashes: [], ends: [], lastBytes: 0 });
});

test("the content's hash tells the rest apart as well, and where the messages end", async () => {
  const contents = [
    { messages: ['"a"'], rest: '{"x":1}' },
    { messages: ['"a"'], rest: '{"x":2}' },
    { messages: ['"a"', '"b"'], rest: '{"x":1}' },
    { messages: [], rest: '{"x":1}' },
  ];
  const hashes = await Promise.all(contents.map(async (content) => (await chainOf(content)).contentHash));
  expect(new Set(hashes).size).toBe(4);
});

test("a long conversation has the hashes that SHA-256 gives of its beginnings, as a short one has", async () => {
  for (const count of [1, 5, 60, limits.chainedMessagesMax]) {
    const many = Array.from({ length: count }, (_, index) => JSON.stringify(`${index} `.repeat(40)));
    const { hashes } = await chainOf({ messages: many, rest: "{}" });
    const beginnings = many.map((__, index) =>
      many
        .slice(0, index + 1)
        .map((message) => `${message}\n`)
        .join(""),
    );
    expect(hashes).toEqual(beginnings.map((text) => createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url")));
  }
});
