import type { Env } from "../../src/env";
import worker from "../../src/index";

/** What D1 was asked since the Worker's request began: one request at a time is measured. */
let counted = { rowsRead: 0, rowsWritten: 0, roundTrips: 0, databaseMs: 0 };
let counting: Env | null = null;

/** The collector, and in a header of each answer what it asked of D1; what a stream asks later is told at `/bench/counted`. */
export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname === "/bench/counted") return Response.json(counted);
    counted = { rowsRead: 0, rowsWritten: 0, roundTrips: 0, databaseMs: 0 };
    const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], countingEnv(env), context);
    const told = new Response(answer.body, answer);
    told.headers.set("X-Bench-Counted", JSON.stringify(counted));
    return told;
  },
  async queue(batch: MessageBatch, env: Env, context: ExecutionContext): Promise<void> {
    await worker.queue(batch, countingEnv(env), context);
  },
  async scheduled(controller: ScheduledController, env: Env, context: ExecutionContext): Promise<void> {
    counted = { rowsRead: 0, rowsWritten: 0, roundTrips: 0, databaseMs: 0 };
    await worker.scheduled(controller, countingEnv(env), context);
  },
};

/** One for all requests: the collector remembers what a binding did by the binding. */
function countingEnv(env: Env): Env {
  counting ??= { ...env, DB: countingDatabase(env.DB) };
  return counting;
}

/** The store asks all that it asks by `batch`. */
function countingDatabase(real: D1Database): D1Database {
  return new Proxy(real, {
    get: (db, name) => {
      if (name !== "batch") return (Reflect.get(db, name) as () => unknown).bind(db);
      return async (statements: D1PreparedStatement[]) => {
        const results = await db.batch(statements);
        counted.roundTrips += 1;
        for (const { meta } of results) {
          counted.rowsRead += meta.rows_read;
          counted.rowsWritten += meta.rows_written;
          counted.databaseMs += meta.duration;
        }
        return results;
      };
    },
  });
}
