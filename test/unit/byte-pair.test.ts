import * as fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { expect, test } from "vitest";
import { createCounter } from "../../src/enrich/byte-pair";
import { type EncodingName, encodingForModel, loadCounter } from "../../src/enrich/encoding";

const encodings = [
  { name: "o200k_base", ranks: o200k },
  { name: "cl100k_base", ranks: cl100k },
] as const;

const MI = 1024 * 1024;
const textsPerEncoding = 2500;

// Each stands for a rule of the split patterns, of UTF-8 or of the merge. They are short, for the oracle's time is quadratic in a piece.
const snippets = [
  "don't|WE'LL|I'M|'ve|'S|'x|ſ's|Hello| the| World|camelCase|HTTPServer|ǅ|ʰ|ª|K|ß|İ",
  "_|__init__|----|====|=> {|});|//|/*|http://|...|1|12|123|1234567|٣٤٥|Ⅷ|½|²|aaaaaaaa|qzxjkvbw",
  "漢字仮名|的一是在不|日本語の|한국어|Привет|שלום|مرحبا|नमस्ते|ไทยภาษา|Ελλάδα",
  " |  |    |\t|\n|\n\n|\r\n| \n |\r|\u0085|\u00a0|\u1680|\u180e|\u2028|\u2029|\u3000|\ufeff|\u200b|\0",
  "👍🏽|👨‍👩‍👧‍👦|🏳️‍🌈|🇩🇪|☺️|1️⃣|\u200d|\ufe0f|e\u0301|a\u0308\u0323|\u0301|\u0301\u0301|\u20e3",
  "\ud800|\udfff|\ud83d|\ude00|\ufffd|\uffff|\u{10ffff}|\u{e000}|\u{1d49c}|\u{20000}|\u{16fe0}",
]
  .flatMap((line) => line.split("|"))
  .concat("<|endoftext|>", "<|endofprompt|>", "<|im_start|>", "<|", "|>");

const codePoint = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0x17ff }),
  fc.integer({ min: 0x1800, max: 0xffff }), // lone surrogates too
  fc.integer({ min: 0x1f300, max: 0x1faff }),
  fc.integer({ min: 0x10000, max: 0x10ffff }),
);
const letters = fc.string({ unit: fc.constantFrom(..."abeinorst".split("")), minLength: 1, maxLength: 24 });
const bit = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...snippets) },
  { weight: 2, arbitrary: codePoint.map((code) => String.fromCodePoint(code)) },
  letters,
);
const text = fc.array(bit, { maxLength: 12 }).map((bits) => bits.join(""));

test.each(encodings)("a short text counts as js-tiktoken counts it: $name", async ({ name, ranks }) => {
  const oracle = new Tiktoken(ranks);
  const counter = await loadCounter(name);
  const isEqual = fc.property(text, (sample) => {
    expect(counter.count(sample)).toBe(oracle.encode(sample, [], []).length);
  });
  fc.assert(isEqual, { numRuns: textsPerEncoding, seed: 20261122 });
});

test.each(encodings)("every token by itself, if it is text and one piece, counts one: $name", async ({ name, ranks }) => {
  const counter = await loadCounter(name);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let counted = 0;
  for (const base64 of ranks.bpe_ranks.split(" ").slice(2)) {
    const token = decodeOrNull(strict, base64);
    if (token === null || token.match(new RegExp(ranks.pat_str, "u"))?.[0] !== token) continue;
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
] as const)("%s of any length is counted", async (_, sample, inO200k, inCl100k) => {
  expect((await loadCounter("o200k_base")).count(sample)).toBe(inO200k);
  expect((await loadCounter("cl100k_base")).count(sample)).toBe(inCl100k);
});

test("a run longer than is merged at once is cut between characters, and little is miscounted", async () => {
  const counter = await loadCounter("o200k_base");
  const one = counter.count("的一是在不了有和人这中大为上个国我".repeat(100));
  const many = counter.count("的一是在不了有和人这中大为上个国我".repeat(10_000));
  expect(Math.abs(many - 100 * one)).toBeLessThan(100);
});

test("a count leaves nothing behind that changes the next", async () => {
  const counter = await loadCounter("o200k_base");
  const before = counter.count("Recording, 記録, 🎙️");
  counter.count("x".repeat(100_000));
  expect(counter.count("Recording, 記録, 🎙️")).toBe(before);
});

test("a text over 2 Mi units is refused, and below that the split never overflows", async () => {
  const counter = await loadCounter("o200k_base");
  expect(counter.count("的".repeat(2 * MI))).toBe(2 * MI);
  expect(() => counter.count("a".repeat(2 * MI + 1))).toThrow("cannot be counted");
});

test("an encoding of too many tokens is refused", () => {
  const bpe_ranks = `! 0${" IQ==".repeat(2 ** 18)}`;
  expect(() => createCounter({ pat_str: ".", bpe_ranks })).toThrow(RangeError);
});

test("an encoding is built once", async () => {
  const [first, second] = await Promise.all([loadCounter("cl100k_base"), loadCounter("cl100k_base")]);
  expect(second).toBe(first);
  expect(await loadCounter("o200k_base")).not.toBe(first);
});

const names: Record<EncodingName, string[]> = {
  cl100k_base: [
    "gpt-4 gpt-4-0613 gpt-4-32k gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-1106-vision-preview GPT-4",
    "gpt-3.5-turbo gpt-3.5-turbo-16k-0613 gpt-3.5-turbo-instruct gpt-35-turbo gpt-35-turbo-16k",
    "text-embedding-ada-002 text-embedding-3-small davinci-002 babbage-002",
    "openai/gpt-4 openai/gpt-4:free azure/gpt-35-turbo openrouter/openai/gpt-4-turbo Azure/GPT-4",
    "ft:gpt-3.5-turbo-0613:acme::9abc ft:gpt-4:acme::9abc openai/ft:davinci-002:acme/gpt-4o:x",
  ],
  o200k_base: [
    "gpt-4o gpt-4o-mini-2024-07-18 gpt-4.1 gpt-4.1-nano gpt-4.5-preview chatgpt-4o-latest GPT-4O",
    "gpt-5 gpt-5.1-codex gpt-50 gpt-40 gpt-oss-120b gpt-audio o1 o3-pro o4-mini codex-mini-latest",
    "openai/gpt-4o azure/gpt-4.1 openai/ft:gpt-4o:acme",
    "ft:gpt-4o-mini-2024-07-18:acme:gpt-4:9abc ft:gpt-4.1:acme/gpt-4:9abc",
    "claude-sonnet-4-5 anthropic.claude-3-haiku-20240307-v1:0 gemini-2.5-pro models/gemini-2.0-flash mistral-large my-gpt-4",
  ],
};
const encodingOfName = Object.entries(names).flatMap(([encoding, lines]) =>
  lines.flatMap((line) => line.split(" ").map((name) => [name, encoding] as const)),
);

test.each([...encodingOfName, ["", "o200k_base"], [null, "o200k_base"]] as const)("%j is counted in %s", (model, encoding) => {
  expect(encodingForModel(model)).toBe(encoding);
});

function decodeOrNull(decoder: TextDecoder, base64: string): string | null {
  try {
    return decoder.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
