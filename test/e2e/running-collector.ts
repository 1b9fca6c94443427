import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseEnv, promisify } from "node:util";

const projectRoot = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const readyWithinMs = 90_000;
const stoppedWithinMs = 15_000;

/** A collector that runs as `npm start` runs it, on a port of its own. */
export interface RunningCollector {
  /** `http://localhost:<port>` */
  origin: string;
  adminKey: string;
  /** Ends it as Ctrl-C does, and waits until it is gone. */
  stop: () => Promise<void>;
  /** Ends every process of it at once, as a power cut does. */
  kill: () => Promise<void>;
  /** All that it has printed until now. */
  output: () => string;
  /** All that it has printed, once its welcome is printed whole. */
  welcome: () => Promise<string>;
}

/**
 * Starts one, by `npm start`'s script unless another is named, and waits until it answers. Its data are in `folder`, which stays, or else in one that goes with it.
 * @throws with all that it printed where it does not get ready.
 */
export async function startCollector({
  folder,
  script = "scripts/start.mjs",
}: { folder?: string; script?: string } = {}): Promise<RunningCollector> {
  const port = await freePort();
  const persistTo = folder ?? (await mkdtemp(join(tmpdir(), "aircheck-e2e-")));
  const child = spawn(process.execPath, [script], {
    cwd: projectRoot,
    env: { ...process.env, PORT: String(port), PERSIST_TO: persistTo },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const ended = once(child, "exit");
  const isRunning = () => child.exitCode === null && child.signalCode === null;

  const untilGone = async () => {
    if (isRunning()) await ended;
    if (folder === undefined) await rm(persistTo, { recursive: true, force: true, maxRetries: 5 });
  };
  const kill = async () => {
    for (const pid of [child.pid, ...(await processesBelow(child.pid))]) signal(pid, "SIGKILL");
    await untilGone();
  };
  const stop = async () => {
    const force = setTimeout(() => void kill(), stoppedWithinMs);
    child.kill("SIGTERM");
    await untilGone();
    clearTimeout(force);
  };

  /** Asks again and again until there is an answer. */
  const until = async <Value>(ask: () => Value | null | Promise<Value | null>): Promise<Value> => {
    const deadlineMs = Date.now() + readyWithinMs;
    while (isRunning() && Date.now() < deadlineMs) {
      const answer = await ask();
      if (answer !== null) return answer;
      await sleep(100);
    }
    await stop();
    throw new Error(`The collector did not get ready. It printed:\n${printed}`);
  };

  const origin = `http://localhost:${port}`;
  await until(async () => ((await isHealthy(origin)) ? true : null));
  const welcome = async () => await until(() => (/^Ctrl-C stops it.*\n/m.test(printed) ? printed : null));
  return { origin, adminKey: await readAdminKey(), stop, kill, output: () => printed, welcome };
}

async function isHealthy(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

async function readAdminKey(): Promise<string> {
  const { ADMIN_KEY } = parseEnv(await readFile(join(projectRoot, ".dev.vars"), "utf8"));
  if (ADMIN_KEY === undefined) throw new Error(".dev.vars holds no ADMIN_KEY.");
  return ADMIN_KEY;
}

/** One below those that the system gives out by itself: until the collector listens, no other test's server gets it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** The processes that a process started, and those that they did. */
async function processesBelow(pid: number | undefined): Promise<number[]> {
  const rows = await (process.platform === "linux" ? parentsFromProc() : parentsFromPs());
  const found = new Set(pid === undefined ? [] : [pid]);
  // A child may be listed before its parent: each pass goes one generation down.
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [child, parent] of rows) if (found.has(parent)) found.add(child);
  }
  return [...found].filter((one) => one !== pid);
}

/** Every process and its parent. The smallest Linux images have no `ps`. */
async function parentsFromProc(): Promise<[number, number][]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map(async (pid) => await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  return parentsFromText(stats, /^(\d+) \(.*\) \S (\d+)/s);
}

/** The same where there is no `/proc`; nothing on Windows. */
async function parentsFromPs(): Promise<[number, number][]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]).catch(() => ({ stdout: "" }));
  return parentsFromText(stdout.split("\n"), /^\s*(\d+)\s+(\d+)/);
}

function parentsFromText(lines: string[], form: RegExp): [number, number][] {
  return lines.flatMap((line): [number, number][] => {
    const [, child, parent] = form.exec(line) ?? [];
    return child === undefined || parent === undefined ? [] : [[Number(child), Number(parent)]];
  });
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It was gone already.
  }
}
