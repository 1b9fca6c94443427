import { limits } from "../limits";
import type { JsonObject } from "./json";

/** The values of one evaluation of a test run that are of one kind; of texts, those that are equal. */
export interface EvaluationGroup {
  name: string;
  kind: "number" | "true" | "false" | "text" | "other";
  text: string | null;
  count: number;
  /** Of all of the kind, texts that are not told included. */
  countOfKind: number;
  /** Of numbers. */
  mean: number | null;
  least: number | null;
  most: number | null;
}

/**
 * What is told of each evaluation, by its name: `count` of all its values, whatever they are; `mean`, `min` and `max` of numbers;
 * `true`, `false` and `true_ratio` of booleans; `values` of texts, the most frequent with how often each is there.
 */
export function evaluationStatistics(groups: EvaluationGroup[]): JsonObject {
  const byName = Map.groupBy(groups, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, own]) => [name, statisticsOf(own)]));
}

function statisticsOf(groups: EvaluationGroup[]): JsonObject {
  const of = (kind: EvaluationGroup["kind"]) => groups.filter((group) => group.kind === kind);
  const countOf = (kind: EvaluationGroup["kind"]) => of(kind)[0]?.countOfKind ?? 0;
  const [numbers] = of("number");
  const [trues, falses, texts] = [countOf("true"), countOf("false"), countOf("text")];
  const told = of("text");
  const left = texts - told.reduce((sum, { count }) => sum + count, 0);
  return {
    count: countOf("number") + trues + falses + texts + countOf("other"),
    ...(numbers === undefined ? {} : { mean: numbers.mean, min: numbers.least, max: numbers.most }),
    ...(trues + falses === 0 ? {} : { true: trues, false: falses, true_ratio: trues / (trues + falses) }),
    ...(texts === 0 ? {} : { values: Object.fromEntries(told.map(({ text, count }) => [text ?? "", count])) }),
    ...(left === 0 ? {} : { values_left_out: left }),
  };
}

/** What is known of a test run by its recordings and traces. */
export interface TestRunResults {
  /** That are summed up here. */
  recordings: number;
  traces: number;
  /** Whether all of the run is; and all evaluations are told. */
  isComplete: boolean;
  sessions: number;
  firstUs: number | null;
  /** Where all its recordings agree. */
  model: string | null;
  promptName: string | null;
  promptVersion: string | null;
  /** Test cases of the run, and those of them that have a recording or a trace; null where it was not ordered here. */
  cases: { all: number; done: number } | null;
  evaluations: EvaluationGroup[];
}

/** How far a run is: whether each of its test cases has a recording or a trace. Null where its cases are not known. */
export function testRunStatus({ cases }: Pick<TestRunResults, "cases">): "complete" | "in-progress" | null {
  if (cases === null) return null;
  return cases.done >= cases.all ? "complete" : "in-progress";
}

/** Whether more evaluations were found than are told; those beyond are left out. */
export function withoutUntold(groups: EvaluationGroup[]): { told: EvaluationGroup[]; isComplete: boolean } {
  const names = [...new Set(groups.map(({ name }) => name))];
  const told = new Set(names.slice(0, limits.evaluationsToldMax));
  return { told: groups.filter(({ name }) => told.has(name)), isComplete: told.size === names.length };
}
