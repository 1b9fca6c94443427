import type { Env } from "../../src/env";
import worker from "../../src/index";
import { nothingSpent, type Spent } from "./spent";

/** What a queue bills as one operation, in bytes; each message has some of its own. */
const operationBytes = 64_000;
const messageHeadBytes = 100;
const classA = ["put", "list", "createMultipartUpload"];
const classB = ["get", "head"];

let spent: Spent = nothingSpent();
/** Added to each call of D1: how far away it is. */
let lateMs = 0;
/** Calls of D1 that were waited for one after another, up to the last that is done. */
let callsDone = 0;
let counting: Env | null = null;

const realNow = Date.now.bind(Date);
/** What the collector's clock says; null is the real time. Minutes pass in it without anybody waiting. */
let nowMs: number | null = null;
Date.now = () => nowMs ?? realNow();

/**
 * The collector over bindings that count what is billed. `/bench/spent` tells it since it was last asked, `/bench/set` sets the clock
 * and how far away D1 is.
 */
export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/bench/set") return setWorld(searchParams);
    if (pathname === "/bench/spent") return tellSpent();
    spent.requests += 1;
    callsDone = 0;
    const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], countingEnv(env), context);
    spent.callsWaitedFor = callsDone;
    return answer;
  },
  async queue(batch: MessageBatch, env: Env, context: ExecutionContext): Promise<void> {
    try {
      await worker.queue(batch, countingEnv(env), context);
    } finally {
      spent.messagesUnderWay -= batch.messages.length;
    }
  },
  async scheduled(controller: ScheduledController, env: Env, context: ExecutionContext): Promise<void> {
    await worker.scheduled(controller, countingEnv(env), context);
  },
};

function setWorld(searchParams: URLSearchParams): Response {
  const now = searchParams.get("now_ms");
  if (now !== null) nowMs = Number(now);
  lateMs = Number(searchParams.get("late_ms") ?? lateMs);
  return new Response();
}

function tellSpent(): Response {
  const told = Response.json(spent);
  spent = { ...nothingSpent(), messagesUnderWay: spent.messagesUnderWay };
  return told;
}

/** One for all requests: the collector remembers what a binding did by the binding. */
function countingEnv(env: Env): Env {
  counting ??= { ...env, DB: countingDatabase(env.DB), QUEUE: countingQueue(env.QUEUE), ARCHIVE: countingBucket(env.ARCHIVE) };
  return counting;
}

/** The store asks all that it asks by `batch`. */
function countingDatabase(real: D1Database): D1Database {
  return replacing(real, {
    batch: async (statements: D1PreparedStatement[]) => {
      const place = callsDone + 1;
      if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs));
      const results = await real.batch(statements);
      callsDone = Math.max(callsDone, place);
      for (const { meta } of results) {
        spent.rowsRead += meta.rows_read;
        spent.rowsWritten += meta.rows_written;
      }
      return results;
    },
  });
}

function countingQueue(real: Env["QUEUE"]): Env["QUEUE"] {
  const count = (body: unknown) => {
    spent.queueOperations += 3 * Math.ceil((JSON.stringify(body).length + messageHeadBytes) / operationBytes);
    spent.messagesUnderWay += 1;
  };
  return replacing(real, {
    send: async (...sent: Parameters<typeof real.send>) => {
      count(sent[0]);
      return await real.send(...sent);
    },
    sendBatch: async (...sent: Parameters<typeof real.sendBatch>) => {
      const messages = [...sent[0]];
      for (const { body } of messages) count(body);
      return await real.sendBatch(messages, sent[1]);
    },
  });
}

function countingBucket(real: R2Bucket): R2Bucket {
  const counted =
    (name: string, kind: "classA" | "classB") =>
    async (...asked: unknown[]) => {
      spent[kind] += 1;
      return await (Reflect.get(real, name) as (...all: unknown[]) => Promise<unknown>).apply(real, asked);
    };
  return replacing(
    real,
    Object.fromEntries([
      ...classA.map((name) => [name, counted(name, "classA")]),
      ...classB.map((name) => [name, counted(name, "classB")]),
    ]),
  );
}

/** A binding some of whose methods are others. */
function replacing<Binding extends object>(real: Binding, methods: object): Binding {
  return new Proxy(real, {
    get: (binding, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(binding, name);
      return typeof value === "function" && !Object.hasOwn(methods, name) ? (value.bind(binding) as unknown) : value;
    },
  });
}
