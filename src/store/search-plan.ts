import {
  type Condition,
  conjunctsOf,
  conditionsOf,
  type Entity,
  entityOf,
  type Filter,
  type FilterField,
  filterFields,
} from "../model/filter";
import { contentFields, recordingTime } from "./filter-fields";

/** How a search goes through a project's rows: by which index, in which order, and what is left to be looked at row by row. */
export interface SearchPlan {
  entity: Entity;
  /** The table and the index, which is named, since the planner would rather sort. */
  table: string;
  /** Whether it goes by the runs of the project's recordings (project-runs.ts), which is no index of the table. */
  isByRuns: boolean;
  /** What the index is asked for beside the project. */
  equals: { column: string; value: string } | null;
  order: SearchOrder;
  /** Of the order's time; null is open. */
  fromUs: number | null;
  toUs: number | null;
  /** What the index does not answer, the cheapest first. */
  rest: Filter[];
  /** Whether that reads rows that belong to a row, of which there may be any number. */
  readsMany: boolean;
  /** Whether that is about contents, which not every row has. */
  readsContents: boolean;
}

/** Newest first by a row's own number, or by a time and then that number, or by a time and then the id. */
export type SearchOrder = "seq" | "time" | "created";

/** A field that an index answers for, in the order in which they are tried: the narrowest first. */
type Lookup = [field: FilterField, column: string, table: string];

const lookups: Record<Entity, Lookup[]> = {
  recording: [
    ["recording.id", "r.id", "recordings AS r"],
    ["recording.session_id", "r.session_id", "recordings AS r INDEXED BY recordings_by_session"],
    ["recording.test_run_id", "r.test_run_id", "recordings AS r INDEXED BY recordings_by_test_run"],
    ["recording.parent_id", "r.parent_id", "recordings AS r INDEXED BY recordings_by_parent"],
  ],
  session: [["session.id", "s.id", "sessions AS s"]],
  trace: [
    ["trace.id", "t.id", "traces AS t"],
    ["trace.session_id", "t.session_id", "traces AS t INDEXED BY traces_by_session"],
    ["trace.test_run_id", "t.test_run_id", "traces AS t INDEXED BY traces_by_test_run"],
  ],
};

/** The plan of a filter, from those of its conditions that must be met. */
export function planSearch(filter: Filter, entity: Entity): SearchPlan {
  const conjuncts = conjunctsOf(filter).toSorted((a, b) => effortOf(a, entity) - effortOf(b, entity));
  const conditions = conditionsOf(filter);
  const base = {
    entity,
    readsContents: conditions.some(({ field }) => contentFields.includes(field)),
    readsMany: entity !== "recording" && conditions.some(({ field }) => belongsTo(field, entity)),
    isByRuns: false,
    equals: null,
    fromUs: null,
    toUs: null,
  };
  for (const [field, column, table] of lookups[entity]) {
    const found = conjuncts.find((one) => "field" in one && one.field === field && one.op === "eq");
    if (found === undefined || !("field" in found)) continue;
    const order = entity === "session" ? "created" : "seq";
    return { ...base, table, equals: { column, value: String(found.value) }, order, rest: conjuncts.filter((one) => one !== found) };
  }
  if (entity === "trace") return { ...base, table: "traces AS t INDEXED BY traces_by_project", order: "seq", rest: conjuncts };
  const timeField = entity === "session" ? "session.time" : "recording.time";
  const isTime = (one: Filter): one is Condition => "field" in one && one.field === timeField;
  const times = conjuncts.filter(isTime);
  const rest = conjuncts.filter((one) => !isTime(one));
  const range = rangeOf(times);
  if (entity === "session") return { ...base, ...range, table: "sessions AS s INDEXED BY sessions_by_time", order: "created", rest };
  if (times.length === 0) return { ...base, table: "recordings AS r", isByRuns: true, order: "seq", rest };
  return { ...base, ...range, table: "recordings AS r INDEXED BY recordings_by_time", order: "time", rest };
}

/** What a filter takes to be looked at: columns of the row, what is parsed of it, or other rows. */
function effortOf(filter: Filter, entity: Entity): number {
  const effort = ({ field }: Condition) =>
    belongsTo(field, entity) ? 2 : ["map", "texts", "boolean"].includes(filterFields[field]) ? 1 : 0;
  return Math.max(0, ...conditionsOf(filter).map(effort));
}

function belongsTo(field: FilterField, entity: Entity): boolean {
  return entityOf(field) !== entity;
}

/** What a row is ordered by, as SQL: a time and the row itself, or the row itself alone. */
export function orderColumns({ entity, order }: SearchPlan): { time: string | null; key: string } {
  if (order === "created") return { time: "s.created_us", key: "s.id" };
  const key = entity === "trace" ? "t.seq" : "r.seq";
  return { time: order === "time" ? recordingTime : null, key };
}

/** The microseconds, both included, that meet conditions on a time. */
function rangeOf(conditions: Condition[]): Pick<SearchPlan, "fromUs" | "toUs"> {
  const bounds = conditions.map((condition): [from: number | null, to: number | null] => {
    if (condition.op === "between") return [Number(condition.value[0]), Number(condition.value[1])];
    const us = Number(condition.value);
    if (condition.op === "gt" || condition.op === "gte") return [condition.op === "gt" ? us + 1 : us, null];
    if (condition.op === "lt" || condition.op === "lte") return [null, condition.op === "lt" ? us - 1 : us];
    return [us, us];
  });
  const froms = bounds.flatMap(([from]) => from ?? []);
  const tos = bounds.flatMap(([, to]) => to ?? []);
  return { fromUs: froms.length === 0 ? null : Math.max(...froms), toUs: tos.length === 0 ? null : Math.min(...tos) };
}
