import type { QueueMessage } from "./model/batch";
import { v7 } from "uuid";

/** The bindings and variables of wrangler.toml, and the secret. */
export interface Env {
  DB: D1Database;
  ARCHIVE: R2Bucket;
  QUEUE: Queue<QueueMessage>;
  ADMIN_KEY?: string;
  EXPORT_BATCH_CHANGES?: string;
  EXPORT_AGE_SECONDS?: string;
}

/** All that the code below index.ts has of the world. Built once an event; tests replace it whole. */
export interface Deps {
  db: D1Database;
  archive: R2Bucket;
  queue: Queue<QueueMessage>;
  /** Null admits nobody. */
  adminKey: string | null;
  /** Changes that make a batch full. */
  exportBatchChanges: number;
  /** Seconds after which a batch is cut though it is not full. */
  exportAgeSeconds: number;
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
  Variables: { deps: Deps; requestId: string };
}

/**
 * The dependencies of one event, from its bindings.
 * @throws Error where a variable of wrangler.toml is no number in its range: a mistake of the deployment's.
 */
export function buildDeps(env: Env, context: Pick<ExecutionContext, "waitUntil">): Deps {
  return {
    db: env.DB,
    archive: env.ARCHIVE,
    queue: env.QUEUE,
    adminKey: env.ADMIN_KEY === undefined || env.ADMIN_KEY === "" ? null : env.ADMIN_KEY,
    exportBatchChanges: readNumber("EXPORT_BATCH_CHANGES", env.EXPORT_BATCH_CHANGES, 500, 1, 5000),
    exportAgeSeconds: readNumber("EXPORT_AGE_SECONDS", env.EXPORT_AGE_SECONDS, 30, 0, 86_400),
    now: () => Date.now(),
    newId: () => v7(),
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    later: (work) => context.waitUntil(work),
  };
}

function readNumber(name: string, value: string | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Error(`${name} must be a whole number from ${min} to ${max}`);
}
