import { env } from "cloudflare:workers";
import { createApp } from "../../src/app";
import { buildDeps, type Deps } from "../../src/env";
import { consumeDeadLetters, consumeMessages } from "../../src/jobs/consume";
import { drainSpool } from "../../src/jobs/drain-spool";
import { listSpooled } from "../../src/keep/spool";
import type { QueueMessage } from "../../src/model/queue-message";
import { adminKey, type Answer, type Ask, holdAnswer, origin } from "./collector";

/** What a binding does that is not well: refuses, never answers, or does what it was asked and fails then. */
export type Fault = "throws" | "hangs" | "fails after the write";
export const faultKinds: Fault[] = ["throws", "hangs", "fails after the write"];
export type Binding = "D1" | "R2" | "Queue";

/** The collector on the tests' D1 and bucket, whose bindings fail as a test wants, with a queue and a clock that are the test's own. */
export interface FaultyCollector {
  deps: Deps;
  /** What each binding does from now on; nothing is well. */
  faults: Partial<Record<Binding, Fault>>;
  /** Calls that D1 was asked. */
  asked: () => number;
  ask: (method: string, path: string, options?: Ask) => Promise<{ status: number; headers: Headers; json: Answer; tookMs: number }>;
  /** Moves the clock on. */
  wait: (seconds: number) => void;
  /** What the queue holds. */
  queued: () => { body: QueueMessage; isDead: boolean }[];
  /** Hands every message that is due to its consumer, once. */
  consume: () => Promise<void>;
  /** Lets time pass, with the cron and the queue at work, until nothing of a project waits. */
  settle: (project: string) => Promise<void>;
}

interface Queued {
  body: QueueMessage;
  attempts: number;
  isDead: boolean;
  dueMs: number;
}

export function openFaulty(): FaultyCollector {
  const faults: FaultyCollector["faults"] = {};
  let aheadMs = 0;
  let queued: Queued[] = [];
  let asked = 0;
  let running: Promise<void>[] = [];
  const now = () => Date.now() + aheadMs;
  const put = (messages: Iterable<{ body: QueueMessage }>, delaySeconds = 0) => {
    // As JSON, which is how a queue carries them.
    for (const { body } of messages)
      queued.push({
        body: JSON.parse(JSON.stringify(body)) as QueueMessage,
        attempts: 1,
        isDead: false,
        dueMs: now() + delaySeconds * 1000,
      });
  };
  const queue = {
    send: async (body: QueueMessage, options?: QueueSendOptions) => put([{ body }], options?.delaySeconds),
    sendBatch: async (messages: Iterable<{ body: QueueMessage }>, options?: QueueSendBatchOptions) => put(messages, options?.delaySeconds),
  };
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  const counting = new Proxy(env.DB, {
    get: (db, name) => {
      if (name === "batch") asked += 1;
      return boundTo(db, name);
    },
  });
  const deps: Deps = {
    ...buildDeps(env, context),
    db: faulty(counting, ["batch"], () => faults.D1, "D1_ERROR: D1 DB is overloaded. Requests queued for too long."),
    archive: faulty(env.ARCHIVE, ["put", "get", "list", "head", "delete"], () => faults.R2, "internal error (10001)"),
    queue: faulty(queue, ["send", "sendBatch"], () => faults.Queue, "Too Many Requests") as unknown as Deps["queue"],
    now,
    later: (work) => void running.push(work),
  };
  const app = createApp(() => deps);
  const settleMessage = (message: Queued): Message => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    body: message.body,
    attempts: message.attempts,
    ack: () => undefined,
    retry: (options) => {
      const isDead = message.isDead || message.attempts > 5;
      const attempts = isDead && !message.isDead ? 1 : message.attempts + 1;
      queued.push({ ...message, attempts, isDead, dueMs: now() + (options?.delaySeconds ?? 0) * 1000 });
    },
  });
  const collector: FaultyCollector = {
    deps,
    faults,
    asked: () => asked,
    ask: async (method, path, { key = adminKey, headers = {}, body } = {}) => {
      const startedMs = performance.now();
      const answered = await app.request(
        `${origin}${path}`,
        {
          method,
          headers: { ...(key === null ? {} : { Authorization: `Bearer ${key}` }), "Content-Type": "application/json", ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        },
        env,
        context,
      );
      const tookMs = performance.now() - startedMs;
      const response = await holdAnswer(method, path, answered);
      const text = await response.text();
      const json = text === "" ? {} : (JSON.parse(text) as Answer);
      return { status: response.status, headers: response.headers, json, tookMs };
    },
    wait: (seconds) => {
      aheadMs += seconds * 1000;
    },
    queued: () => queued,
    consume: async () => {
      await Promise.all(running);
      running = [];
      const due = queued.filter(({ dueMs }) => dueMs <= now());
      queued = queued.filter(({ dueMs }) => dueMs > now());
      const of = (isDead: boolean) => due.filter((message) => message.isDead === isDead).map(settleMessage);
      await consumeMessages(of(false), deps);
      await consumeDeadLetters(of(true), deps);
    },
    settle: async (project) => {
      for (let minutes = 0; ; minutes += 1) {
        collector.wait(60);
        await drainSpool(deps);
        await collector.consume();
        const { objects } = await listSpooled(`${project}/`, 1, deps);
        const isQueued = queued.some(({ body }) => body.type === "store_recording");
        if (objects.length === 0 && !isQueued) return;
        if (minutes > 300) throw new Error("Something waits for ever.");
      }
    },
  };
  return collector;
}

/** The ids that a project's list holds, as often as they stand there. */
export async function listedIds({ ask }: Pick<FaultyCollector, "ask">, project: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const { json }: { json: Answer } = await ask("GET", `/v1/recordings?project_id=${project}&limit=200&cursor=${cursor}`);
    ids.push(...(json["recordings"] as Answer[]).map(({ id }) => id as string));
    cursor = json["next_cursor"] as string | null;
  }
  return ids;
}

function faulty<Target extends object>(target: Target, methods: string[], fault: () => Fault | undefined, message: string): Target {
  return new Proxy(target, {
    get: (binding, name) => {
      const real = boundTo(binding, name);
      if (typeof name !== "string" || !methods.includes(name)) return real;
      return async (...args: unknown[]): Promise<unknown> => {
        const now = fault();
        if (now === "throws") throw new Error(message);
        // As a hanging call is for whoever does not wait for it.
        if (now === "hangs") return await new Promise(() => undefined);
        const done = await (real as (...all: unknown[]) => Promise<unknown>)(...args);
        if (now === "fails after the write") throw new Error(message);
        return done;
      };
    },
  });
}

function boundTo(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? (value.bind(target) as unknown) : value;
}
