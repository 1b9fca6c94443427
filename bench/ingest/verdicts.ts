import type { Burst } from "./burst";
import type { ContenderName } from "./contenders";
import { type Measured, medianOf } from "./measure";
import type { Load } from "./posts";

/** One promise of the figures, as a ratio to a reference of the same run. */
export interface Verdict {
  what: string;
  /** The median of the rounds' ratios, and the quartiles. */
  ratio: number;
  quartiles: [number, number];
  bound: { atLeast: number } | { atMost: number };
}

type Figure = (burst: Burst) => number;
type Place = [Load, ContenderName];

const requestsPerS: Figure = (burst) => burst.requestsPerS;
const recordingsPerS: Figure = (burst) => (burst.requestsPerS * burst.recordings) / burst.requests;
const tail: Figure = (burst) => burst.p99Ms / burst.p50Ms;

const single: Load = "4 KB, usage told";
const English: Load = "4 KB, English to count";
const Chinese: Load = "4 KB, Chinese to count";

/** What is promised of the figures, each by the bursts of one round and those of the reference beside it. */
export function judge(measured: Measured[]): Verdict[] {
  const ratioOf = (figure: Figure, one: Place, other: Place) => {
    const [ours, theirs] = [one, other].map(([load, contender]) =>
      measured.filter((each) => each.load === load && each.contender === contender).flatMap(({ bursts }) => bursts.map(figure)),
    );
    return (ours ?? []).map((value, round) => value / (theirs?.[round] ?? Number.NaN));
  };
  const least = (what: string, bound: number, ...[figure, one, other]: Parameters<typeof ratioOf>) =>
    verdictOf(what, ratioOf(figure, one, other), { atLeast: bound });
  const most = (what: string, bound: number, ...[figure, one, other]: Parameters<typeof ratioOf>) =>
    verdictOf(what, ratioOf(figure, one, other), { atMost: bound });
  return [
    least("4 KB with usage, requests/s against the bare insert", 0.85, requestsPerS, [single, "collector"], [single, "bare"]),
    least("4 KB with usage, requests/s against the naive Worker", 1, requestsPerS, [single, "collector"], [single, "naive"]),
    least("English to count, requests/s against the naive Worker", 2, requestsPerS, [English, "collector"], [English, "naive"]),
    least("Chinese to count, requests/s against the naive Worker", 8, requestsPerS, [Chinese, "collector"], [Chinese, "naive"]),
    least("English to count, requests/s against usage told", 0.85, requestsPerS, [English, "collector"], [single, "collector"]),
    least("Chinese to count, requests/s against usage told", 0.85, requestsPerS, [Chinese, "collector"], [single, "collector"]),
    least("batch of 100, recordings/s against single posts", 10, recordingsPerS, ["batch of 100", "collector"], [single, "collector"]),
    most("4 KB with usage, p99/p50 against the bare insert's", 1.25, tail, [single, "collector"], [single, "bare"]),
  ];
}

function verdictOf(what: string, ratios: number[], bound: Verdict["bound"]): Verdict {
  const sorted = ratios.toSorted((one, other) => one - other);
  const quartile = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
  return { what, ratio: medianOf(ratios), quartiles: [quartile(0.25), quartile(0.75)], bound };
}
