/** How far one estimated side was from what was reported. */
export interface Scored {
  side: "prompt" | "completion";
  truth: number;
  /** Null where nothing was estimated: 100 % off. */
  estimate: number | null;
}

interface SideScore {
  median: number | null;
  p90: number | null;
}

/** Of some calls: the absolute error in percent by side, and all that was estimated by all that was true. */
export interface Score {
  prompt: SideScore;
  completion: SideScore;
  summed_ratio: number | null;
}

export function scoreOf(scored: Scored[]): Score {
  const truth = scored.reduce((sum, each) => sum + each.truth, 0);
  const estimate = scored.reduce((sum, each) => sum + (each.estimate ?? 0), 0);
  return {
    prompt: sideScore(scored, "prompt"),
    completion: sideScore(scored, "completion"),
    summed_ratio: truth === 0 ? null : round(estimate / truth, 4),
  };
}

function sideScore(scored: Scored[], side: Scored["side"]): SideScore {
  const errors = scored.filter((each) => each.side === side).map(errorPct);
  return { median: quantile(errors, 0.5), p90: quantile(errors, 0.9) };
}

export function errorPct({ truth, estimate }: Scored): number {
  return estimate === null ? 100 : (100 * Math.abs(estimate - truth)) / truth;
}

/** The least value that so many of all are at or below. Null of none. */
export function quantile(values: number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  return round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!, 3);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
