import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery as splitSql } from "wrangler";

/** What one request asked of D1. */
interface Counted {
  rowsRead: number;
  rowsWritten: number;
  roundTrips: number;
  databaseMs: number;
}

/** One answer, and what it took. */
export interface Answered {
  status: number;
  text: string;
  counted: Counted;
  tookMs: number;
}

/** A whole collector under this process, by Miniflare's own API: `wrangler dev` would take some milliseconds of each request itself. */
export interface Collector {
  ask: (method: string, path: string, body?: unknown) => Promise<Answered>;
  /** The JSON of an answer that must be good. */
  json: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
  /** A page of the dashboard, for somebody who is signed in. */
  page: (path: string) => Promise<Answered>;
  bytes: (path: string) => Promise<Uint8Array>;
  /** A stream's beginning, until its text holds something. */
  firstOf: (path: string, until: string) => Promise<Answered>;
  /** The cron, once, and what it asked of D1. */
  minute: () => Promise<Counted>;
  db: D1Database;
  stop: () => Promise<void>;
}

const adminKey = "ac_admin_for_the_bench";
const address = "http://collector.localhost";
const quiet = { CLOUDFLARE_CF_FETCH_ENABLED: "false", X_LOCAL_OBSERVABILITY: "false", X_LOCAL_EXPLORER: "false" };

/** Starts one over the database and the bucket in a folder, with the schema as it stands. */
export async function startCollector(folder: string): Promise<Collector> {
  Object.assign(process.env, quiet);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: bundledModules(),
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["no_nodejs_compat"],
      bindings: { ADMIN_KEY: adminKey, EXPORT_BATCH_CHANGES: "5000" },
      d1Databases: { DB: "aircheck" },
      r2Buckets: { ARCHIVE: "aircheck-archive" },
      queueProducers: { QUEUE: "aircheck" },
      queueConsumers: { aircheck: { maxBatchSize: 10, maxBatchTimeout: 1, maxRetries: 5, deadLetterQueue: "aircheck-dead" } },
      resourcePersistencePath: folder,
    }),
  );
  await miniflare.ready;
  const db = await miniflare.getD1Database("DB");
  await db.batch(splitSql(readFileSync("schema.sql", "utf8")).map((sql) => db.prepare(sql)));
  const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
  const dispatchOnce = async (method: string, path: string, body?: unknown) =>
    await miniflare.dispatchFetch(address + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  // A connection that rested meanwhile may be closed by the other side at the moment of the next request.
  const dispatch: typeof dispatchOnce = async (method, path, body) => {
    if (method !== "GET") return await dispatchOnce(method, path, body);
    return await dispatchOnce(method, path).catch(async () => await dispatchOnce(method, path));
  };
  const counted = async () => (await (await miniflare.dispatchFetch(`${address}/bench/counted`)).json()) as Counted;

  const answered = async (request: ReturnType<typeof dispatchOnce>, startedMs: number): Promise<Answered> => {
    const response = await request;
    const text = await response.text();
    const tookMs = performance.now() - startedMs;
    return { status: response.status, text, counted: JSON.parse(response.headers.get("X-Bench-Counted") ?? "{}") as Counted, tookMs };
  };
  const ask: Collector["ask"] = async (method, path, body) => await answered(dispatch(method, path, body), performance.now());
  const visitor = { Cookie: `aircheck=${adminKey}`, Accept: "text/html" };
  return {
    ask,
    json: async (method, path, body) => {
      const { status, text } = await ask(method, path, body);
      if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
      return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    },
    page: async (path) => await answered(miniflare.dispatchFetch(address + path, { headers: visitor }), performance.now()),
    bytes: async (path) => {
      const response = await dispatch("GET", path);
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    firstOf: async (path, until) => {
      const startedMs = performance.now();
      const response = await miniflare.dispatchFetch(address + path, { headers });
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        if (text.includes(until)) break;
      }
      return { status: response.status, text, tookMs: performance.now() - startedMs, counted: await counted() };
    },
    minute: async () => {
      const worker = await miniflare.getWorker();
      const run = async () => await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
      await run().catch(run);
      return await counted();
    },
    db,
    stop: async () => await miniflare.dispose(),
  };
}

/** The modules that `wrangler deploy` would upload, the main one first. */
function bundledModules() {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  const config = join(import.meta.dirname, "..", "bench", "million", "wrangler.toml");
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  execFileSync("npx", ["--no-install", "wrangler", "deploy", "--dry-run", "-c", config, "--outdir", folder], { env, stdio: "pipe" });
  const names = readdirSync(folder).filter((name) => /\.(js|bin|txt)$/.test(name));
  const modules = names
    .toSorted((one, other) => Number(other.endsWith(".js")) - Number(one.endsWith(".js")))
    .map((name) => ({
      type: name.endsWith(".js") ? ("ESModule" as const) : name.endsWith(".txt") ? ("Text" as const) : ("Data" as const),
      path: name,
      contents: readFileSync(join(folder, name)),
    }));
  rmSync(folder, { recursive: true });
  return modules;
}
