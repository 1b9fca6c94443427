import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { cpuMsOf } from "../workerd";
import { addSpent, type Spent } from "./spent";

/** A collector of its own under this process, with an empty database, that tells what is billed. */
export interface BilledCollector {
  /** The JSON of an answer that must be good. */
  json: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
  /** The cron, once. */
  minute: () => Promise<void>;
  setClock: (nowMs: number) => Promise<void>;
  /** Milliseconds that each call of D1 takes more. */
  setLate: (lateMs: number) => Promise<void>;
  /** What was spent since this was last asked, once no message is under way. */
  spent: () => Promise<Spent>;
  /** Bytes of the database, and of all objects in the bucket. */
  bytes: () => Promise<{ database: number; archive: number }>;
  /** Milliseconds of CPU that workerd has taken until now: the Worker's, and those of the simulators of D1, R2 and the queue. */
  cpuMs: () => number;
  stop: () => Promise<void>;
}

const adminKey = "ac_admin_for_the_bench";
const address = "http://collector.localhost";
const settledWithinMs = 60_000;
const quiet = { CLOUDFLARE_CF_FETCH_ENABLED: "false", X_LOCAL_OBSERVABILITY: "false", X_LOCAL_EXPLORER: "false" };

export async function startBilled(): Promise<BilledCollector> {
  Object.assign(process.env, quiet);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: bundledModules(),
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["no_nodejs_compat"],
      bindings: { ADMIN_KEY: adminKey },
      d1Databases: { DB: "aircheck" },
      r2Buckets: { ARCHIVE: "aircheck-archive" },
      queueProducers: { QUEUE: "aircheck" },
      queueConsumers: { aircheck: { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 5, deadLetterQueue: "aircheck-dead" } },
      // Its events, a line for each, say nothing here.
      handleStructuredLogs: () => undefined,
    }),
  );
  await miniflare.ready;
  const db = await miniflare.getD1Database("DB");
  await db.batch(splitSql(readFileSync("schema.sql", "utf8")).map((sql) => db.prepare(sql)));
  const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
  const json: BilledCollector["json"] = async (method, path, body) => {
    const options = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await miniflare.dispatchFetch(address + path, options);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  };
  const set = async (query: string) => void (await json("GET", `/bench/set?${query}`));
  return {
    json,
    minute: async () => {
      const worker = await miniflare.getWorker();
      await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
    },
    setClock: async (nowMs) => await set(`now_ms=${nowMs}`),
    setLate: async (lateMs) => await set(`late_ms=${lateMs}`),
    spent: async () => await settledSpent(async () => (await json("GET", "/bench/spent")) as unknown as Spent),
    bytes: async () => {
      const { size_after: database } = (await db.prepare("SELECT 1").all()).meta;
      const { objects } = await (await miniflare.getR2Bucket("ARCHIVE")).list();
      return { database, archive: objects.reduce((sum, { size }) => sum + size, 0) };
    },
    cpuMs: () => cpuMsOf(workerdPid()),
    stop: async () => await miniflare.dispose(),
  };
}

/** Asks until all messages are delivered, and adds up. */
async function settledSpent(ask: () => Promise<Spent>): Promise<Spent> {
  const total = await ask();
  for (const startedMs = performance.now(); total.messagesUnderWay > 0;) {
    if (performance.now() - startedMs > settledWithinMs) throw new Error("A message is never delivered.");
    await sleep(20);
    addSpent(total, await ask());
  }
  return total;
}

/** The one of this process's children that runs the Worker. */
function workerdPid(): number {
  const children = readdirSync("/proc/self/task").flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" "));
  const found = children.find((pid) => pid !== "" && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd"));
  if (found === undefined) throw new Error("No workerd runs.");
  return Number(found);
}

/** The modules that `wrangler deploy` would upload, the main one first. */
function bundledModules() {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  const args = ["--no-install", "wrangler", "deploy", "--dry-run", "-c", "bench/bill/wrangler.toml", "--outdir", folder];
  execFileSync("npx", args, { env, stdio: "pipe" });
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
