import { limits } from "../limits";
import type { Calibration, ModelCalibration, ModelObservations, Observation } from "../model/calibration";
import type { SideUsage, Usage } from "../model/usage";

/** Distinct calls that make evidence: the median of so many is not moved by two or three strange ones. */
const callsMin = 8;
/** A ratio is used where it leaves less than this part of the error that the same calls had without it. */
const gainMin = 0.8;
/** What a tokenizer or a hidden prompt can do. A ratio beyond is something else, and no number to multiply by. */
const ratioBounds = [0.1, 10] as const;

/** A model's observations with newer ones: the newest `limits.observationsKept` of each side. Of another method, the old ones say nothing. */
export function addObservations(known: ModelObservations | null, newer: ModelObservations): ModelObservations {
  const old = known?.method === newer.method ? known : null;
  return {
    method: newer.method,
    prompt: newest([...(old?.prompt ?? []), ...newer.prompt]),
    completion: newest([...(old?.completion ?? []), ...newer.completion]),
  };
}

/** What a model's observations come to. */
export function calibrateModel({ method, prompt, completion }: ModelObservations): ModelCalibration {
  return { method, prompt: calibrationOf(prompt), completion: calibrationOf(completion) };
}

/** A usage whose estimated sides have the project's own ratio upon them, where there is evidence by the same method. */
export function calibrateUsage({ prompt, completion, reported }: Usage, model: ModelCalibration | null): Usage {
  return {
    prompt: calibrateSide(prompt, model?.prompt ?? null, model?.method),
    completion: calibrateSide(completion, model?.completion ?? null, model?.method),
    reported,
  };
}

/**
 * What a side's observations say: the median ratio of reported to estimated tokens, and the median error that the same
 * calls have with it. Null without enough of them, or where the ratio would not mend much: a spread that no ratio explains.
 */
export function calibrationOf(observations: Observation[]): Calibration | null {
  if (observations.length < callsMin) return null;
  const ratios = observations.map(([estimated, reported]) => reported / estimated);
  const ratio = median(ratios);
  if (ratio < ratioBounds[0] || ratio > ratioBounds[1]) return null;
  const errorPct = 100 * median(observations.map(([estimated, reported]) => Math.abs((estimated * ratio) / reported - 1)));
  const errorBeforePct = 100 * median(observations.map(([estimated, reported]) => Math.abs(estimated / reported - 1)));
  if (errorPct >= gainMin * errorBeforePct) return null;
  return { ratio: round(ratio, 4), calls: observations.length, errorPct: round(errorPct, 1), errorBeforePct: round(errorBeforePct, 1) };
}

function calibrateSide(side: SideUsage, calibration: Calibration | null, method: string | undefined): SideUsage {
  const { tokens, estimate } = side;
  if (calibration === null || tokens === null || estimate === null || estimate.method !== method) return side;
  const { ratio, calls, errorPct } = calibration;
  return {
    tokens: Math.round(tokens * ratio),
    source: "estimated",
    estimate: { ...estimate, errorPct, calibration: { ratio, calls } },
  };
}

/** A call made again and again says one thing once. */
function newest(observations: Observation[]): Observation[] {
  const distinct = new Map<string, Observation>();
  for (const one of observations) {
    const key = one.join(" ");
    distinct.delete(key); // seen again, it is the newest
    distinct.set(key, one);
  }
  return [...distinct.values()].slice(-limits.observationsKept);
}

/** The middle one; of two, their mean. */
function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
