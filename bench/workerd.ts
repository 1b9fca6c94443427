import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A module of a Worker: an ES module where its name ends in `.js`, text where it ends in `.txt`, and data otherwise. The first is the main one. */
export interface WorkerModule {
  name: string;
  content: string | Uint8Array;
}

/** A workerd that runs one Worker and nothing else: no bindings, no inspector, no Miniflare. */
export interface RunningWorkerd {
  /** Milliseconds of CPU that all its threads have taken until now. */
  cpuMs: () => number;
  /** Resident memory, in MB. */
  residentMb: () => number;
  post: (path: string, body: string) => Promise<string>;
  stop: () => Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const CONFIG_BYTES_MAX = 64 * 1024 * 1024;
/** The one that wrangler brings: the path of its binary. */
const { default: workerdPath } = createRequire(import.meta.url)("workerd") as { default: string };

/** Starts a Worker, and waits until it has answered once. @throws Error where it does not, with what it printed. */
export async function startWorkerd(modules: WorkerModule[]): Promise<RunningWorkerd> {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  const port = await freePort();
  for (const { name, content } of modules) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, "config.capnp"), configOf(modules, port));
  // Compiled before, since workerd takes far longer to read a megabyte of embedded modules as text than to start them.
  const config = execFileSync(workerdPath, ["compile", "--config-only", join(folder, "config.capnp")], { maxBuffer: CONFIG_BYTES_MAX });
  writeFileSync(join(folder, "config"), config);
  const child = spawn(workerdPath, ["serve", "--binary", join(folder, "config")], { stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(child, "exit");
  const origin = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: string) => (await fetch(origin + path, { method: "POST", body })).text();
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      // A post, which a collector refuses without a key: the first answer of what it is there for.
      await post("/v1/recordings", "");
      break;
    } catch (cause) {
      if (Date.now() < deadline && child.exitCode === null) await sleep(5);
      else {
        await stop();
        throw new Error(`workerd does not answer: ${printed}`, { cause });
      }
    }
  }
  const pid = child.pid ?? 0;
  return { cpuMs: () => cpuMsOf(pid), residentMb: () => residentMbOf(pid), post, stop };
}

function configOf(modules: WorkerModule[], port: number): string {
  const list = modules.map(({ name }) => `(name = "${name}", ${kindOf(name)} = embed "${name}")`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${list.join(", ")}],
  compatibilityDate = "2026-10-01",
  compatibilityFlags = ["no_nodejs_compat"],
);
`;
}

function kindOf(name: string): "esModule" | "text" | "data" {
  if (name.endsWith(".js")) return "esModule";
  return name.endsWith(".txt") ? "text" : "data";
}

/** Milliseconds of CPU of a process, in all its threads. By the scheduler's own figures, in nanoseconds: /proc/<pid>/stat has steps of 10 ms. */
export function cpuMsOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = tasks.map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]));
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}

function residentMbOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1000;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
