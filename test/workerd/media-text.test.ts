import * as fc from "fast-check";
import { expect, test } from "vitest";
import { decodeMedium, findMedia, inlineMedia, linkMedia, markMedia } from "../../src/keep/media";
import { limits } from "../../src/limits";
import { sha256Hex } from "../../src/model/sha256";

const marker = "\\/v1\\/media\\/";
const hash = "0123456789abcdef".repeat(4);
const base64 = fc.uint8Array({ minLength: 3072, maxLength: 3100 }).map((bytes) => Uint8Array.from(bytes).toBase64());
const bent = fc
  .tuple(base64, fc.constantFrom("=", "\n", "-", "A", '"', "\\", "é"), fc.nat(3000))
  .map(([text, mark, at]) => text.slice(0, at) + mark + text.slice(at));
const lookAlike = fc.constantFrom(
  `${marker}${hash}`,
  `/v1/media/${hash}`,
  `\\${marker}${hash}`,
  `"${marker}${hash}"`,
  "\\/",
  "\\\\/v1\\\\/media\\\\/",
  JSON.stringify({ data: "A".repeat(5000) }),
  JSON.stringify(`data:image/png;base64,${"A".repeat(5000)}`),
  "data:",
  `data:;base64,${"A".repeat(4096)}`,
);
const media = fc.tuple(fc.constantFrom("", "data:image/png;base64,", "data:text/plain;charset=utf-8;base64,", "data:,"), base64);
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  lookAlike,
  base64,
  bent,
  media.map((parts) => parts.join("")),
);
const key = fc.oneof(fc.constantFrom("data", "file_data", "bytes", "b64_json", "image", "audio", "url", "media_type"), text);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.constantFrom(null, true, 0, 1.5),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));

test("what is moved out of any text comes back to the letter, and what looks like a marker stays what it is", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (any) => {
      const printed = JSON.stringify({ any });
      expect(printed).not.toContain(marker);
      const { marked, objects } = await moveAll(printed);
      expect(inlineMedia(marked, (sha256) => objects.get(sha256)?.toBase64() ?? "lost") === printed).toBe(true);
      JSON.parse(marked);
      JSON.parse(linkMedia(marked));
    }),
    { numRuns: 500 },
  );
});

test.for([
  ["OpenAI", (run: string) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${run}` } }), "image/png"],
  ["OpenAI's audio", (run: string) => ({ type: "input_audio", input_audio: { data: run, format: "mp3" } }), "audio/mpeg"],
  ["OpenAI's file", (run: string) => ({ file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${run}` } }), "application/pdf"],
  ["Anthropic", (run: string) => ({ source: { type: "base64", media_type: "image/webp", data: run } }), "image/webp"],
  ["Gemini", (run: string) => ({ parts: [{ inlineData: { data: run, mimeType: "video/mp4" } }] }), "video/mp4"],
  ["Bedrock, which names the format outside", (run: string) => ({ image: { format: "png", source: { bytes: run } } }), "image/png"],
  ["the AI SDK", (run: string) => ({ type: "image", image: run, mediaType: "image/jpeg" }), "image/jpeg"],
  ["a neighbour's type", (run: string) => [{ media_type: "image/gif", data: "x" }, { b64_json: run }], "image/png"],
] as const)("a medium is found with its type: %s", ([, shape, type]) => {
  const png = new Uint8Array(4000);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const run = png.toBase64();
  const printed = JSON.stringify({ role: "user", content: [shape(run), { type: "text", text: "What is it?" }] });
  const [found] = findMedia(printed);
  expect(found).toMatchObject({ contentType: type });
  expect(found === undefined ? "" : printed.slice(found.start, found.end)).toBe(run);
});

test("what no encoder prints stays: other alphabets, blanks, no padding, bits behind the end, and what is short", () => {
  const bytes = Uint8Array.from({ length: 4000 }, (_, index) => (index * 251) % 256);
  const run = bytes.toBase64();
  expect(run.endsWith("=")).toBe(true);
  const moved = (data: string) => {
    const printed = JSON.stringify({ data });
    return findMedia(printed).some((found) => decodeMedium(printed, found) !== null);
  };
  expect(moved(run)).toBe(true);
  for (const other of [
    bytes.toBase64({ alphabet: "base64url" }),
    run.replace(/=+$/, ""),
    `${run.slice(0, 76)}\n${run.slice(76)}`,
    `${run.slice(0, 76)}    ${run.slice(76)}`,
    `${run.slice(0, -3)}B==`,
    `${run}====`,
    "A".repeat(limits.mediaCharsMin - 4),
  ]) {
    expect(moved(other)).toBe(false);
  }
  expect(moved("A".repeat(limits.mediaCharsMin))).toBe(true);
});

test("twenty megabytes of quotes, of media and of nothing are looked through in the same time", () => {
  const units = 20_000_000;
  const least = limits.mediaCharsMin;
  for (const unit of [
    "a",
    '"',
    '"data":"',
    `"data":"${"A".repeat(least - 1)}`,
    `"${"a".repeat(least - 2)}`,
    `"${"a".repeat(least)}`,
    "data:",
  ]) {
    const startMs = performance.now();
    findMedia(unit.repeat(Math.floor(units / unit.length)));
    expect(performance.now() - startMs).toBeLessThan(1000);
  }
});

async function moveAll(printed: string): Promise<{ marked: string; objects: Map<string, Uint8Array> }> {
  const objects = new Map<string, Uint8Array>();
  const moved = [];
  for (const run of findMedia(printed)) {
    const bytes = decodeMedium(printed, run);
    if (bytes === null) continue;
    const sha256 = await sha256Hex(bytes);
    objects.set(sha256, bytes);
    moved.push({ run, sha256 });
  }
  return { marked: markMedia(printed, moved), objects };
}
