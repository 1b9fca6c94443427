import { type Figure, isMet, ratioOf, roundedText } from "./figures";

/** All figures as a table for a terminal: of those that are many of a kind, the one that is nearest its bound and all that miss theirs. */
export function tableOf(figures: Figure[]): string {
  const heading = ["bench", "figure", "value", "reference", "ratio", "bound", ""];
  const lines = [heading, ...figures.flatMap((figure) => lineOf(figure, figures))];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A figure's line; none where another stands for it. */
function lineOf(figure: Figure, all: Figure[]): string[][] {
  const { bench, name, value, unit, reference, oneOf } = figure;
  const kind = oneOf === undefined ? [figure] : all.filter((each) => each.bench === bench && each.oneOf === oneOf);
  const nearest = kind.reduce((one, other) => (nearness(other) > nearness(one) ? other : one));
  if (figure !== nearest && isMet(figure)) return [];
  const ratio = ratioOf(figure);
  return [
    [
      bench,
      figure === nearest && kind.length > 1 ? `${name} (nearest its bound of ${kind.length})` : name,
      `${roundedText(value)} ${unit}`,
      reference === undefined ? "" : `${reference.name} ${roundedText(reference.value)}`,
      ratio === null ? "" : `×${ratio.toFixed(2)}`,
      boundText(figure),
      verdictOf(figure),
    ],
  ];
}

/** How much of its bound a figure takes. */
function nearness({ value, atMost, atLeast }: Figure): number {
  if (atMost !== undefined) return value / atMost;
  return atLeast === undefined ? 0 : atLeast / value;
}

/** What a figure is held to, in words; empty where it is to nothing. */
export function boundText({ atMost, atLeast, ratioAtLeast }: Figure): string {
  if (ratioAtLeast !== undefined) return `at least ×${ratioAtLeast}`;
  if (atMost !== undefined) return `at most ${atMost}`;
  return atLeast === undefined ? "" : `at least ${atLeast}`;
}

function verdictOf(figure: Figure): string {
  if (!isMet(figure)) return "FAIL";
  return boundText(figure) === "" ? "" : "pass";
}

/** Numbers stand to the right. */
function pad(cell: string, width: number, column: number): string {
  return column === 2 || column === 4 ? cell.padStart(width) : cell.padEnd(width);
}
