import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createTestHarness } from "wrangler";
import { readCorpora } from "./corpora";
import { noteFigure } from "./figures";

// npm run bench:export: a whole batch, from the lease to the manifest, in workerd with its D1 and R2, for both formats, against the
// bare loop JSON.stringify → gzip over the same rows in the same workerd. Each step is a request of its own; what a request costs is taken off.
// Here D1 and R2 are simulators in the Worker's own thread, so what they take is added to the batch's time; at Cloudflare it is waited for.
const BATCHES = 6;
/** Some 8 MB, as large as a batch may be. */
const ROWS = 1500;
const ROUNDS = 3;
/** The goal for NDJSON: rows a second, as a part of the bare loop's. */
const GOAL = 0.7;
const adminKey = "ac_admin_for_the_bench";

const english = readCorpora()[0]?.batches.flat().join("\n\n") ?? "";
// No look-up of where this machine is, which needs a network.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
const server = createTestHarness({ workers: [{ configPath: "bench/wrangler.toml" }] });
await server.listen();
try {
  await server.getWorker().applyD1Migrations("DB");
  await measure();
} finally {
  await server.close();
}

async function measure(): Promise<void> {
  const parquet = await ask("POST", "/v1/destinations", { kind: "r2", format: "parquet", from: "beginning" });
  for (let start = 0; start < BATCHES * ROWS; start += 500) {
    await ask(
      "POST",
      "/v1/recordings",
      Array.from({ length: 500 }, (_, row) => recordingOf(start + row)),
    );
  }
  await ask("POST", "/v1/exports");
  const batches = {
    ndjson: await batchesOf("default"),
    parquet: await batchesOf(String(parquet["id"])),
  };
  const steps: Record<"bare" | "ndjson" | "parquet" | "read" | "pack" | "put", Step[]> = {
    bare: [],
    ndjson: [],
    parquet: [],
    read: [],
    pack: [],
    put: [],
  };
  const idleMb = residentMb();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let index = 0; index < BATCHES; index += 1) {
      const bytes = Number(await text(`/bench/reset?id=${batches.ndjson[index]}`));
      await text(`/bench/reset?id=${batches.parquet[index]}`);
      const nothing = await timed("/bench/nothing");
      steps.bare.push(less(await timed("/bench/bare"), nothing, bytes));
      for (const part of ["read", "pack", "put"] as const)
        steps[part].push(less(await timed(`/bench/${part}?id=${batches.ndjson[index]}`), nothing, bytes));
      steps.ndjson.push(less(await timed(`/bench/deliver?id=${batches.ndjson[index]}`), nothing, bytes));
      steps.parquet.push(less(await timed(`/bench/deliver?id=${batches.parquet[index]}`), nothing, bytes));
    }
  }
  console.log(
    `${BATCHES * ROUNDS} batches of ${ROWS} recordings, ${(sum(steps.bare, "bytes") / steps.bare.length / 1e6).toFixed(2)} MB each; resident before ${idleMb.toFixed(0)} MB`,
  );
  report("bare", steps.bare, steps.bare);
  const isReached = report("ndjson", steps.ndjson, steps.bare, GOAL);
  report("parquet", steps.parquet, steps.bare);
  console.log("of NDJSON, by its parts, against the bare loop:");
  const partNames = {
    read: "D1's simulator hands over the rows",
    pack: "the collector's own work: lines, gzip, SHA-256",
    put: "R2's simulator takes the object",
  };
  for (const [name, meaning] of Object.entries(partNames)) {
    const part = steps[name as keyof typeof partNames];
    console.log(`${name.padEnd(8)} ${(sum(part, "wallMs") / sum(steps.bare, "wallMs")).toFixed(2)} of its time  ${meaning}`);
  }
  const ratio = sum(steps.bare, "wallMs") / sum(steps.ndjson, "wallMs");
  console.log(`${isReached ? "PASS" : "FAIL"}  NDJSON at ${ratio.toFixed(2)} of the bare loop (goal ${GOAL})`);
  process.exitCode = isReached ? 0 : 1;
}

/** What one step took. */
interface Step {
  wallMs: number;
  cpuMs: number;
  peakMb: number;
  bytes: number;
}

/** Prints and notes one, and tells whether it is as fast as it must be. */
function report(name: "bare" | "ndjson" | "parquet", steps: Step[], bare: Step[], ratioAtLeast?: number): boolean {
  const rate = (of: Step[]) => (of.length * ROWS) / (sum(of, "wallMs") / 1000);
  const seconds = sum(steps, "wallMs") / 1000;
  const megabytes = sum(steps, "bytes") / 1e6;
  console.log(
    `${name.padEnd(8)} ${rate(steps).toFixed(0).padStart(7)} recordings/s ${(megabytes / seconds).toFixed(1).padStart(6)} MB/s` +
      `  ${(sum(bare, "wallMs") / sum(steps, "wallMs")).toFixed(2)} of bare by time, ${(sum(bare, "cpuMs") / sum(steps, "cpuMs")).toFixed(2)} by CPU` +
      `  peak +${Math.max(...steps.map(({ peakMb }) => peakMb)).toFixed(0)} MB`,
  );
  if (name === "bare") return true;
  return noteFigure({
    bench: "export",
    name: `a batch in ${name === "ndjson" ? "NDJSON" : "Parquet"}, recordings`,
    value: rate(steps),
    unit: "/s",
    reference: { name: "JSON.stringify → gzip", value: rate(bare) },
    ...(ratioAtLeast === undefined ? {} : { ratioAtLeast }),
  });
}

function sum(steps: Step[], what: keyof Step): number {
  return steps.reduce((total, step) => total + step[what], 0);
}

function less(step: Omit<Step, "bytes">, nothing: Omit<Step, "bytes">, bytes: number): Step {
  return { wallMs: step.wallMs - nothing.wallMs, cpuMs: step.cpuMs - nothing.cpuMs, peakMb: step.peakMb, bytes };
}

async function timed(path: string): Promise<Omit<Step, "bytes">> {
  const pid = workerdPid();
  // Sets the peak of the resident memory back to what is resident now.
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const [cpuBefore, residentBefore, before] = [cpuMs(pid), residentMb(), performance.now()];
  await text(path);
  return { wallMs: performance.now() - before, cpuMs: cpuMs(pid) - cpuBefore, peakMb: statusMb(pid, "VmHWM") - residentBefore };
}

/** The workerd below this process that runs the collector: the largest. */
function workerdPid(): number {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandOf(name).includes("workerd"))
    .map(Number)
    .toSorted((one, other) => statusMb(other, "VmRSS") - statusMb(one, "VmRSS"));
  if (found[0] === undefined) throw new Error("No workerd runs.");
  return found[0];
}

function commandOf(pid: string): string {
  try {
    const isOurs = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(process.pid);
    return isOurs ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
  } catch {
    return "";
  }
}

function residentMb(): number {
  return statusMb(workerdPid(), "VmRSS");
}

function statusMb(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1000;
}

function cpuMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((total, task) => total + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]), 0) / 1e6;
}

async function batchesOf(destination: string): Promise<string[]> {
  const { batches } = await ask("GET", `/v1/destinations/${destination}/batches?limit=${BATCHES}`);
  return (batches as { id: string }[]).map(({ id }) => id);
}

async function ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await server.fetch(path, {
    method,
    headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function text(path: string): Promise<string> {
  const response = await server.fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.text();
}

/** A chat of some 4 kB, each of other text. */
function recordingOf(index: number): object {
  const at = (index * 7919) % (english.length - 4000);
  return {
    project_id: "bench",
    id: `bench-${index}`,
    all_messages: [
      { role: "system", content: english.slice(at, at + 800) },
      { role: "user", content: english.slice(at + 800, at + 2000) },
      { role: "assistant", content: english.slice(at + 2000, at + 3400) },
    ],
    call_info: {
      provider: "openai",
      model: "gpt-4o-mini",
      start_time: 1_767_323_045.678 + index,
      end_time: 1_767_323_047.25 + index,
      usage: { prompt_tokens: 500 + (index % 100), completion_tokens: 300 },
    },
    session_info: { session_id: `session-${index % 40}`, custom_metadata: { user: `u-${index % 97}` } },
  };
}
