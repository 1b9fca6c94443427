import * as fc from "fast-check";
import { expect, test } from "vitest";
import { imageSize } from "../../../../src/enrich/call/image-size";
import { imageTokens } from "../../../../src/enrich/estimate/image-tokens";
import type { Family } from "../../../../src/enrich/call/model-family";
import { forms, imageBase64 } from "./images";

const formNames = Object.keys(forms) as (keyof typeof forms)[];

test.for(formNames)("the size of a %s is read from its header, bare and in a data URI", (form) => {
  for (const [width, height] of [
    [1, 1],
    [640, 480],
    [3008, 2000],
  ] as const) {
    const base64 = imageBase64(form, width, height);
    expect(imageSize(base64)).toEqual({ width, height });
    expect(imageSize(`data:image/${form};base64,${base64}`)).toEqual({ width, height });
    expect(imageSize(base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""))).toEqual({ width, height });
  }
});

test("a GIF of one pixel, as every page has it", () => {
  expect(imageSize("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")).toEqual({ width: 1, height: 1 });
});

test.for(["", "data:", "data:image/png;base64,", "iVBORw0KGgo", "not base64 at all!", "/9j/", imageBase64("png", 0, 5), "é".repeat(100)])(
  "%j has no size",
  (text) => {
    expect(imageSize(text)).toBeNull();
  },
);

test("any text is read without a throw", () => {
  fc.assert(
    fc.property(fc.constantFrom("", "/9j/", "iVBORw0KGgo", "UklGRg", "R0lGODlh"), fc.string({ maxLength: 400 }), (start, rest) => {
      const size = imageSize(start + rest);
      expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
    }),
  );
});

test("a JPEG whose frame is far behind is given up on", () => {
  const segments = Buffer.concat(
    Array.from({ length: 10 }, () => Buffer.concat([Buffer.from([0xff, 0xe1, 0xff, 0xff]), Buffer.alloc(65_533)])),
  );
  const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8]), segments, forms.jpeg(8, 8).subarray(2)]);
  expect(imageSize(jpeg.toString("base64"))).toBeNull();
});

test.for<[Family, string, [number, number], string | null, number]>([
  // What OpenAI's guide and its bills say of one, two, four and six tiles.
  ["openai-o200k", "gpt-4o", [512, 512], null, 255],
  ["openai-o200k", "gpt-4o", [1024, 512], null, 425],
  ["openai-o200k", "gpt-4o", [1024, 1024], null, 765],
  ["openai-o200k", "gpt-4o", [2048, 4096], null, 1105],
  ["openai-o200k", "gpt-4o", [4096, 8192], "low", 85],
  ["openai-o200k", "gpt-4o-mini", [512, 512], null, 8500],
  ["openai-o200k", "gpt-4o-mini", [640, 480], null, 14_167],
  ["openai-o200k", "gpt-4o-mini", [2048, 4096], "high", 36_835],
  ["openai-o200k", "gpt-4o-mini", [640, 480], "low", 2833],
  // Patches: the guide's own examples, 1,024 and 1,452 of them.
  ["openai-o200k", "gpt-4.1-mini", [1024, 1024], null, 1659],
  ["openai-o200k", "gpt-4.1-mini", [1800, 2400], null, 2353],
  ["o-series", "o4-mini-2025-04-16", [640, 480], null, 516],
  ["gpt-5", "gpt-5", [640, 480], null, 350],
  ["anthropic-4", "claude-sonnet-4-5", [200, 200], null, 58],
  ["anthropic-4", "claude-sonnet-4-5", [10_000, 10_000], null, 1605],
  ["gemini-2", "gemini-2.5-flash", [3008, 2000], null, 258],
  ["gemini-2", "gemini-2.0-flash", [640, 480], null, 1290],
  ["gemini-3", "gemini-3-pro", [640, 480], null, 1120],
])("%s: an image for %s of %j takes at %s detail %i", ([family, model, [width, height], detail, tokens]) => {
  expect(imageTokens({ size: { width, height }, detail }, family, model)).toEqual({ tokens, isAssumed: false });
});

test("an image of unknown size is assumed to be one of four tiles", () => {
  expect(imageTokens({ size: null, detail: null }, "openai-o200k", "gpt-4o")).toEqual({ tokens: 765, isAssumed: true });
});

test("no size makes an image of no tokens, or of endless ones", () => {
  const families = [
    "openai-o200k",
    "gpt-5",
    "o-series",
    "anthropic-4",
    "anthropic-new",
    "gemini-2",
    "gemini-3",
    "mistral",
    "qwen",
    "other",
  ] as const;
  const side = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.constantFrom(...families),
      fc.constantFrom("gpt-4o", "gpt-4.1-mini", "gemini-2.0-flash", "pixtral-large"),
      (width, height, family, model) => {
        const { tokens } = imageTokens({ size: { width, height }, detail: null }, family, model);
        expect(tokens).toBeGreaterThan(0);
        expect(tokens).toBeLessThan(20_000);
      },
    ),
  );
});
