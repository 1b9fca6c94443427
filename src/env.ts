import { v7 } from "uuid";
import { limits } from "./limits";
import { logEvent } from "./log";
import type { Principal, RateTier } from "./model/key";
import type { QueueMessage } from "./model/queue-message";

/** Where pages post to, unless `BEACON_PATH` says another path beside it. No word in it is on the lists of those who block trackers. */
export const beaconPath = "/v1/r";

/** How the paths of the collector's other routes begin, and what no address keeps: a browser resolves `.` and `..`. */
const takenPaths =
  /^\/(v1|v2|api|healthz|readyz|docs|openapi\.json|client\.js|record-call\.js|assets|sign-in|sign-out|recordings|sessions|traces|exports|keys|connect)(\/|$)|\/\.{1,2}(\/|$)/;

/** The bindings and variables of wrangler.toml, and the secret. */
export interface Env {
  DB: D1Database;
  ARCHIVE: R2Bucket;
  QUEUE: Queue<QueueMessage>;
  RATE_SMALL?: RateLimit;
  RATE_MEDIUM?: RateLimit;
  RATE_LARGE?: RateLimit;
  ADMIN_KEY?: string;
  BEACON_PATH?: string;
  EXPORT_BATCH_CHANGES?: string | number;
  EXPORT_AGE_SECONDS?: string | number;
  ALLOW_LOCAL_DESTINATIONS?: string;
}

/** All that the code below index.ts has of the world. Built once an event; tests replace it whole. */
export interface Deps {
  db: D1Database;
  archive: R2Bucket;
  queue: Queue<QueueMessage>;
  /** One that is not bound limits nothing. */
  rateLimiters: Record<RateTier, RateLimit | undefined>;
  /** Null admits nobody. */
  adminKey: string | null;
  /** Where pages post to, too. */
  beaconPath: string;
  /** Changes that make a batch full. */
  exportBatchChanges: number;
  /** Seconds after which a batch is cut though it is not full. */
  exportAgeSeconds: number;
  /** Whether exports may go to addresses of this machine and its network, and by plain HTTP: for development alone. */
  allowsLocalDestinations: boolean;
  /** A request to another's server. */
  fetch: (request: Request, init?: RequestInit) => Promise<Response>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** A UUIDv7. */
  newId: () => string;
  /** So many random bytes. */
  randomBytes: (length: number) => Uint8Array;
  /** Runs on after the reply, and may be lost. */
  later: (work: Promise<void>) => void;
}

/** What Hono's context carries through every route. */
export interface Http {
  Bindings: Env;
  Variables: {
    deps: Deps;
    requestId: string;
    /** Who asks, once it is known. */
    principal?: Principal;
    /** Bytes of body that his key may send, unpacked. */
    bodyBytesMax?: number;
    /** What a post is about, as far as it was read: what it is counted by where it is refused, unless that is done, or it is none of the ledger's. */
    posted?: { projectId: string | null; id: string | null; isCounted: boolean };
  };
}

/** The dependencies of one event, from its bindings. */
export function buildDeps(env: Env, context: Pick<ExecutionContext, "waitUntil">): Deps {
  return {
    db: env.DB,
    archive: env.ARCHIVE,
    queue: env.QUEUE,
    rateLimiters: { small: env.RATE_SMALL, medium: env.RATE_MEDIUM, large: env.RATE_LARGE },
    adminKey: env.ADMIN_KEY === undefined || env.ADMIN_KEY === "" ? null : env.ADMIN_KEY,
    beaconPath: readBeaconPath(env),
    exportBatchChanges: readNumber("EXPORT_BATCH_CHANGES", env.EXPORT_BATCH_CHANGES, limits.exportBatchChanges),
    exportAgeSeconds: readNumber("EXPORT_AGE_SECONDS", env.EXPORT_AGE_SECONDS, limits.exportAgeSeconds),
    allowsLocalDestinations: env.ALLOW_LOCAL_DESTINATIONS === "true",
    fetch: async (request, init) => await fetch(request, init),
    now: () => Date.now(),
    newId: () => v7(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    later: (work) => context.waitUntil(work),
  };
}

/** Unquoted numbers of wrangler.toml come as numbers. A mistake there is logged, and does not stop recordings from coming in. */
function readNumber(name: string, value: string | number | undefined, [min, preset, max]: readonly [number, number, number]): number {
  if (value === undefined) return preset;
  const number = value === "" ? Number.NaN : Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  logEvent("variable_ignored", { name, min, max, instead: preset });
  return preset;
}

/** `BEACON_PATH`, where it is a path that no other route has; else the usual one. */
export function beaconPathOf({ BEACON_PATH: path }: Pick<Env, "BEACON_PATH">): string {
  return path !== undefined && /^(\/[\w.~-]+)+$/.test(path) && !takenPaths.test(path) ? path : beaconPath;
}

function readBeaconPath(env: Env): string {
  const path = beaconPathOf(env);
  if (env.BEACON_PATH !== undefined && env.BEACON_PATH !== path) logEvent("variable_ignored", { name: "BEACON_PATH", instead: path });
  return path;
}
