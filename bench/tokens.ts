import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import { get_encoding } from "tiktoken";
import { loadCounter } from "../src/enrich/counter/counters";
import { type Corpus, corpusOfCalls, readCorpora } from "./corpora";
import { cpuOf } from "./cpu-time";
import { compareExactly } from "./exact";
import { noteFigure } from "./figures";
import { measureWorstCases } from "./worst-cases";

const rivals = ["js-tiktoken", "gpt-tokenizer", "tiktoken (WASM)", "regex alone"] as const;
type Contender = "ours" | (typeof rivals)[number];

/** Units of a batch that js-tiktoken counts: of Chinese it does a tenth of a megabyte a second. */
const SLOW_UNITS = 12_500;

/** CPU that each contender takes to be warm, on all kinds of text. */
const WARM_UP_MS = 2000;

// npm run bench:tokens [-- [--exact] <recorded calls, .jsonl.gz>]
const recordedCalls = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const verdicts: boolean[] = [];
if (process.argv.includes("--exact")) verdicts.push(await compareExactly(recordedCalls));
else {
  verdicts.push(await compareSpeed(recordedCalls));
  for (const name of ["o200k_base", "cl100k_base"] as const) verdicts.push(measureWorstCases(name, await loadCounter(name)));
}
process.exitCode = verdicts.every(Boolean) ? 0 : 1;

/** How many times faster than another, by the kind of corpus. */
function goalsOf(kind: Corpus["kind"]): Partial<Record<Contender, number>> {
  if (kind === "cjk") return { "js-tiktoken": 60, "gpt-tokenizer": 3 };
  if (kind === "other") return { "gpt-tokenizer": 3 };
  return { "js-tiktoken": 15, "gpt-tokenizer": 3, "regex alone": 1 };
}

/** Speed in o200k_base, each text counted once by each contender after all have been warmed on other text. */
async function compareSpeed(path: string | undefined): Promise<boolean> {
  const corpora = readCorpora();
  if (path === undefined)
    console.log("No recorded calls were given, so chat messages are left out: npm run bench:tokens -- <file.jsonl.gz>\n");
  else corpora.push(corpusOfCalls(path));
  const contenders = await createContenders();
  const isWarm = (at: number, { batches }: Corpus) => at < batches.length / 4;
  const warmBatches = corpora.flatMap((corpus) => corpus.batches.filter((_, at) => isWarm(at, corpus)));
  for (const [name, count] of contenders) warmUp(name, count, warmBatches);
  console.log("o200k_base, MB of UTF-8 a second of CPU, on text not counted before (× = ours is so many times faster)");
  console.log(["", "MB", "ours", ...rivals].map((cell, column) => pad(cell, column)).join(""));
  let isReached = true;
  for (const corpus of corpora) {
    const batches = corpus.batches.filter((_, at) => !isWarm(at, corpus));
    isReached = printSpeeds(corpus, measure(contenders, batches)) && isReached;
  }
  return isReached;
}

/** Until the compiler has had its time, which would be measured otherwise: process.cpuUsage sees all threads. */
function warmUp(name: Contender, count: (text: string) => number, batches: string[][]): void {
  for (let cpuMs = 0; cpuMs < WARM_UP_MS;) for (const batch of batches) cpuMs += run(name, count, batch).cpuMs;
}

async function createContenders(): Promise<[Contender, (text: string) => number][]> {
  const counter = await loadCounter("o200k_base");
  const oracle = new Tiktoken(o200k);
  const wasm = get_encoding("o200k_base");
  const pattern = new RegExp(o200k.pat_str, "ug");
  return [
    ["ours", (text) => counter.count(text)],
    ["js-tiktoken", (text) => oracle.encode(text, [], []).length],
    ["gpt-tokenizer", (text) => countTokens(text, { disallowedSpecial: new Set() })],
    ["tiktoken (WASM)", (text) => wasm.encode(text, [], []).length],
    ["regex alone", (text) => countMatches(pattern, text)],
  ];
}

function countMatches(pattern: RegExp, text: string): number {
  let matches = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) matches += 1;
  return matches;
}

interface Speed {
  bytes: number;
  cpuMs: number;
}

/** All contenders count one batch before any counts the next, so that what else the machine does falls on all alike. */
function measure(contenders: [Contender, (text: string) => number][], batches: string[][]): Map<Contender, Speed> {
  const speeds = new Map(contenders.map(([name]) => [name, { bytes: 0, cpuMs: 0 }]));
  for (const [turn, batch] of batches.entries()) {
    for (const index of contenders.keys()) {
      const [name, count] = contenders[(index + turn) % contenders.length]!;
      const speed = speeds.get(name)!;
      const measured = run(name, count, batch);
      speed.bytes += measured.bytes;
      speed.cpuMs += measured.cpuMs;
    }
  }
  return speeds;
}

function run(name: Contender, count: (text: string) => number, batch: string[]): Speed {
  let units = 0;
  const texts = name !== "js-tiktoken" ? batch : batch.filter((text) => (units += text.length) - text.length < SLOW_UNITS);
  const sample = name !== "js-tiktoken" ? texts : texts.map((text) => text.slice(0, SLOW_UNITS));
  const bytes = sample.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const cpuMs = cpuOf(() => {
    for (const text of sample) count(text);
  });
  return { bytes, cpuMs };
}

function printSpeeds({ name, kind }: Corpus, speeds: Map<Contender, Speed>): boolean {
  const megabytesPerSecond = (contender: Contender) => {
    const { bytes, cpuMs } = speeds.get(contender)!;
    return bytes / 1000 / cpuMs;
  };
  const ours = megabytesPerSecond("ours");
  let isReached = true;
  const cells = rivals.map((rival) => {
    const theirs = megabytesPerSecond(rival);
    const goal = goalsOf(kind)[rival];
    const isFast = noteFigure({
      bench: "tokens",
      name: `${name}: UTF-8 counted in a second of CPU`,
      value: ours,
      unit: "MB",
      reference: { name: rival, value: theirs },
      ...(goal === undefined ? {} : { ratioAtLeast: goal }),
    });
    isReached &&= isFast;
    const verdict = goal === undefined ? "" : isFast ? " pass" : " FAIL";
    return `${theirs.toFixed(2)} ×${(ours / theirs).toFixed(1)}${verdict}`;
  });
  const megabytes = (speeds.get("ours")!.bytes / 1e6).toFixed(1);
  console.log([name, megabytes, ours.toFixed(1), ...cells].map((cell, column) => pad(cell, column)).join(""));
  return isReached;
}

function pad(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(15) : cell.padStart(column < 3 ? 7 : 20);
}
