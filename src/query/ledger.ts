import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { Cursor, pageLimit, QueryMoment, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { boundDatabase } from "../keep/bound-database";
import { flushRefusals } from "../keep/refusals";
import { listSpooledNames } from "../keep/spooled";
import { within } from "../keep/within";
import { limits } from "../limits";
import { Id } from "../model/id";
import type { JsonObject } from "../model/json";
import type { LedgerLine } from "../model/ledger";
import { hourOf } from "../model/refusal";
import { toIso, toMicroseconds } from "../model/time";
import { readLedger } from "../store/ledger";

/** `GET /v1/ledger`: what became of all that was received, by project and hour. */
export const ledger = new Hono<Http>();

/** The query string of the ledger. */
export const LedgerQuery = z.strictObject({
  project_id: Id.optional().describe("The project; with a key of all projects none is each of them, and `unknown` for what no key told"),
  from: QueryMoment.optional().describe(
    `ISO 8601 or Unix seconds, by whole hours; ${limits.ledgerHoursDefault} hours before \`to\` where none is named`,
  ),
  to: QueryMoment.optional().describe(`The same; now where none is named. No more than ${limits.ledgerDaysMax} days after \`from\``),
  limit: pageLimit(limits.listRowsMax, limits.ledgerRowsDefault),
  cursor: Cursor.optional(),
});

ledger.get("/v1/ledger", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { project_id: named, from, to, limit, cursor = null } = readQuery(c, LedgerQuery);
  const projectId = named === undefined && principal.projectId === null ? null : projectOf(principal, named);
  const { fromUs, toUs } = windowOf(from, to, deps.now());
  // What is spooled is listed before D1 is read: what is stored in between is found there by its receipt, and not counted twice.
  const spooled = await listSpooledNames({ projectId }, deps);
  await within(flushRefusals(deps), limits.readTimeoutMs, "The database");
  const db = boundDatabase(deps.db, limits.ledgerTimeoutMs);
  const { rows, totals, nextCursor } = await readLedger(db, { projectId, fromUs, toUs, limit, cursor }, spooled.names);
  return c.json({
    from: toIso(fromUs),
    to: toIso(toUs),
    ledger: rows.map((line) => ({ project_id: line.projectId, hour: toIso(line.hourUs), ...countsAnswer(line) })),
    totals: countsAnswer(totals),
    spooled_is_at_least: spooled.hasMore,
    next_cursor: nextCursor,
  });
});

/** Whole hours: from the one that holds the first moment, to the last that begins before the second. */
function windowOf(from: number | undefined, to: number | undefined, nowMs: number): { fromUs: number; toUs: number } {
  const toUs = to === undefined ? nowMs * 1000 + 1 : toMicroseconds(to);
  const fromUs = hourOf(from === undefined ? Math.max(0, toUs - limits.ledgerHoursDefault * 3_600_000_000) : toMicroseconds(from));
  if (fromUs >= toUs) throw refused("to", "must be later than from");
  if (toUs - fromUs > (limits.ledgerDaysMax * 24 + 1) * 3_600_000_000)
    throw refused("from", `must be no more than ${limits.ledgerDaysMax} days before to`);
  return { fromUs, toUs };
}

function refused(path: string, message: string): CollectorError {
  return new CollectorError("bad_request", "The query string is not valid.", { issues: [{ path, message }] });
}

function countsAnswer({ stored, duplicates, differing, rejected, spooled }: LedgerLine): JsonObject {
  const rejectedTotal = Object.values(rejected).reduce((sum, count) => sum + count, 0);
  return {
    received: stored + duplicates + rejectedTotal + spooled,
    stored,
    duplicates,
    differing,
    rejected,
    rejected_total: rejectedTotal,
    spooled,
  };
}
