import type { Weights } from "../src/enrich/estimate/family-weights";

/** One side of a call: what was counted on it, what is added whatever the weights (images), and what was reported. */
export interface Example {
  counts: Record<string, number>;
  added: number;
  /** What it cannot be more than, whatever the weights. */
  tokensMax: number;
  truth: number;
  fold: number;
}

/** What a weight is expected to be, and how far from that it may well be. */
export interface Expected {
  name: string;
  value: number;
  spread: number;
}

/** Prior counts with fewer examples than this keep their expected weight. */
const examplesMin = 2;
/** How much the priors weigh against the examples: one spread costs as much as a tenth of a call that is 100 % off. */
const priorWeight = 0.1;
/** Errors below this share count by their square: an exact fit must not be one of a single call. */
const exactShare = 0.005;
/** By how much that share is lowered each round, from 1: what most calls agree on is found before the few that do not are let go. */
const cooling = 0.8;
/** Truths that are less than this share of the text itself are no counts of the whole prompt, and are not fitted on. */
const believableShare = 0.5;

export function predict(weights: Weights, { counts, added, tokensMax }: Example): number {
  let tokens = added;
  for (const [name, weight] of Object.entries(weights)) tokens += weight * (counts[name] ?? 0);
  return Math.round(Math.min(tokensMax, Math.max(0, tokens)));
}

/**
 * Weights with the least sum of relative errors (|estimate − truth| by the greater of the two, so that a call of which
 * much is hidden pulls no more than any other), held near to what is expected: by least squares, reweighted until they stand.
 */
export function fitWeights(examples: Example[], expected: Expected[]): Weights {
  const used = examples.filter(isBelievable);
  const free = expected.filter(({ name }) => used.filter(({ counts }) => valueOf(counts, name) !== 0).length >= examplesMin);
  const fixed = expected.filter((each) => !free.includes(each));
  const table = used.map(({ counts, truth, added }) => {
    const known = added + fixed.reduce((sum, { name, value }) => sum + value * valueOf(counts, name), 0);
    return { values: free.map(({ name }) => valueOf(counts, name)), target: truth - known, truth, added: known };
  });
  const priorOf = free.map(({ value, spread }) => ({ value, strength: priorWeight / spread ** 2 }));
  const expectedWeights = priorOf.map(({ value }) => value);
  // One call of which less is counted than of its like would hold all others down; from above it does not.
  const starts = [expectedWeights, solveRound(table, priorOf, expectedWeights, (line) => 1 / line.truth)];
  const ends = starts.map((start) => settle(table, priorOf, start));
  const weights = ends.toSorted((one, other) => lossOf(table, priorOf, one) - lossOf(table, priorOf, other))[0] ?? expectedWeights;
  const fitted = free.map(({ name }, index) => [name, weights[index]!] as const);
  const all = [...fixed.map(({ name, value }) => [name, value] as const), ...fitted];
  const kept = Object.fromEntries(
    all.map(([name, weight]) => [name, Number(weight.toFixed(3))] as const).filter(([, weight]) => weight !== 0),
  );
  return kept["text"] === undefined ? kept : { ...kept, system: kept["text"] };
}

/** A system message's text is worth what any text is. */
function valueOf(counts: Record<string, number>, name: string): number {
  return name === "text" ? (counts["text"] ?? 0) + (counts["system"] ?? 0) : (counts[name] ?? 0);
}

function isBelievable({ counts, truth }: Example): boolean {
  const texts = ["text", "system", "call", "result"].reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  return truth >= believableShare * texts;
}

interface Line {
  values: number[];
  target: number;
  truth: number;
  added: number;
}

interface PriorOf {
  value: number;
  strength: number;
}

/** Goes on from some weights until they stand. */
function settle(table: Line[], priorOf: PriorOf[], start: number[]): number[] {
  let weights = start;
  for (let round = 0; round < 90; round += 1) {
    const leastShare = Math.max(exactShare, cooling ** round);
    const next = solveRound(table, priorOf, weights, (line) => {
      const { share, greater } = errorOf(line, weights);
      return 1 / (greater * greater * Math.max(share, leastShare));
    });
    const moved = next.reduce((most, value, index) => Math.max(most, Math.abs(value - weights[index]!)), 0);
    weights = next;
    if (moved < 1e-4 && leastShare === exactShare) break;
  }
  return weights;
}

/** What weights are judged by. */
function lossOf(table: Line[], priorOf: PriorOf[], weights: number[]): number {
  const errors = table.reduce((sum, line) => sum + errorOf(line, weights).share, 0);
  return priorOf.reduce((sum, { value, strength }, index) => sum + strength * (weights[index]! - value) ** 2, errors);
}

/** How far off a line is, by the greater of estimate and truth, and which that is. */
function errorOf({ values, target, truth, added }: Line, weights: number[]): { share: number; greater: number } {
  const estimate = values.reduce((sum, value, index) => sum + value * weights[index]!, 0);
  const greater = Math.max(truth, estimate + added, 1);
  return { share: Math.abs(target - estimate) / greater, greater };
}

/** One round of weighted least squares: the normal equations, with the priors on the diagonal. */
function solveRound(table: Line[], priorOf: PriorOf[], weights: number[], weightOf: (line: Line) => number): number[] {
  const size = weights.length;
  const matrix = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => 0));
  for (const line of table) {
    const { values, target } = line;
    const weight = weightOf(line);
    for (let row = 0; row < size; row += 1) {
      const scaled = weight * values[row]!;
      if (scaled === 0) continue;
      for (let column = 0; column < size; column += 1) matrix[row]![column]! += scaled * values[column]!;
      matrix[row]![size]! += scaled * target;
    }
  }
  for (const [index, { value, strength }] of priorOf.entries()) {
    matrix[index]![index]! += strength;
    matrix[index]![size]! += strength * value;
  }
  return eliminate(matrix);
}

/** Gauss and Jordan's, with the greatest pivot. The priors keep the matrix regular. */
function eliminate(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let pivot = 0; pivot < size; pivot += 1) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row += 1) if (Math.abs(matrix[row]![pivot]!) > Math.abs(matrix[best]![pivot]!)) best = row;
    [matrix[pivot], matrix[best]] = [matrix[best]!, matrix[pivot]!];
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = matrix[row]![pivot]! / matrix[pivot]![pivot]!;
      if (factor === 0) continue;
      for (let column = pivot; column <= size; column += 1) matrix[row]![column]! -= factor * matrix[pivot]![column]!;
    }
  }
  return matrix.map((row, index) => row[size]! / row[index]!);
}
