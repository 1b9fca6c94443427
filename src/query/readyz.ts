import { Hono } from "hono";
import type { Deps, Http } from "../env";
import { listSpooledNames } from "../keep/spooled";
import { within } from "../keep/within";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import type { JsonObject } from "../model/json";
import { toIso } from "../model/time";
import { type Readiness, readReadiness, type ReadyExport } from "../store/readiness";

/** `GET /readyz`: whether recordings can be stored now, and how much waits. Public, so it costs little however often it is asked. */
export const readyz = new Hono<Http>();

/** Null is what did not answer in time. */
interface Checked {
  readiness: Readiness | null;
  spool: { objects: number; is_at_least: boolean } | null;
  untilMs: number;
}

// A cache alone: one answer a database, for some seconds.
const cache = new WeakMap<D1Database, Checked>();

readyz.get("/readyz", async (c) => {
  const { readiness, spool } = await check(c.var.deps);
  const bytes = readiness?.bytes ?? null;
  const answer = {
    status: readiness === null ? "unavailable" : "ok",
    d1: {
      answers: readiness !== null,
      bytes,
      bytes_max: limits.databaseBytesMax,
      share: bytes === null ? null : Math.round((bytes / limits.databaseBytesMax) * 1e6) / 1e6,
    },
    spool,
    exports: readiness?.exports.map(exportAnswer) ?? null,
  };
  if (readiness !== null) return c.json(answer);
  c.header("Retry-After", String(limits.retryAfterSeconds));
  return c.json(answer, 503);
});

async function check(deps: Deps): Promise<Checked> {
  const cached = cache.get(deps.db);
  if (cached !== undefined && deps.now() < cached.untilMs) return cached;
  const [readiness, spool] = await Promise.all([
    inTime("d1", readReadiness(deps.db)),
    // One list of R2's: whether little or much waits is what is asked.
    inTime("r2", listSpooledNames({ projectId: null }, deps, limits.listRowsMax)),
  ]);
  const checked = {
    readiness,
    spool: spool === null ? null : { objects: spool.names.length, is_at_least: spool.hasMore },
    untilMs: deps.now() + limits.readyCacheMs,
  };
  cache.set(deps.db, checked);
  return checked;
}

/** What is asked, or null where it failed or takes too long. */
async function inTime<Value>(of: string, asked: Promise<Value>): Promise<Value | null> {
  try {
    return await within(asked, limits.readyTimeoutMs, of);
  } catch (thrown) {
    logEvent("readiness_failed", { of, cause: causeText(thrown) });
    return null;
  }
}

function exportAnswer({ destination, isPaused, lagChanges, oldestUs, openBatches, deadBatches }: ReadyExport): JsonObject {
  return {
    destination,
    paused: isPaused,
    lag_changes: lagChanges,
    oldest_at: toIso(oldestUs),
    open_batches: openBatches,
    dead_batches: deadBatches,
  };
}
