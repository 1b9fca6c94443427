import { type Comparison, type Condition, type Entity, entityOf, type Filter, filterFields, type FilterValue } from "../model/filter";
import { columnSql, evaluationsSql, jsonSql, plainMaps, type SqlField } from "./filter-fields";

/** Takes a value that is to be bound, and gives its place in the statement. */
export type Bind = (value: string | number) => string;

/** A collector of a statement's parameters. */
export function openBinds(): { bind: Bind; values: (string | number)[] } {
  const values: (string | number)[] = [];
  return { values, bind: (value) => `?${values.push(value)}` };
}

/** Rows of each entity go by its letter: `recordings AS r`, `sessions AS s`, `traces AS t`. What belongs to a row of another's. */
const belonging: Record<Entity, Partial<Record<Entity, string>>> = {
  recording: {
    session: "sessions AS s WHERE s.project_id = r.project_id AND s.id = r.session_id",
    trace: "traces AS t WHERE t.project_id = r.project_id AND t.id = r.parent_id",
  },
  session: {
    recording: "recordings AS r INDEXED BY recordings_by_session WHERE r.project_id = s.project_id AND r.session_id = s.id",
    trace: "traces AS t INDEXED BY traces_by_session WHERE t.project_id = s.project_id AND t.session_id = s.id",
  },
  trace: {
    recording: "recordings AS r INDEXED BY recordings_by_parent WHERE r.project_id = t.project_id AND r.parent_id = t.id",
    session: "sessions AS s WHERE s.project_id = t.project_id AND s.id = t.session_id",
  },
};

/** A filter as SQL of a row of an entity's, never NULL. Values are bound, and keys of maps too. */
export function filterSql(filter: Filter, entity: Entity, bind: Bind): string {
  if ("not" in filter) return `NOT ${filterSql(filter.not, entity, bind)}`;
  if ("and" in filter) return joined(filter.and, "AND", "1", entity, bind);
  if ("or" in filter) return joined(filter.or, "OR", "0", entity, bind);
  const of = entityOf(filter.field);
  const sql = conditionSql(filter, bind);
  return of === entity ? `((${sql}) IS TRUE)` : `EXISTS (SELECT 1 FROM ${belonging[entity][of] ?? ""} AND (${sql}))`;
}

function joined(filters: Filter[], word: "AND" | "OR", none: string, entity: Entity, bind: Bind): string {
  return filters.length === 0 ? none : `(${filters.map((one) => filterSql(one, entity, bind)).join(` ${word} `)})`;
}

/** A condition as SQL of a row of its own entity's: NULL where nothing is known. */
function conditionSql(condition: Condition, bind: Bind): string {
  const { field } = condition;
  const type = filterFields[field];
  if (type === "texts") {
    return `EXISTS (SELECT 1 FROM json_tree(${jsonSql(field as SqlField<"texts">)}) AS v WHERE v.type = 'text' AND ${comparisonSql("v.atom", condition, bind)})`;
  }
  if (type !== "map") return comparisonSql(columnSql(field as SqlField<"text" | "number" | "boolean" | "time">), condition, bind);
  const key = bind(condition.key ?? "");
  if (field === "recording.evaluations") {
    const compare = typedSql("v.type", "v.value", condition, bind);
    return evaluationsSql((source) => `SELECT 1 FROM json_each(${source}) AS v WHERE v.key = ${key}`, compare);
  }
  const isPlain = plainMaps.includes(field);
  const [valueType, value] = isPlain ? ["v.type", "v.value"] : ["json_type(v.value ->> 0)", "json_extract(v.value ->> 0, '$')"];
  return `EXISTS (SELECT 1 FROM json_each(${jsonSql(field as SqlField<"map">)}) AS v
    WHERE v.key = ${key} AND ${typedSql(valueType, value, condition, bind)})`;
}

/** A comparison of a JSON value, true of one of the type that it is held against alone. */
function typedSql(type: string, value: string, comparison: Comparison, bind: Bind): string {
  const against = comparison.op === "between" ? comparison.value[0] : comparison.value;
  if (typeof against === "boolean") return `${type} = '${String(against)}'`;
  if (typeof against === "string") return `(${type} = 'text' AND ${comparisonSql(value, comparison, bind)})`;
  return `(${type} IN ('integer', 'real') AND ${comparisonSql(`CAST(${value} AS REAL)`, comparison, bind)})`;
}

const operators = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function comparisonSql(sql: string, comparison: Comparison, bind: Bind): string {
  const { op, value } = comparison;
  if (op === "between") return `${sql} BETWEEN ${bind(bindable(value[0]))} AND ${bind(bindable(value[1]))}`;
  if (op !== "contains") return `${sql} ${operators[op]} ${bind(bindable(value))}`;
  // lower() and this are of ASCII letters; LIKE takes no long patterns in D1.
  const lower = String(value).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `instr(lower(${sql}), ${bind(lower)}) > 0`;
}

function bindable(value: FilterValue): string | number {
  return typeof value === "boolean" ? Number(value) : value;
}
