import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { within } from "../keep/within";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { RateTier } from "../model/key";

/**
 * Counts one post of a key. A guard against floods: it counts in one place of the world and about, and where it does not
 * answer the post is taken, for it may not cost data.
 * @throws CollectorError `rate_limited` where the key has sent what its tier allows.
 */
export async function checkRate(keyId: string, tier: RateTier, deps: Pick<Deps, "rateLimiters">): Promise<void> {
  if (await isWithinRate(keyId, tier, deps)) return;
  throw new CollectorError("rate_limited", `This key has sent as many posts as its tier allows: ${tier}. Send the same again later.`, {
    retryAfterSeconds: limits.rateWindowSeconds,
  });
}

async function isWithinRate(keyId: string, tier: RateTier, { rateLimiters }: Pick<Deps, "rateLimiters">): Promise<boolean> {
  try {
    const limiter = rateLimiters[tier];
    if (limiter === undefined) return true;
    return (await within(limiter.limit({ key: keyId }), limits.rateTimeoutMs, "The rate limiter")).success;
  } catch (thrown) {
    logEvent("rate_check_failed", { tier, cause: causeText(thrown) });
    return true;
  }
}
