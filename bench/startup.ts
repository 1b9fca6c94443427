import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { loadCounter } from "../src/enrich/counter/counters";
import { noteFigure } from "./figures";
import { startWorkerd, type WorkerModule } from "./workerd";

// npm run bench:startup: what the token tables cost a Worker, in size, at its start, at the first count, and in memory; and, by
// first-request.ts, what the first post to it takes.
const RUNS = 9;
const PROFILE_RUNS = 3;
const encodings = ["o200k_base", "cl100k_base"] as const;
const quietWrangler = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };
const text = "A recording is kept whole, and its tokens are counted. 記録を数える。\n".repeat(10);

let isReached = true;
const heap = await measureHeap();
const worker = buildWorker();
reportSize(worker);
await measureStartup(worker);
reportProfiles();
await measureFirstCounts();
for (const [name, megabytes] of Object.entries(heap)) judge(`heap of ${name}, in Node`, megabytes, 8, "MB");
process.exitCode = isReached ? 0 : 1;

/** Live memory that an encoding takes after it has counted, typed arrays included. First of all, while the heap is small. */
async function measureHeap(): Promise<Record<string, number>> {
  const megabytes: Record<string, number> = {};
  for (const name of encodings) {
    const before = liveMb();
    (await loadCounter(name)).count(text);
    megabytes[name] = liveMb() - before;
  }
  return megabytes;
}

function liveMb(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1e6;
}

/** The modules that `wrangler deploy` would upload. */
function buildWorker(): WorkerModule[] {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  execFileSync("npx", ["--no-install", "wrangler", "deploy", "--dry-run", "--outdir", folder], { env: quietWrangler, stdio: "pipe" });
  const names = readdirSync(folder).filter((name) => /\.(js|bin|txt)$/.test(name));
  const modules = names.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
  rmSync(folder, { recursive: true });
  return modules.toSorted((one, other) => Number(other.name === "index.js") - Number(one.name === "index.js"));
}

function reportSize(modules: WorkerModule[]): void {
  let [raw, compressed] = [0, 0];
  for (const { name, content } of modules) {
    const gzip = gzipSync(content, { level: 9 }).length;
    raw += content.length;
    compressed += gzip;
    console.log(`${name.replace(/^[0-9a-f]{40}-/, "").padEnd(20)} ${kilobytes(content.length)} kB, gzip ${kilobytes(gzip)} kB`);
  }
  note("whole Worker, raw", raw / 1e6, "MB");
  judge("whole Worker, gzip", compressed / 1e6, 3, "MB");
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0).padStart(5);
}

/** CPU from the start of workerd to its first answer: the three in turn, so that what else the machine does falls on all alike. */
async function measureStartup(modules: WorkerModule[]): Promise<void> {
  const nothing = { name: "index.js", content: 'export default { fetch: () => new Response("") };' };
  const tableBytes = modules.filter(({ name }) => name.endsWith(".bin")).reduce((sum, { content }) => sum + content.length, 0);
  const contenders = [
    { name: "nothing", modules: [nothing], cpuMs: [] as number[] },
    { name: "the Worker", modules, cpuMs: [] as number[] },
    {
      name: "the Worker, its tables empty",
      modules: modules.map(({ name, content }) => ({ name, content: name.endsWith(".bin") ? "" : content })),
      cpuMs: [] as number[],
    },
    // What it takes workerd to read as many bytes out of its own configuration, which no script of the Worker's has a part in.
    {
      name: "nothing, with as many zeros as the tables have bytes",
      modules: [nothing, { name: "zeros.bin", content: new Uint8Array(tableBytes) }],
      cpuMs: [] as number[],
    },
  ] as const;
  for (let run = 0; run < RUNS; run += 1) {
    for (const contender of contenders) {
      const workerd = await startWorkerd([...contender.modules]);
      contender.cpuMs.push(workerd.cpuMs());
      await workerd.stop();
    }
  }
  for (const { name, cpuMs } of contenders) console.log(`start of ${name}: ${spread(cpuMs)} ms of CPU`);
  const [bare, whole, untabled, zeros] = contenders.map(({ cpuMs }) => median(cpuMs)) as [number, number, number, number];
  note("CPU of the start", whole, "ms", { name: "nothing", value: bare });
  judge("start, above that of nothing", whole - bare, 60, "ms");
  judge("the tables' part of it", whole - untabled, 10, "ms");
  console.log(`  of which reading as many bytes takes ${(zeros - bare).toFixed(1)} ms, whatever they are`);
}

/** What the script alone takes of a start, by V8's own profile: no reading of bytes, no first request. */
function reportProfiles(): void {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-bench-"));
  writeFileSync(join(folder, "index.js"), 'export default { fetch: () => new Response("") };');
  writeFileSync(join(folder, "wrangler.toml"), 'name = "nothing"\nmain = "index.js"\ncompatibility_date = "2026-10-01"\n');
  const profileOf = (config: string) => {
    const args = ["--no-install", "wrangler", "check", "startup", "-c", config, "--outfile", join(folder, "profile")];
    const printed = execFileSync("npx", args, { env: quietWrangler, encoding: "utf8" });
    return Number(/Active: ([\d.]+) ms/.exec(printed)?.[1]);
  };
  const [bare, whole] = [join(folder, "wrangler.toml"), "wrangler.toml"].map((config) =>
    Array.from({ length: PROFILE_RUNS }, () => profileOf(config)),
  );
  rmSync(folder, { recursive: true });
  note("CPU of the script's start, by V8's profile", median(whole ?? []), "ms", { name: "nothing", value: median(bare ?? []) });
  console.log(`  by wrangler check startup: nothing ${spread(bare ?? [])} ms, the Worker ${spread(whole ?? [])} ms`);
}

/** CPU of the first count of each encoding above that of the second, each time in a workerd that has just been started. */
async function measureFirstCounts(): Promise<void> {
  const modules = await buildCountingWorker();
  const first: Record<string, number[]> = { o200k_base: [], cl100k_base: [] };
  const resident: Record<string, number[]> = { o200k_base: [], cl100k_base: [] };
  for (let run = 0; run < RUNS; run += 1) {
    // Each comes first in every other run: what comes second finds the code compiled.
    for (const name of run % 2 === 0 ? encodings : encodings.toReversed()) {
      const workerd = await startWorkerd(modules);
      const figures = [workerd.cpuMs()];
      const residentBefore = workerd.residentMb();
      for (let turn = 0; turn < 2; turn += 1) {
        await workerd.post(`/${name}`, text);
        figures.push(workerd.cpuMs());
      }
      resident[name]?.push(workerd.residentMb() - residentBefore);
      await workerd.stop();
      const [start = 0, once = 0, twice = 0] = figures;
      first[name]?.push(once - start - (twice - once));
    }
  }
  for (const name of encodings) {
    judge(`first count of ${name}, above the second`, median(first[name] ?? []), 60, "ms");
    console.log(`  ${spread(first[name] ?? [])} ms of CPU; resident memory of workerd grows by ${spread(resident[name] ?? [])} MB`);
  }
}

async function buildCountingWorker(): Promise<WorkerModule[]> {
  const tables = encodings.map((name) => ({ name: `${name}.bin`, content: readFileSync(`src/enrich/counter/ranks/${name}.bin`) }));
  const { outputFiles } = await build({
    entryPoints: ["bench/counting-worker.ts"],
    bundle: true,
    format: "esm",
    write: false,
    plugins: [
      {
        name: "data-modules",
        setup(bundle) {
          bundle.onResolve({ filter: /\.bin$/ }, ({ path }) => ({ path: path.replace("./ranks/", "./"), external: true }));
        },
      },
    ],
  });
  return [{ name: "index.js", content: outputFiles[0]?.contents ?? "" }, ...tables];
}

function note(name: string, value: number, unit: string, reference?: { name: string; value: number }): void {
  noteFigure({ bench: "startup", name, value, unit, ...(reference === undefined ? {} : { reference }) });
}

function judge(what: string, figure: number, limit: number, unit: string): void {
  const isWithin = noteFigure({ bench: "startup", name: what, value: figure, unit, atMost: limit });
  isReached &&= isWithin;
  console.log(`${what}: ${figure.toFixed(1)} ${unit} of at most ${limit}: ${isWithin ? "pass" : "FAIL"}`);
}

function median(figures: number[]): number {
  return figures.toSorted((one, other) => one - other)[figures.length >> 1] ?? Number.NaN;
}

function spread(figures: number[]): string {
  return `${median(figures).toFixed(1)} (${Math.min(...figures).toFixed(1)} to ${Math.max(...figures).toFixed(1)})`;
}
