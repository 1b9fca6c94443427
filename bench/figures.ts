import { appendFileSync } from "node:fs";

/** One number that a benchmark found. */
export interface Figure {
  bench: string;
  name: string;
  value: number;
  unit: string;
  /** What it is held to, if anything. */
  atMost?: number;
  atLeast?: number;
  /** The same of something known, in the same run. */
  reference?: { name: string; value: number };
  /** What its ratio to the reference is held to. */
  ratioAtLeast?: number;
  /** What it is one of many of: the table shows the one of them that is nearest its bound, and all that miss theirs. */
  oneOf?: string;
}

/** Notes a figure for the table at the end of `npm run bench`, and tells whether it is as it must be. */
export function noteFigure(figure: Figure): boolean {
  const file = process.env["AIRCHECK_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
  return isMet(figure);
}

/** Whether a figure is within its bounds. What is no number never is. */
export function isMet(figure: Figure): boolean {
  const { value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY, ratioAtLeast } = figure;
  if (!Number.isFinite(value) || value > atMost || value < atLeast) return false;
  return ratioAtLeast === undefined || (ratioOf(figure) ?? Number.NaN) >= ratioAtLeast;
}

/** A figure by its reference; null where it has none. */
export function ratioOf({ value, reference }: Figure): number | null {
  return reference === undefined ? null : value / reference.value;
}

/** A number for people: three decimals of what is small. */
export function roundedText(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(3);
}
