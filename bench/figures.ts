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
}

/** Notes a figure for the table at the end of `npm run bench`, and tells whether it is as it must be. */
export function noteFigure(figure: Figure): boolean {
  const { value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY } = figure;
  const file = process.env["AIRCHECK_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(figure)}\n`);
  return value <= atMost && value >= atLeast;
}
