/** One call that was reported and estimated too: both above 0. */
export type Observation = [estimatedTokens: number, reportedTokens: number];

/** What a project's own calls of one model say of the estimates, the newest last. */
export interface ModelObservations {
  /** The method of the estimates: of another, the ratio is another. */
  method: string;
  prompt: Observation[];
  completion: Observation[];
}

/** Names what observations are kept by. */
export interface CalledModel {
  projectId: string;
  provider: string;
  model: string;
}

/** What a side's observations come to: estimates are multiplied by `ratio`. */
export interface Calibration {
  ratio: number;
  calls: number;
  /** Median absolute error of the same calls, in percent, with the ratio and without. */
  errorPct: number;
  errorBeforePct: number;
}

/** What a model's estimates are multiplied by: null for a side that stands as it is. */
export interface ModelCalibration {
  /** The method whose estimates these are for. */
  method: string;
  prompt: Calibration | null;
  completion: Calibration | null;
}

/** A called model as one key: no name holds a NUL. */
export function modelKey({ projectId, provider, model }: CalledModel): string {
  return [projectId, provider, model].join("\0");
}
