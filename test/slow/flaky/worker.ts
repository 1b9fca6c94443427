import type { Env } from "../../../src/env";
import worker from "../../../src/index";

/** D1 refuses for so long, and then works for twice as long. */
const awayMs = 1000;

/** One for all events: the collector remembers what a binding did by the binding. */
let flaky: Env | null = null;

/** The collector over a D1 that is away a third of the time. */
export default {
  fetch: async (request: Request, env: Env, context: ExecutionContext) => {
    // A start needs D1 for its browser key.
    const isPost = new URL(request.url).pathname === "/v1/recordings";
    return await worker.fetch(request as Parameters<typeof worker.fetch>[0], isPost ? overFlakyD1(env) : env, context);
  },
  queue: async (batch: MessageBatch, env: Env, context: ExecutionContext) => await worker.queue(batch, overFlakyD1(env), context),
  scheduled: async (controller: ScheduledController, env: Env, context: ExecutionContext) =>
    await worker.scheduled(controller, overFlakyD1(env), context),
};

function overFlakyD1(env: Env): Env {
  flaky ??= { ...env, DB: new Proxy(env.DB, { get: (db, name) => (name === "batch" ? batchUnlessAway(db) : methodOf(db, name)) }) };
  return flaky;
}

/** What is refused is refused before it is done, or after: then the answer alone is lost. */
function batchUnlessAway(db: D1Database) {
  return async (statements: D1PreparedStatement[]) => {
    if (isAway() && Math.random() < 0.5) throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    const results = await db.batch(statements);
    if (isAway()) throw new Error("D1_ERROR: Network connection lost.");
    return results;
  };
}

function isAway(): boolean {
  return Math.floor(Date.now() / awayMs) % 3 === 0;
}

function methodOf(db: D1Database, name: string | symbol): unknown {
  return (Reflect.get(db, name) as () => unknown).bind(db);
}
