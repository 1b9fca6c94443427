import { limits } from "../limits";

/** What is searched for, and what a field is of. */
export type Entity = "recording" | "session" | "trace";

/**
 * What a field holds. `texts` are any number of texts, of which one must meet the condition; a `map` holds JSON values by key, and
 * a condition is on one key's: it is met by none of another type than the condition's value.
 */
export type FieldType = "text" | "texts" | "number" | "boolean" | "time" | "map";

/**
 * All that can be searched by, whichever language a filter came in. Of another entity than the one that is searched for it is that
 * of any which belongs to it: a recording's session, one of a session's recordings.
 */
export const filterFields = {
  "recording.id": "text",
  "recording.session_id": "text",
  "recording.parent_id": "text",
  "recording.test_run_id": "text",
  "recording.provider": "text",
  "recording.model": "text",
  "recording.environment": "text",
  "recording.prompt_template_name": "text",
  "recording.prompt_template_id": "text",
  "recording.prompt_template_version_id": "text",
  /** When the call began, or, where nobody said so, when it was received. */
  "recording.time": "time",
  "recording.cost_usd": "number",
  "recording.latency_seconds": "number",
  /** Where the tokens of each side come from. */
  "recording.prompt_source": "text",
  "recording.completion_source": "text",
  /** Of both sides, where both are known. */
  "recording.tokens": "number",
  /** Whether the answer came to its end, where somebody said so; and whether the call failed. */
  "recording.is_complete": "boolean",
  "recording.has_error": "boolean",
  /** The texts anywhere in its messages, and in the last of them. */
  "recording.texts": "texts",
  "recording.output": "texts",
  "recording.inputs": "map",
  "recording.feedback": "map",
  "recording.evaluations": "map",
  "session.id": "text",
  /** When it was first heard of. */
  "session.time": "time",
  "session.metadata": "map",
  "trace.id": "text",
  "trace.session_id": "text",
  "trace.agent_name": "text",
  "trace.test_run_id": "text",
  /** When it began, or, where nobody said so, when it was first heard of. */
  "trace.time": "time",
  "trace.input": "map",
  "trace.output": "map",
  /** The texts anywhere in them. */
  "trace.input_texts": "texts",
  "trace.output_texts": "texts",
  "trace.metadata": "map",
  "trace.feedback": "map",
  "trace.evaluations": "map",
} as const satisfies Record<`${Entity}.${string}`, FieldType>;
export type FilterField = keyof typeof filterFields;

/** `contains` is of ASCII letters in either case; texts are ordered by code points; `between` has both ends in it. */
export const filterOps = ["eq", "gt", "gte", "lt", "lte", "contains", "between"] as const;
export type FilterOp = (typeof filterOps)[number];

/** Times are microseconds. */
export type FilterValue = string | number | boolean;

/** An operator, and what a field is held against by it. */
export type Comparison =
  | { op: Exclude<FilterOp, "between">; value: FilterValue }
  | { op: "between"; value: readonly [low: FilterValue, high: FilterValue] };

/** One condition; the key is that of a map, or null. Of what is not known it is false, and its `not` is true. */
export type Condition = { field: FilterField; key: string | null } & Comparison;

/** What is searched for. Every filter language becomes this one. An `and` of none is true, an `or` of none false. */
export type Filter = { and: Filter[] } | { or: Filter[] } | { not: Filter } | Condition;

/** What a field is of. */
export function entityOf(field: FilterField): Entity {
  return field.slice(0, field.indexOf(".")) as Entity;
}

/** The filters that must all be met: the whole of it, with nested `and`s taken apart. */
export function conjunctsOf(filter: Filter): Filter[] {
  return "and" in filter ? filter.and.flatMap(conjunctsOf) : [filter];
}

/** All conditions anywhere in it. */
export function conditionsOf(filter: Filter): Condition[] {
  if ("not" in filter) return conditionsOf(filter.not);
  if ("and" in filter) return filter.and.flatMap(conditionsOf);
  if ("or" in filter) return filter.or.flatMap(conditionsOf);
  return [filter];
}

/** Whether one statement can hold it. */
export function isWithinBounds(filter: Filter): boolean {
  return conditionsOf(filter).length <= limits.filterConditionsMax && levelsOf(filter) <= limits.filterLevelsMax;
}

function levelsOf(filter: Filter): number {
  const inner = "not" in filter ? [filter.not] : "and" in filter ? filter.and : "or" in filter ? filter.or : [];
  return inner.length === 0 ? 0 : 1 + Math.max(...inner.map(levelsOf));
}
