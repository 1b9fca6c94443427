import type { Env } from "../src/env";
import worker from "../src/index";

/** What each transaction holds D1's one thread for: fifty in a second. */
const holdMs = 20;
/** What R2 takes to answer. Its simulator would take more of the machine than the collector does; here it is memory that answers late. */
const bucketMs = 50;
/** When D1 is done with all that was asked of it until now. */
let freeMs = 0;
let slow: Env | null = null;
const objects = new Map<string, { text: string; customMetadata: Record<string, string> }>();

/** The collector over a D1 that does one transaction after another, each in `holdMs`, and beside it a door that tells what is stored. */
export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname === "/bench/stored") return Response.json(await stored(env));
    return await worker.fetch(request as Parameters<typeof worker.fetch>[0], slowed(env), context);
  },
  async queue(batch: MessageBatch, env: Env, context: ExecutionContext): Promise<void> {
    await worker.queue(batch, slowed(env), context);
  },
};

async function stored(env: Env): Promise<{ ids: string[]; spooled: boolean }> {
  const { results } = await env.DB.prepare("SELECT id FROM recordings WHERE project_id = 'overflow'").all<{ id: string }>();
  return { ids: results.map(({ id }) => id), spooled: [...objects.keys()].some((key) => key.startsWith("spool/")) };
}

/** One for all requests: the collector remembers what a binding did by the binding. */
function slowed(env: Env): Env {
  slow ??= { ...env, DB: slowDatabase(env.DB), ARCHIVE: lateBucket() };
  return slow;
}

function slowDatabase(real: D1Database): D1Database {
  return new Proxy(real, {
    get: (db, name) => {
      if (name !== "batch") return (Reflect.get(db, name) as () => unknown).bind(db);
      return async (statements: D1PreparedStatement[]) => {
        freeMs = Math.max(freeMs, Date.now()) + holdMs;
        await late(freeMs - Date.now());
        return await db.batch(statements);
      };
    },
  });
}

/** As much of a bucket as the spool asks, and an export's put. */
function lateBucket(): R2Bucket {
  const bucket = {
    put: async (key: string, value: unknown, { customMetadata = {} }: R2PutOptions = {}) => {
      await late(bucketMs);
      objects.set(key, { text: String(value), customMetadata });
      return { key };
    },
    head: async () => null,
    get: async (key: string) => {
      await late(bucketMs);
      const object = objects.get(key);
      return object === undefined ? null : { customMetadata: object.customMetadata, text: async () => object.text };
    },
    list: async ({ prefix = "", limit = 1000 }: R2ListOptions) => {
      await late(bucketMs);
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
      const listed = keys.slice(0, limit).map((key) => ({ key, size: objects.get(key)?.text.length ?? 0 }));
      return { objects: listed, truncated: keys.length > limit };
    },
    delete: async (keys: string | string[]) => {
      await late(bucketMs);
      for (const key of [keys].flat()) objects.delete(key);
    },
  };
  return bucket as unknown as R2Bucket;
}

async function late(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
