import type { Deps } from "../../env";
import { limits } from "../../limits";

/**
 * Whole seconds to wait after so many failures in a row, counted from 1: twice as long each time up to an hour, half of
 * it fixed and half at random, so that what failed together does not come back together. `random` is in [0, 1). Never
 * less than the other side asked for, as far as a queue can wait.
 */
export function retryDelaySeconds(failures: number, retryAfterSeconds: number | undefined, random: number): number {
  const { deliveryRetrySeconds, deliveryRetrySecondsMax, retryAfterSecondsMax } = limits;
  const wholeSeconds = Math.min(deliveryRetrySeconds * 2 ** Math.max(0, failures - 1), deliveryRetrySecondsMax);
  const askedSeconds = Math.min(retryAfterSeconds ?? 0, retryAfterSecondsMax);
  return Math.ceil(Math.max(wholeSeconds * (0.5 + random / 2), askedSeconds));
}

/** A number in [0, 1) of 32 random bits. */
export function randomFraction(randomBytes: Deps["randomBytes"]): number {
  const bytes = randomBytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}
