import { CollectorError, toCollectorError } from "../errors";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";

/** A fault that another try will meet again: it is in our SQL or in what we bind. All others may pass. */
const permanent = /SQLITE_(CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG|AUTH)|D1_TYPE_ERROR|syntax error|too many SQL variables/i;
/** While a deploy runs, the database and the Worker may be of two versions: a column that is not there will be, or its Worker will not. */
const skewed = /no such (table|column|index)|has no column named/i;

/**
 * Runs statements as one transaction, in one round trip. Every statement of the store goes through here.
 * @throws CollectorError `unavailable` for a fault that may pass, `internal` for one of ours.
 */
export async function transact(db: D1Database, statements: D1PreparedStatement[]): Promise<D1Result<Row>[]> {
  try {
    return await db.batch<Row>(statements);
  } catch (cause) {
    // A database with a bound of its own says itself that it was not kept.
    if (cause instanceof CollectorError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    if (permanent.test(message) && !skewed.test(message)) throw toCollectorError(cause);
    throw new CollectorError("unavailable", "The database did not answer. Try again.", { cause });
  }
}

/**
 * As `transact`, tried again after a fault that may pass: for statements that change nothing the second time. After a
 * time-out it is not: who did not answer once is not asked again while somebody waits.
 */
export async function transactPatiently(
  db: D1Database,
  statements: D1PreparedStatement[],
): Promise<{ results: D1Result<Row>[]; wasRetried: boolean }> {
  let wasRetried = false;
  for (const delayMs of limits.commitRetryMs) {
    try {
      return { results: await transact(db, statements), wasRetried };
    } catch (thrown) {
      const { retryable, isTimeOut } = toCollectorError(thrown);
      if (!retryable || isTimeOut) throw thrown;
      logEvent("commit_retried", { cause: causeText(thrown) });
      wasRetried = true;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
  return { results: await transact(db, statements), wasRetried };
}

/** A row as D1 gives it. It never leaves the store. */
export type Row = Record<string, string | number | null>;

/** The rows of one statement. */
export async function selectRows(db: D1Database, statement: D1PreparedStatement): Promise<Row[]> {
  const [result] = await transact(db, [statement]);
  return result?.results ?? [];
}

/** A text column that is NOT NULL. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string")
    throw new CollectorError("internal", "A row of the collector's is corrupt.", { cause: `${column} is no text` });
  return value;
}

/** An integer column that is NOT NULL. */
export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number")
    throw new CollectorError("internal", "A row of the collector's is corrupt.", { cause: `${column} is no number` });
  return value;
}

/** A text column that may be NULL. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** An integer column that may be NULL. */
export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}
