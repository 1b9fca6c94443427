import { env } from "cloudflare:workers";
import { createApp } from "../../src/app";
import { buildDeps, type Deps } from "../../src/env";
import { cutDueBatches, resendOverdueBatches } from "../../src/export/cut";
import { consumeMessages } from "../../src/jobs/consume";
import { drainSpool } from "../../src/jobs/drain-spool";
import type { QueueMessage } from "../../src/model/queue-message";
import { adminKey, type Answer, type Ask, holdAnswer, origin } from "./collector";

/** A request that left the collector, with its body. */
export interface Call {
  method: string;
  url: string;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The collector on the tests' one database, with a clock, a queue and a world outside that are a test's own. Addresses are judged as in production. */
export interface Outpost {
  deps: Deps;
  /** All that was sent outside. */
  calls: Call[];
  /** What the world outside answers from now on. */
  answer: (answer: (call: Call) => Response) => void;
  /** Moves the clock on. */
  wait: (seconds: number) => void;
  fetch: (method: string, path: string, options?: Ask) => Promise<Response>;
  ask: (method: string, path: string, options?: Ask) => Promise<{ status: number; text: string; json: Answer }>;
  /** Hands every message that is due to the consumer, until there is none; says of how many. */
  consume: () => Promise<number>;
  /** What the cron does for exports. */
  minute: () => Promise<void>;
  /** A new destination's answer. It is removed by `close`. */
  destination: (request: Answer) => Promise<Answer>;
  /** Commits what there is, cuts it, and delivers it as far as it goes. */
  deliver: () => Promise<void>;
  /** All batches of a destination's generation, the oldest first. */
  batches: (id: string, generation?: string) => Promise<Answer[]>;
  /** What `GET …/batches` says beside the batches. */
  status: (id: string) => Promise<Answer>;
  close: () => Promise<void>;
}

/** Opens one. `default` is paused until it is closed, and then begins anew from where the log is. */
export async function openOutpost(own: Partial<Pick<Deps, "exportBatchChanges">> = {}): Promise<Outpost> {
  const calls: Call[] = [];
  const made: string[] = [];
  let queued: { body: QueueMessage; dueMs: number }[] = [];
  let aheadMs = 0;
  let answer: (call: Call) => Response = () => new Response(null, { status: 200 });
  const now = () => Date.now() + aheadMs;
  const put = (messages: Iterable<{ body: QueueMessage }>, delaySeconds = 0) => {
    for (const { body } of messages) queued.push({ body, dueMs: now() + delaySeconds * 1000 });
  };
  const queue = {
    send: async (body: QueueMessage, options?: QueueSendOptions) => put([{ body }], options?.delaySeconds),
    sendBatch: async (messages: Iterable<{ body: QueueMessage }>, options?: QueueSendBatchOptions) => put(messages, options?.delaySeconds),
  };
  const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} } as unknown as ExecutionContext;
  let running: Promise<void>[] = [];
  const deps: Deps = {
    ...buildDeps(env, context),
    ...own,
    queue: queue as unknown as Deps["queue"],
    allowsLocalDestinations: false,
    now,
    later: (work) => void running.push(work),
    fetch: async (request) => {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const call = { method: request.method, url: request.url, headers: request.headers, bytes };
      calls.push(call);
      return answer(call);
    },
  };
  const app = createApp(() => deps);
  const outpost: Outpost = {
    deps,
    calls,
    answer: (next) => {
      answer = next;
    },
    wait: (seconds) => {
      aheadMs += seconds * 1000;
    },
    fetch: async (method, path, { key = adminKey, headers = {}, body } = {}) => {
      const sent = { ...(key === null ? {} : { Authorization: `Bearer ${key}` }), "Content-Type": "application/json", ...headers };
      const content = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
      return await holdAnswer(method, path, await app.request(`${origin}${path}`, { method, headers: sent, ...content }, env, context));
    },
    ask: async (method, path, options) => {
      const response = await outpost.fetch(method, path, options);
      const text = await response.text();
      await Promise.all(running);
      running = [];
      return { status: response.status, text, json: text === "" ? {} : (JSON.parse(text) as Answer) };
    },
    consume: async () => {
      const due = queued.filter(({ dueMs }) => dueMs <= now());
      queued = queued.filter(({ dueMs }) => dueMs > now());
      if (due.length === 0) return 0;
      await consumeMessages(
        due.map(({ body }) => messageOf(body)),
        deps,
      );
      return due.length + (await outpost.consume());
    },
    minute: async () => {
      await cutDueBatches(deps);
      await resendOverdueBatches(deps);
    },
    destination: async (request) => {
      const { status, text, json } = await outpost.ask("POST", "/v1/destinations", { body: request });
      if (status !== 201) throw new Error(`POST /v1/destinations answered ${status}: ${text}`);
      made.push(json["id"] as string);
      return json;
    },
    deliver: async () => {
      for (let more = true; more;) more = (await outpost.ask("POST", "/v1/exports")).json["more"] === true && (await outpost.consume()) > 0;
      await outpost.consume();
    },
    batches: async (id, generation) => {
      const found: Answer[] = [];
      for (let cursor: string | null = ""; cursor !== null;) {
        const inGeneration = generation === undefined ? "" : `&generation=${generation}`;
        const { json } = await outpost.ask("GET", `/v1/destinations/${id}/batches?limit=1000&cursor=${cursor}${inGeneration}`);
        found.push(...(json["batches"] as Answer[]));
        cursor = json["next_cursor"] as string | null;
      }
      return found.toReversed();
    },
    status: async (id) => (await outpost.ask("GET", `/v1/destinations/${id}/batches?limit=1`)).json,
    close: async () => {
      for (const id of made) await outpost.ask("DELETE", `/v1/destinations/${id}`);
      await outpost.ask("POST", "/v1/destinations/default/replay", { body: { from: "now" } });
      await outpost.ask("PATCH", "/v1/destinations/default", { body: { paused: false } });
    },
  };
  await outpost.ask("PATCH", "/v1/destinations/default", { body: { paused: true } });
  return outpost;
}

/** Posts recordings of a project, by their ids. */
export async function record(outpost: Outpost, project: string, ids: string[], more: Answer = {}): Promise<void> {
  const items = ids.map((id) => ({ project_id: project, id, all_messages: [{ role: "user", content: `hello ${id}` }], ...more }));
  const { json } = await outpost.ask("POST", "/v1/recordings", { body: items });
  // On a busy machine D1 may not answer in time.
  if (json["spooled"] > 0) await drainSpool(outpost.deps);
  if (json["stored"] + json["spooled"] !== ids.length) throw new Error(`POST /v1/recordings: ${JSON.stringify(json).slice(0, 500)}`);
}

/** The lines of a webhook's body. */
export function linesOf({ bytes }: Pick<Call, "bytes">): Answer[] {
  return new TextDecoder()
    .decode(bytes)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

/** The lines of some gzip NDJSON objects in the collector's bucket. */
export async function linesIn(batches: Answer[]): Promise<Answer[]> {
  const lines: Answer[] = [];
  for (const { key } of batches.flatMap((batch) => batch["objects"] as Answer[])) {
    const object = await env.ARCHIVE.get(key as string);
    if (object === null) throw new Error(`No object stands at ${key}`);
    const unpacked = object.body.pipeThrough(new DecompressionStream("gzip"));
    lines.push(...linesOf({ bytes: new Uint8Array(await new Response(unpacked).arrayBuffer()) }));
  }
  return lines;
}

function messageOf(body: QueueMessage): Message {
  return { id: crypto.randomUUID(), timestamp: new Date(), body, attempts: 1, ack: () => undefined, retry: () => undefined };
}
