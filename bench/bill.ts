import { startBilled } from "./bill/collector";
import { costOfMillion, storageOfMillion } from "./bill/cost";
import { farMs, measureFar } from "./bill/far";
import { measureReads, readRecordings } from "./bill/reads";
import { recordingBytes } from "./bill/recordings";
import { type Billed, measureIdle, measurePosts, measureTraffics } from "./bill/writes";
import { type Figure, noteFigure, roundedText } from "./figures";
import prices from "./prices.json";

// npm run bench:bill [-- <ms of CPU a single post> <ms of a post of 100>]: what the collector costs, by what its bindings tell of the
// real Worker on a local D1: rows, operations and bytes are exact. CPU is what workerd took, with its simulators of D1, R2 and the
// queue, unless it is given: so it is an upper bound.
const [singleCpuMs, manyCpuMs] = process.argv.slice(2).map(Number);
/** What one database of D1 holds. */
const databaseBytesMax = 10e9;
const nothing = { requests: 0, cpuMs: 0, rowsWritten: 0, rowsRead: 0, queueOperations: 0, classA: 0, classB: 0 };
const minutesAMonth = 43_200;

let isReached = true;
const collector = await startBilled();
try {
  await measureWriting();
  await measureDistance();
  await measureReading();
} finally {
  await collector.stop();
}
process.exitCode = isReached ? 0 : 1;

/** Rows that are written, the bytes they take, and what all of it costs. */
async function measureWriting(): Promise<void> {
  const rows = await measurePosts(collector);
  const idle = await measureIdle(collector);
  const before = await collector.bytes();
  const { single, slow, many, recordings } = await measureTraffics(collector, idle);
  const after = await collector.bytes();
  const share = single.usage.rowsWritten - rows.knownSession;
  console.log(
    `Recordings of ${recordingBytes} bytes with usage; sums, batches and objects included; ten million a month unless said otherwise`,
  );
  tell("rows written: single post", single.usage.rowsWritten, "rows", { atMost: 5.5 });
  tell("rows written: in a post of 100", many.usage.rowsWritten, "rows", { atMost: 4.5 });
  tell("rows written: one more turn of a conversation", rows.laterTurn + share, "rows", { atMost: 5.5 });
  tell("rows written: its second turn", rows.secondTurn + share, "rows");
  tell("rows written: first of a session", rows.firstOfSession + share, "rows");
  tell("rows written: the post alone", rows.knownSession, "rows");
  tell("rows written: sums, batches and objects", share, "rows");
  tell("rows written: these at a million a month", slow.usage.rowsWritten - rows.knownSession, "rows");
  tellCost(single, singleCpuMs, 6.5);
  tellCost(many, manyCpuMs, 5);
  tell(
    "the cron with nothing to do, a month",
    costOfMillion({ ...nothing, rowsRead: idle.rowsRead, classA: idle.classA }).total * (minutesAMonth / 1e6),
    "USD",
  );
  const databaseBytes = (after.database - before.database) / recordings;
  const archiveBytes = (after.archive - before.archive) / recordings;
  const storage = storageOfMillion(databaseBytes, archiveBytes);
  tell("bytes of D1 a recording", databaseBytes, "bytes");
  tell("bytes of R2 a recording, exported", archiveBytes, "bytes");
  tell("recordings in one database of 10 GB", databaseBytesMax / databaseBytes / 1e6, "million");
  tell("storage of a million in D1, a month", storage.d1, "USD");
  tell("storage of a million's export in R2, a month", storage.r2, "USD");
}

/** A million recordings, on prices.json, beyond what the plan includes. */
function tellCost({ name, usage }: Billed, givenCpuMs: number | undefined, atMost: number): void {
  const cpuMs = givenCpuMs === undefined ? usage.cpuMs : givenCpuMs * usage.requests;
  const { total, parts } = costOfMillion({ ...usage, cpuMs });
  tell(
    `CPU of a request of ${name}, with all that follows${givenCpuMs === undefined ? " and the simulators" : ", as given"}`,
    cpuMs / usage.requests,
    "ms",
  );
  tell(`a million as ${name}`, total, "USD", { atMost });
  const shown = Object.entries(parts).map(([part, usd]) => `${part} ${usd.toFixed(3)}`);
  console.log(`    ${shown.join(", ")}; prices of ${prices.read_on}`);
}

async function measureDistance(): Promise<void> {
  const { callsWaitedFor, medianMs } = await measureFar(collector);
  tell(`D1's calls that a warm single post waits for, with ${farMs} ms more each`, callsWaitedFor, "calls", { atMost: 1 });
  tell("its answer's median", medianMs, "ms");
}

async function measureReading(): Promise<void> {
  for (const { name, rowsRead, rowsReadMax } of await measureReads(collector)) {
    tell(`rows read at ${readRecordings} recordings: ${name}`, rowsRead, "rows", rowsReadMax === null ? {} : { atMost: rowsReadMax });
  }
}

function tell(name: string, value: number, unit: string, bound: Pick<Figure, "atMost" | "atLeast"> = {}): void {
  const isWithin = noteFigure({ bench: "bill", name, value, unit, ...bound });
  isReached &&= isWithin;
  const held = bound.atMost === undefined ? "" : `  of at most ${bound.atMost}: ${isWithin ? "pass" : "FAIL"}`;
  console.log(`${name.padEnd(72)} ${roundedText(value).padStart(9)} ${unit}${held}`);
}
