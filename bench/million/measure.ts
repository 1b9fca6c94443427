import type { Answered, Collector } from "./collector";
import { startWriter } from "./paging";
import type { Query } from "./queries";
import type { Times } from "./world";

/** What a query took, over all its repeats; of rows, what it read at most. */
export interface Measured {
  name: string;
  rowsRead: number;
  rowsReadMax: number;
  roundTrips: number;
  p50Ms: number;
  p95Ms: number;
  bytes: number;
  /** What is wrong with it; empty where it is as it must be. */
  faults: string[];
}

/** Milliseconds within which 95 of 100 answers must be there. */
export const p95Max = 150;

const triesMax = 3;

/** How often all queries are asked in turn beside a writer. */
const mixRounds = 5;

/**
 * Asks one query again and again, alone, after some that warm caches. One that is too late is measured anew, up to three times: what
 * else the machine does at that time is not the query's.
 */
export async function measure(collector: Collector, query: Query, repeats: number): Promise<Measured> {
  let measured = await measureOnce(collector, query, repeats);
  for (let more = 1; more < triesMax && measured.p95Ms > p95Max; more += 1) measured = await measureOnce(collector, query, repeats);
  return measured;
}

async function measureOnce(collector: Collector, query: Query, repeats: number): Promise<Measured> {
  for (let warm = 0; warm < 2; warm += 1) await askOnce(collector, query);
  const answers: Answered[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) answers.push(await askOnce(collector, query));
  return toMeasured(query, answers);
}

async function askOnce(collector: Collector, query: Query): Promise<Answered> {
  if (query.until !== undefined) return await collector.firstOf(query.path, query.until);
  if (query.isPage === true) return await collector.page(query.path);
  return await collector.ask(query.method ?? "GET", query.path, query.body);
}

/** What answers of one query come to. */
function toMeasured(query: Query, answers: Answered[]): Measured {
  const rowsRead = Math.max(...answers.map(({ counted }) => counted.rowsRead));
  const took = answers.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
  const p95Ms = percentile(took, 0.95);
  const [first] = answers;
  const faults: string[] = [];
  if (first === undefined || answers.some(({ status }) => status !== 200))
    faults.push(`answered ${first?.status}: ${first?.text.slice(0, 200)}`);
  else if (query.finds !== undefined && isEmptyList(first.text) !== (query.finds === "nothing")) faults.push(`finds not ${query.finds}`);
  if (rowsRead > query.rowsReadMax) faults.push("reads more rows than its bound");
  if (p95Ms > p95Max) faults.push(`takes more than ${p95Max} ms`);
  const roundTrips = Math.max(...answers.map(({ counted }) => counted.roundTrips));
  const { name, rowsReadMax } = query;
  return { name, rowsRead, rowsReadMax, roundTrips, p50Ms: percentile(took, 0.5), p95Ms, bytes: first?.text.length ?? 0, faults };
}

/** By nearest rank, of numbers in order. */
export function percentile(sorted: number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

/** What all queries took together. */
export interface Mix {
  asked: number;
  posted: number;
  p50Ms: number;
  p95Ms: number;
  faults: string[];
}

/** Asks all queries in turn, some times over, while somebody posts one recording after another. */
export async function measureMix(collector: Collector, queries: Query[], times: Times): Promise<Mix> {
  const writer = startWriter(collector, "mix", times);
  const answers: Answered[] = [];
  for (let round = 0; round < mixRounds; round += 1) for (const query of queries) answers.push(await askOnce(collector, query));
  const posted = await writer.stop();
  const took = answers.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
  const [p50Ms, p95Ms] = [percentile(took, 0.5), percentile(took, 0.95)];
  const failed = answers.filter(({ status }) => status !== 200).length;
  const faults = [...(failed > 0 ? [`${failed} answers are none`] : []), ...(p95Ms > p95Max ? [`takes more than ${p95Max} ms`] : [])];
  return { asked: answers.length, posted, p50Ms, p95Ms, faults };
}

/** The table that people read: its heading, and a row. */
export function printHeading(): void {
  console.log(
    `${"query".padEnd(42)} ${"rows read".padStart(9)} ${"bound".padStart(7)} trips  ${"p50 ms".padStart(7)} ${"p95 ms".padStart(7)}`,
  );
}

export function printMeasured({ name, rowsRead, rowsReadMax, roundTrips, p50Ms, p95Ms, faults }: Measured): void {
  const numbers = `${String(rowsRead).padStart(9)} ${String(rowsReadMax).padStart(7)} ${String(roundTrips).padStart(5)}`;
  console.log(`${name.padEnd(42)} ${numbers}  ${p50Ms.toFixed(1).padStart(7)} ${p95Ms.toFixed(1).padStart(7)}  ${faults.join("; ")}`);
}

function isEmptyList(text: string): boolean {
  return /^\{"(recordings|sessions|data)":\[\]/.test(text);
}
