import * as fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { expect, test, vi } from "vitest";
import { createCounter, PIECE_BYTES_MAX } from "../../../../src/enrich/counter/byte-pair";
import { loadCounter } from "../../../../src/enrich/counter/counters";
import { o200kPieceEnd } from "../../../../src/enrich/counter/pieces";
import { sampleTexts, snippets } from "./sample-texts";

const encodings = [
  { name: "o200k_base", ranks: o200k },
  { name: "cl100k_base", ranks: cl100k },
] as const;

const MI = 1024 * 1024;
/** `npm run bench:tokens -- --exact` compares more. */
const textsPerEncoding = 25_000;

test.each(encodings)("a text counts as js-tiktoken counts it: $name", async ({ name, ranks }) => {
  const oracle = new Tiktoken(ranks);
  const counter = await loadCounter(name);
  for (const text of sampleTexts(textsPerEncoding, 20261124)) {
    const expected = oracle.encode(text, [], []).length;
    if (counter.count(text) !== expected) expect(counter.count(text), JSON.stringify(text)).toBe(expected);
  }
});

const bit = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...snippets) },
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.string({ unit: fc.constantFrom(..."abeinorst".split("")), maxLength: 24 }),
);
const anyText = fc.array(bit, { maxLength: 12 }).map((bits) => bits.join(""));

test.each(encodings)("whatever the text, it counts as js-tiktoken counts it: $name", async ({ name, ranks }) => {
  const oracle = new Tiktoken(ranks);
  const counter = await loadCounter(name);
  const isEqual = fc.property(anyText, (text) => {
    expect(counter.count(text)).toBe(oracle.encode(text, [], []).length);
  });
  fc.assert(isEqual, { numRuns: 1000 });
});

test.each(encodings)("a text that is read in several parts counts as js-tiktoken counts it: $name", async ({ name, ranks }) => {
  const text = [...sampleTexts(16_000, 7)].join(" ");
  expect(text.length).toBeGreaterThan(2 * PIECE_BYTES_MAX * 8);
  expect((await loadCounter(name)).count(text)).toBe(new Tiktoken(ranks).encode(text, [], []).length);
});

test.each(encodings)("where a text is parted changes nothing: $name", async ({ name }) => {
  const counter = await loadCounter(name);
  // A line feed before a letter is a piece by itself, so that what stands before is counted by itself.
  const body = `x${[...sampleTexts(4000, 8)].join(" ")}`;
  const tokens = counter.count(body);
  for (let shift = 1; shift < 50; shift += 1)
    expect(counter.count("\n".repeat(shift) + body) - counter.count("\n".repeat(shift))).toBe(tokens);
});

test.each(encodings)("every token by itself, if it is text and one piece, counts one: $name", async ({ name, ranks }) => {
  const counter = await loadCounter(name);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pattern = new RegExp(ranks.pat_str, "u");
  let counted = 0;
  for (const base64 of ranks.bpe_ranks.split(" ").slice(2)) {
    const token = decodeOrNull(strict, base64);
    if (token === null || pattern.exec(token)?.[0] !== token) continue;
    if (counter.count(token) !== 1) expect.fail(`${JSON.stringify(token)} is a token`);
    counted += 1;
  }
  expect(counted).toBeGreaterThan(90_000);
});

test.each([
  ["nothing", "", 0, 0],
  ["a special token's text", "<|endoftext|>", 7, 7],
  ["a byte order mark", "a\ufeffb", 3, 3],
  ["a run of one letter", "a".repeat(MI), 131_072, 131_072],
  ["a run of spaces", " ".repeat(MI), 8192, 8192],
  ["a run of newlines", "\n".repeat(MI), 65_536, 32_768],
  ["words", "a ".repeat(MI / 2), 524_289, 524_289],
  ["a run of emoji", "😀".repeat(MI / 2), 524_288, 1_048_576],
  ["a run of ideographs", "的".repeat(2 * MI), 2 * MI, 2 * MI],
] as const)("%s of any length is counted", async (_, sample, inO200k, inCl100k) => {
  expect((await loadCounter("o200k_base")).count(sample)).toBe(inO200k);
  expect((await loadCounter("cl100k_base")).count(sample)).toBe(inCl100k);
});

test("a count leaves nothing of a text in memory that is kept, and takes no more for a long one", async () => {
  const counter = await loadCounter("o200k_base");
  const encodeInto = vi.spyOn(TextEncoder.prototype, "encodeInto");
  counter.count("A recording, 記録, 🎙️");
  counter.count("A recording, 記録, 🎙️. ".repeat(50_000));
  const buffers = new Set(encodeInto.mock.calls.map(([, { buffer }]) => buffer));
  encodeInto.mockRestore();
  expect(buffers.size).toBe(1);
  for (const buffer of buffers) {
    expect(buffer.byteLength).toBeLessThan(9 * PIECE_BYTES_MAX);
    expect(new Uint8Array(buffer).every((byte) => byte === 0)).toBe(true);
  }
});

test("a count leaves nothing behind that changes the next", async () => {
  const counter = await loadCounter("o200k_base");
  const before = counter.count("Recording, 記録, 🎙️");
  counter.count("x".repeat(100_000));
  expect(counter.count("Recording, 記録, 🎙️")).toBe(before);
});

test("what is no table of ranks is refused", () => {
  expect(() => createCounter(new ArrayBuffer(0), o200kPieceEnd)).toThrow(RangeError);
  expect(() => createCounter(new ArrayBuffer(100_001), o200kPieceEnd)).toThrow(RangeError);
});

test("an encoding is built once", async () => {
  const [first, second] = await Promise.all([loadCounter("cl100k_base"), loadCounter("cl100k_base")]);
  expect(second).toBe(first);
  expect(await loadCounter("o200k_base")).not.toBe(first);
});

function decodeOrNull(decoder: TextDecoder, base64: string): string | null {
  try {
    return decoder.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
