import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";

/** How a binding does, as one isolate sees it. */
interface Health {
  /** Ingest's transactions that are not answered yet, by when they began: one whose caller hung up is never answered. */
  commits: Set<{ beganMs: number }>;
  /** When it may be called again; 0 while nothing is wrong with it. */
  restsUntilMs: number;
  /** While a call finds out if it is back: until when that call is waited for. Else 0. */
  probedUntilMs: number;
}

type Clock = Pick<Deps, "now">;

// A cache alone, of what the last calls met: a new isolate begins with good faith.
const healths = new WeakMap<object, Health>();

/** Whether a binding did not answer the last time, and may not be called again yet, or one call finds out if it may. */
export function isResting(binding: object, deps: Clock): boolean {
  const { restsUntilMs, probedUntilMs } = healthOf(binding);
  const leftMs = Math.max(restsUntilMs, probedUntilMs) - deps.now();
  // What lies further ahead than any rest was noted by a clock that was set back since.
  return restsUntilMs > 0 && leftMs > 0 && leftMs <= limits.callGoneMs;
}

/** Whether a post had better be kept elsewhere: the database rests, or has enough to do. */
export function isBusy(db: D1Database, deps: Clock): boolean {
  return isResting(db, deps) || countCommits(healthOf(db), deps) >= limits.commitsInFlight;
}

function countCommits({ commits }: Health, deps: Clock): number {
  for (const commit of commits) if (deps.now() - commit.beganMs >= limits.callGoneMs) commits.delete(commit);
  return commits.size;
}

/**
 * Calls a binding, unless it rests. One that does not answer in time is left alone for a while.
 * @throws CollectorError `unavailable` at once where it is not called.
 */
export async function callGently<Value>(binding: object, call: () => Promise<Value>, deps: Clock): Promise<Value> {
  if (isResting(binding, deps)) throw new CollectorError("unavailable", "One of the stores does not answer at the moment. Try again.");
  return await observe(healthOf(binding), call, "time-out", deps);
}

/** Calls a database for one of ingest's transactions, which `isBusy` counts. After a fault that may pass it rests too: it was tried again already. */
export async function commitGently<Value>(db: D1Database, commit: () => Promise<Value>, deps: Clock): Promise<Value> {
  const health = healthOf(db);
  const own = { beganMs: deps.now() };
  health.commits.add(own);
  try {
    return await observe(health, commit, "fault", deps);
  } finally {
    health.commits.delete(own);
  }
}

async function observe<Value>(health: Health, call: () => Promise<Value>, restsAfter: "time-out" | "fault", deps: Clock): Promise<Value> {
  const isProbe = health.restsUntilMs > 0 && deps.now() >= health.probedUntilMs;
  if (isProbe) health.probedUntilMs = deps.now() + limits.callGoneMs;
  try {
    const value = await call();
    health.restsUntilMs = 0;
    return value;
  } catch (thrown) {
    const { retryable, isTimeOut } = toCollectorError(thrown);
    const rests = isTimeOut || (retryable && (isProbe || restsAfter === "fault"));
    if (rests) health.restsUntilMs = deps.now() + limits.restMs;
    // It did answer: what it refused was wrong.
    else if (!retryable) health.restsUntilMs = 0;
    throw thrown;
  } finally {
    if (isProbe) health.probedUntilMs = 0;
  }
}

function healthOf(binding: object): Health {
  const health = healths.get(binding) ?? { commits: new Set(), restsUntilMs: 0, probedUntilMs: 0 };
  healths.set(binding, health);
  return health;
}
