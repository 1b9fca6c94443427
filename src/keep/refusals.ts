import type { Deps } from "../env";
import { type CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { toShortId } from "../model/bytes";
import { hourOf, type Refusal, type RefusalCount, unknownProject } from "../model/refusal";
import { insertRefusals, type RefusalFlush } from "../store/refusals";

/** What an isolate has gathered and not written yet. */
interface Gathered {
  counts: Map<string, RefusalCount>;
  refused: (Refusal & { id: string })[];
  /** Refusals whose project, and ids that, found no room. */
  overflowed: number;
  forgotten: number;
}

interface Buffer {
  gathered: Gathered;
  /** What was taken to be written, and is not known to be: it is written as it is, under its name, until it is. */
  pending: RefusalFlush | null;
  /** When a flush is due; null where none is on its way. */
  dueMs: number | null;
}

// Bounded, and lost with the isolate: no more than a few seconds of counts, and never a recording. Kept apart by database, as tests and shards are.
const buffers = new WeakMap<D1Database, Buffer>();

/** What is wanted of the world to note a refusal. */
type World = Pick<Deps, "db" | "now" | "randomBytes" | "later">;

/**
 * Counts refusals in memory, and has them written in bulk a few seconds later: a request that is refused writes no row.
 * What may pass is no refusal, since nothing was judged.
 */
export function noteRefusals(refusals: Refusal[], deps: World): void {
  if (refusals.length === 0) return;
  const buffer = buffers.get(deps.db) ?? { gathered: nothing(), pending: null, dueMs: null };
  buffers.set(deps.db, buffer);
  for (const refusal of refusals) gather(refusal, buffer.gathered);
  // A flush that is long overdue went with its request.
  if (buffer.dueMs !== null && deps.now() < buffer.dueMs + limits.refusalFlushMs) return;
  buffer.dueMs = deps.now() + limits.refusalFlushMs;
  deps.later(flushLater(deps));
}

/** A refusal as it is noted: the paths that were wrong, never their values. */
export function refusalOf(
  error: CollectorError,
  about: Pick<Refusal, "id" | "requestId"> & { projectId: string | null },
  nowMs: number,
): Refusal {
  // A caller's own keys stand in them, and a control character is six bytes of JSON.
  const pathOf = ({ path }: { path: string }) =>
    path
      .slice(0, limits.refusalPathCharsMax)
      .toWellFormed()
      .replace(/\p{Cc}/gu, "?");
  const paths = [...new Set(error.issues?.map(pathOf))];
  return {
    projectId: about.projectId ?? unknownProject,
    id: about.id,
    code: error.code,
    paths: paths.slice(0, limits.refusalPathsMax),
    requestId: about.requestId,
    atUs: nowMs * 1000,
  };
}

/**
 * Writes what this isolate has gathered. What cannot be written stays for the next time.
 * @throws CollectorError `unavailable` where D1 did not answer.
 */
export async function flushRefusals(deps: Omit<World, "later">): Promise<void> {
  const buffer = buffers.get(deps.db);
  if (buffer === undefined) return;
  // What is pending from before, and then what was gathered since.
  for (let flushes = 0; flushes < 2; flushes += 1) {
    const flush = buffer.pending ?? take(buffer, deps);
    if (flush === null) return;
    try {
      await insertRefusals(deps.db, flush);
    } catch (thrown) {
      // What D1 would never take keeps nothing out that comes behind it.
      if (!toCollectorError(thrown).retryable && buffer.pending === flush) drop(buffer, flush);
      throw thrown;
    }
    // Another request may have written the same, and taken more.
    if (buffer.pending === flush) buffer.pending = null;
  }
}

function drop(buffer: Buffer, { counts, refused }: RefusalFlush): void {
  buffer.pending = null;
  logEvent("refusals_dropped", { counted: counts.reduce((sum, { count }) => sum + count, 0), ids: refused.length });
}

async function flushLater(deps: World): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, limits.refusalFlushMs));
  const buffer = buffers.get(deps.db);
  if (buffer !== undefined) buffer.dueMs = null;
  try {
    await flushRefusals(deps);
  } catch (thrown) {
    logEvent("refusal_flush_failed", { cause: causeText(thrown) });
  }
}

function take(buffer: Buffer, deps: Pick<Deps, "now" | "randomBytes">): RefusalFlush | null {
  const { counts, refused, overflowed, forgotten } = buffer.gathered;
  if (counts.size === 0) return null;
  if (overflowed + forgotten > 0) logEvent("refusals_overflowed", { counted_without_project: overflowed, ids_forgotten: forgotten });
  buffer.gathered = nothing();
  buffer.pending = { flush: toShortId(deps.randomBytes(8)), flushedUs: deps.now() * 1000, counts: [...counts.values()], refused };
  return buffer.pending;
}

function gather(refusal: Refusal, gathered: Gathered): void {
  const { counts, refused } = gathered;
  const { id, code } = refusal;
  const hourUs = hourOf(refusal.atUs);
  let projectId = refusal.projectId;
  if (counts.size >= limits.refusalCountersMax && !counts.has(counterName(projectId, hourUs, code))) {
    gathered.overflowed += 1;
    projectId = unknownProject;
  }
  const name = counterName(projectId, hourUs, code);
  const counter = counts.get(name) ?? { projectId, hourUs, code, count: 0 };
  counter.count += 1;
  counts.set(name, counter);
  if (id === null) return;
  refused.push({ ...refusal, id });
  if (refused.length <= limits.refusedIdsMax) return;
  refused.shift();
  gathered.forgotten += 1;
}

/** Ids hold no space. */
function counterName(projectId: string, hourUs: number, code: string): string {
  return `${projectId} ${hourUs} ${code}`;
}

function nothing(): Gathered {
  return { counts: new Map(), refused: [], overflowed: 0, forgotten: 0 };
}
