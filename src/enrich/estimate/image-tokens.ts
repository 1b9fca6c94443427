import type { Family } from "../call/model-family";
import { modelName } from "../call/model-name";
import type { ImageSize } from "../call/image-size";

/** An image that a model was shown. */
export interface Image {
  /** Null where its bytes are not there. */
  size: ImageSize | null;
  /** OpenAI's `detail`: `low`, `high`, `auto`. */
  detail: string | null;
}

/** An image's tokens, and whether a part of what they depend on is not known. */
export interface ImageTokens {
  tokens: number;
  isAssumed: boolean;
}

/** An image of unknown size is taken to be a square of this many pixels: OpenAI's 765 tokens, and about what phones and screens send. */
const assumedSize: ImageSize = { width: 1024, height: 1024 };

/** The tokens of an image by its provider's own formula, or OpenAI's where a provider has published none. */
export function imageTokens(image: Image, family: Family, model: string | null): ImageTokens {
  const size = image.size ?? assumedSize;
  const name = model === null ? "" : modelName(model);
  const formula = formulas[family] ?? tileTokens;
  return { tokens: Math.round(formula(size, name, image.detail)), isAssumed: image.size === null };
}

type Formula = (size: ImageSize, name: string, detail: string | null) => number;

const formulas: Partial<Record<Family, Formula>> = {
  "openai-o200k": openaiTokens,
  "gpt-5": openaiTokens,
  "o-series": openaiTokens,
  "anthropic-2/3": claudeTokens,
  "anthropic-4": claudeTokens,
  "anthropic-new": newClaudeTokens,
  "gemini-2": geminiTokens,
  "gemini-3": geminiTokens,
  gemma: () => 256,
  mistral: mistralTokens,
  qwen: (size) => patches(size, 28, 16_384),
};

/** OpenAI's guide "Images and vision": the models that count patches of 32 pixels, and by how much each patch is multiplied. */
const patchFactors: [RegExp, number][] = [
  [/^(?:gpt-4\.1-mini|gpt-5(?:\.\d)?-mini)/, 1.62],
  [/^gpt-4\.1-nano/, 2.46],
  [/^gpt-5(?:\.\d)?-nano/, 1.5], // the guide has 2.46; 1.5 is what was reported
  [/^o4-mini/, 1.72],
];

/** The same guide: base and tile tokens of the models that count tiles of 512 pixels. */
const tilePrices: [RegExp, base: number, tile: number][] = [
  [/^gpt-4o-mini/, 2833, 5667],
  [/^gpt-5/, 70, 140],
  [/^o\d/, 75, 150],
  [/^computer-use/, 65, 129],
];

function openaiTokens(size: ImageSize, name: string, detail: string | null): number {
  const factor = patchFactors.find(([pattern]) => pattern.test(name))?.[1];
  if (factor !== undefined) return Math.ceil(patches(size, 32, detail === "low" ? 256 : 1536) * factor);
  const [, base, tile] = tilePrices.find(([pattern]) => pattern.test(name)) ?? [/^/, 85, 170];
  return detail === "low" ? base : base + tile * tiles(size);
}

function tileTokens(size: ImageSize, _name: string, detail: string | null): number {
  return detail === "low" ? 85 : 85 + 170 * tiles(size);
}

/** Tiles of 512 pixels after the image was fitted into 2048 × 2048 and its shorter side into 768. Nothing is made larger. */
function tiles({ width, height }: ImageSize): number {
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const scale = fit * Math.min(1, 768 / (Math.min(width, height) * fit));
  return Math.ceil(Math.round(width * scale) / 512) * Math.ceil(Math.round(height * scale) / 512);
}

/** Patches of so many pixels, of an image that is made smaller until they are not too many. */
function patches({ width, height }: ImageSize, pixels: number, patchesMax: number): number {
  const whole = Math.ceil(width / pixels) * Math.ceil(height / pixels);
  if (whole <= patchesMax) return whole;
  const shrink = Math.sqrt((pixels * pixels * patchesMax) / (width * height));
  const columns = (width * shrink) / pixels;
  const rows = (height * shrink) / pixels;
  const toWhole = Math.min(Math.max(1, Math.floor(columns)) / columns, Math.max(1, Math.floor(rows)) / rows);
  return Math.min(patchesMax, Math.ceil(columns * toWhole - 1e-9) * Math.ceil(rows * toWhole - 1e-9));
}

/** Anthropic's guide "Vision": width × height / 750, of an image whose longer side is made 1,568 at most; about 1,600 at most. 5 more are around it. */
function claudeTokens(size: ImageSize): number {
  return claudeArea(size, 1568, 1600);
}

/** Since Claude Opus 4.7 images may have a longer side of 2,576 and some 4,784 tokens (the same guide). */
function newClaudeTokens(size: ImageSize): number {
  return claudeArea(size, 2576, 4784);
}

function claudeArea({ width, height }: ImageSize, sideMax: number, tokensMax: number): number {
  const scale = Math.min(1, sideMax / Math.max(width, height));
  return 5 + Math.min(tokensMax, (width * scale * height * scale) / 750);
}

/** Google's guide "Understand and count tokens": 258 for an image; up to Gemini 2.0 for each tile of one that is made 3,072 a side at most, and one more for the whole. Gemini 3 takes 1,120 by default. */
function geminiTokens({ width, height }: ImageSize, name: string): number {
  if (/gemini-[3-9]/.test(name)) return 1120;
  if (!/gemini-(?:1|2\.0)/.test(name) || Math.max(width, height) <= 384) return 258;
  const scale = Math.min(1, 3072 / Math.max(width, height));
  const unit = Math.min(768, Math.max(256, Math.floor((Math.min(width, height) * scale) / 1.5)));
  return 258 * (1 + Math.ceil((width * scale) / unit) * Math.ceil((height * scale) / unit));
}

/** Mistral's: patches of 28 pixels (Pixtral's of 16) of an image of at most 1,540 (1,024) a side, and a mark behind each row. */
function mistralTokens({ width, height }: ImageSize, name: string): number {
  const [pixels, sideMax] = name.startsWith("pixtral") ? [16, 1024] : [28, 1540];
  const scale = Math.min(1, sideMax / Math.max(width, height));
  return (Math.ceil((width * scale) / pixels) + 1) * Math.ceil((height * scale) / pixels);
}
