import fitted from "./family-weights.json";
import type { Family } from "../call/model-family";
import { openaiWeights } from "./openai-weights";
import type { CountName, TextKind } from "../call/side";

/** What one of each is worth in tokens: of a text's tokens by its kind, and of what is counted beside. Absent is nothing. */
export type Weights = Partial<Record<CountName | TextKind, number>>;

export interface SideWeights {
  prompt: Weights;
  completion: Weights;
}

/** Medians of the absolute error, in percent, of calls that were not fitted on. */
interface SideErrors {
  plain: number;
  withTools: number;
}

/** The version of the method, counted up when a number of it changes: estimates of two versions are not alike. */
const methodVersion = "chat-1";

/** What turns a side's counts into tokens, the nearest that is known: the variant's own, its family's, or that of all others. */
export function weightsFor(variant: string, family: Family): SideWeights {
  const weights: Record<string, SideWeights> = fitted.weights;
  return (
    openaiWeights[variant] ??
    openaiWeights[family] ??
    weights[variant] ??
    weights[family] ??
    weights["other"] ?? { prompt: {}, completion: {} }
  );
}

/** How far off a family's estimates are in the median, in percent. */
export function errorPctFor(family: Family, side: keyof SideWeights, hasTools: boolean): number {
  const errors: Record<string, Record<keyof SideWeights, SideErrors>> = fitted.errorPct;
  const found = (errors[family] ?? errors["other"])?.[side];
  return found === undefined ? 50 : hasTools ? found.withTools : found.plain;
}

/** How an estimate was made: the method with its version, and the family whose constants were used. */
export function methodFor(family: Family): string {
  return `${methodVersion}/${family}`;
}
