import { type Bind, openBinds } from "./filter-sql";
import { newestInRuns } from "./project-runs";
import type { Place } from "./search-cursor";
import { type Row, text } from "./transact";
import { orderColumns, type SearchPlan } from "./search-plan";

/** A window of the rows that a plan goes through: behind a place, so many of them passed over, and so many at most. */
export interface SearchWindow {
  after: Place | null;
  skip: number;
  limit: number;
}

/**
 * The statement that reads a window, newest first: each row's place as `place_us` and `place_key`, and whatever is asked for beside.
 * It reads no row of D1 that is not in the window.
 */
export function windowStatement(
  db: D1Database,
  projectId: string,
  plan: SearchPlan,
  window: SearchWindow,
  columnsOf: (bind: Bind) => string,
): D1PreparedStatement {
  const { sql, values } = windowSql(projectId, plan, window, columnsOf);
  return db.prepare(sql).bind(...values);
}

/**
 * The same with all rows in one text, of which `unpackRows` makes rows: D1 takes longer to hand over thousands of rows than to look
 * at them. `names` are the columns that are asked for.
 */
export function packedWindow(
  db: D1Database,
  projectId: string,
  plan: SearchPlan,
  window: SearchWindow,
  { columnsOf, names }: { columnsOf: (bind: Bind) => string; names: string[] },
): D1PreparedStatement {
  const { sql, values } = windowSql(projectId, plan, window, columnsOf);
  const row = ["place_us", "place_key", ...names].map((name) => `'${name}', ${name}`).join(", ");
  return db.prepare(`SELECT json_group_array(json_object(${row})) AS packed_places FROM (${sql})`).bind(...values);
}

/** The rows of a packed window. */
export function unpackRows(results: Row[]): Row[] {
  const [row] = results;
  return row === undefined ? [] : (JSON.parse(text(row, "packed_places")) as Row[]);
}

function windowSql(
  projectId: string,
  plan: SearchPlan,
  { after, skip, limit }: SearchWindow,
  columnsOf: (bind: Bind) => string,
): { sql: string; values: (string | number)[] } {
  const { bind, values } = openBinds();
  const { time, key } = orderColumns(plan);
  const columns = `${time ?? "NULL"} AS place_us, ${key} AS place_key, ${columnsOf(bind)}`;
  const project = bind(projectId);
  const page = `LIMIT ${bind(limit)}${skip === 0 ? "" : ` OFFSET ${bind(skip)}`}`;
  if (plan.isByRuns) {
    const upTo = after === null ? null : bind(Number(after.key) - 1);
    return { sql: `SELECT * FROM (${newestInRuns(columns, { project, upTo, limit: bind(limit + skip) })}) ${page}`, values };
  }
  const conditions = [`${key[0] ?? ""}.project_id = ${project}`];
  if (plan.equals !== null) conditions.push(`${plan.equals.column} = ${bind(plan.equals.value)}`);
  if (plan.fromUs !== null && time !== null) conditions.push(`${time} >= ${bind(plan.fromUs)}`);
  const select = (more: string[], order: string) =>
    `SELECT ${columns} FROM ${plan.table} WHERE ${[...conditions, ...more].join(" AND ")} ORDER BY ${order}`;
  const order = time === null ? `${key} DESC` : `${time} DESC, ${key} DESC`;
  const ended = (sql: string) => ({ sql: `${sql} ${page}`, values });
  // SQLite would go by the range's end, and read what lies between it and the place: so of both the lower counts.
  const isAbove = after !== null && after.us !== null && plan.toUs !== null && after.us > plan.toUs;
  if (after === null || isAbove) {
    const upTo = plan.toUs === null || time === null ? [] : [`${time} <= ${bind(plan.toUs)}`];
    return ended(select(upTo, order));
  }
  const afterKey = bind(after.key);
  if (time === null || after.us === null) return ended(select([`${key} < ${afterKey}`], order));
  const afterUs = bind(after.us);
  if (plan.order === "created") return ended(select([`(${time}, ${key}) < (${afterUs}, ${afterKey})`], order));
  // An index of an expression takes no pair. The halves run one after the other, and end with the limit.
  const rows = `LIMIT ${bind(limit + skip)}`;
  const ties = `${select([`${time} = ${afterUs}`, `${key} < ${afterKey}`], `${key} DESC`)} ${rows}`;
  const older = `${select([`${time} < ${afterUs}`], order)} ${rows}`;
  return ended(`SELECT * FROM (${ties}) UNION ALL SELECT * FROM (${older})`);
}
