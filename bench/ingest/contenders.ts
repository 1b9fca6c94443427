import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_splitSqlQuery as splitSql } from "wrangler";
import { cpuMsOf } from "../workerd";

export const contenderNames = ["collector", "null", "bare", "naive"] as const;
export type ContenderName = (typeof contenderNames)[number];

/** What each reference is called wherever a figure stands beside it. */
export const referenceNames = { null: "null Worker", bare: "bare insert", naive: "naive Worker" } as const;

/** One Worker in a workerd of its own, under Miniflare's API: the bundle as it is deployed, and no proxy before it. */
export interface Contender {
  name: ContenderName;
  port: number;
  /** Milliseconds of CPU that its workerd has taken until now, in all threads: Worker, D1, Queue and R2 alike. */
  cpuMs: () => number;
  /** How many recordings, or bodies, are stored. */
  countStored: () => Promise<number>;
  stop: () => Promise<void>;
}

export const adminKey = "ac_admin_for_the_bench";

interface Module {
  type: "ESModule" | "Data" | "Text";
  path: string;
  contents: Uint8Array;
}

/** What each is made of, and the rows that tell how much of the load it has. */
const makes: Record<ContenderName, { modules: () => Promise<Module[]>; schema: string; stored: string }> = {
  collector: {
    modules: async () => deployedModules(),
    schema: `${readFileSync("schema.sql", "utf8")} UPDATE destinations SET paused = 1;`,
    stored: "SELECT count(*) AS n FROM recordings",
  },
  null: { modules: async () => await bundle("bench/ingest/null-worker.ts"), schema: "", stored: "SELECT 0 AS n" },
  bare: {
    modules: async () => await bundle("bench/ingest/bare-worker.ts"),
    schema: "CREATE TABLE bodies (body TEXT NOT NULL)",
    // A body may be one of a batch: it is one row here.
    stored: "SELECT count(*) AS n FROM bodies",
  },
  naive: {
    modules: async () => await bundle("bench/naive/worker.ts"),
    schema: readFileSync("bench/naive/schema.sql", "utf8"),
    stored: "SELECT count(*) AS n FROM recordings",
  },
};

/** What each was built into: a bench may start one many times. */
const built = new Map<ContenderName, Promise<Module[]>>();

async function builtModules(name: ContenderName): Promise<Module[]> {
  const modules = built.get(name) ?? makes[name].modules();
  built.set(name, modules);
  return await modules;
}

/** Starts one, over a database of its own with its schema. Exports are measured elsewhere (bench:export, bench:bill), so the collector's are paused: one would fall into the next load, or the next contender's. */
export async function startContender(name: ContenderName): Promise<Contender> {
  // No look-up of where this machine is, and no traces of each request in a database of the simulator's own.
  Object.assign(process.env, { CLOUDFLARE_CF_FETCH_ENABLED: "false", X_LOCAL_OBSERVABILITY: "false", X_LOCAL_EXPLORER: "false" });
  const { schema, stored } = makes[name];
  const modules = await builtModules(name);
  const before = new Set(childWorkerds());
  const consumers = { aircheck: { maxBatchSize: 10, maxBatchTimeout: 1, maxRetries: 5 } };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules,
      host: "127.0.0.1",
      port: 0,
      logRequests: false,
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["no_nodejs_compat"],
      bindings: { ADMIN_KEY: adminKey, EXPORT_BATCH_CHANGES: "5000" },
      d1Databases: { DB: name },
      r2Buckets: { ARCHIVE: name },
      queueProducers: { QUEUE: "aircheck" },
      // What the naive one sends is taken by nobody, which costs it nothing.
      ...(name === "collector" ? { queueConsumers: consumers } : {}),
    }),
  );
  const { port } = await miniflare.ready;
  const pid = childWorkerds().find((each) => !before.has(each));
  if (pid === undefined) throw new Error(`${name} has no workerd`);
  const db = await miniflare.getD1Database("DB");
  if (schema !== "") await db.batch(splitSql(schema).map((sql) => db.prepare(sql)));
  return {
    name,
    port: Number(port),
    cpuMs: () => cpuMsOf(pid),
    countStored: async () => (await db.prepare(stored).first<number>("n")) ?? 0,
    stop: async () => await miniflare.dispose(),
  };
}

/** The process ids of the workerds that this process started. */
function childWorkerds(): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      return command === "workerd" && Number(parent) === process.pid ? [Number(name)] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

/** The modules that `wrangler deploy` would upload, the main one first. */
function deployedModules(): Module[] {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
  try {
    execFileSync("npx", ["--no-install", "wrangler", "deploy", "--dry-run", "--outdir", folder], { env, stdio: "pipe" });
    const names = readdirSync(folder).filter((name) => /\.(js|bin|txt)$/.test(name));
    return names
      .toSorted((one, other) => Number(other.endsWith(".js")) - Number(one.endsWith(".js")))
      .map((name) => ({ type: typeOf(name), path: name, contents: readFileSync(join(folder, name)) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function typeOf(name: string): Module["type"] {
  if (name.endsWith(".js")) return "ESModule";
  return name.endsWith(".txt") ? "Text" : "Data";
}

/** A reference, bundled by what bundles the collector. */
async function bundle(entryPoint: string): Promise<Module[]> {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    write: false,
    logLevel: "warning",
  });
  return [{ type: "ESModule", path: "index.js", contents: outputFiles[0]?.contents ?? new Uint8Array() }];
}
