import type { LedgerLine, LedgerQuery } from "../model/ledger";
import type { Page } from "../model/recording";
import { CollectorError } from "../errors";
import { hourUs, ledgerSeq, madeBetween } from "./roll-up";
import { integer, type Row, text, transact } from "./transact";

/** A delivery that waits outside D1. */
export interface SpooledDelivery {
  projectId: string;
  id: string;
  receipt: string;
  receivedUs: number;
}

/**
 * A page of the ledger, the newest hour first, and the sums of the whole that was asked for: what is counted already, and what
 * is not yet, counted now, in one transaction. Of `spooled`, which was listed before, what came into D1 meanwhile is counted there.
 * @throws CollectorError `bad_request` for a cursor that is not ours.
 */
export async function readLedger(
  db: D1Database,
  query: LedgerQuery & { limit: number; cursor: string | null },
  spooled: SpooledDelivery[],
): Promise<Page<LedgerLine> & { totals: LedgerLine }> {
  const { projectId, fromUs, toUs, limit, cursor } = query;
  const [beforeHourUs, afterProject] = cursor === null ? [Number.MAX_SAFE_INTEGER, ""] : decodeLedgerCursor(cursor);
  const waiting = JSON.stringify(spooled.map(({ projectId: project, id, receipt, receivedUs }) => [project, id, receipt, receivedUs]));
  const counts = countsOf(projectId);
  const [lines, sums] = await transact(db, [
    db
      .prepare(
        `SELECT project_id, hour_us, json_group_object(entry, count) AS counts
         FROM (SELECT project_id, hour_us, entry, sum(count) AS count FROM (${counts}) WHERE hour_us >= ?2 AND hour_us < ?3 GROUP BY 1, 2, 3)
         WHERE hour_us < ?5 OR (hour_us = ?5 AND project_id > ?6)
         GROUP BY 1, 2 ORDER BY hour_us DESC, project_id LIMIT ?7 + 1`,
      )
      .bind(projectId, fromUs, toUs, waiting, beforeHourUs, afterProject, limit),
    db
      .prepare(
        `SELECT '' AS project_id, 0 AS hour_us, json_group_object(entry, count) AS counts
         FROM (SELECT entry, sum(count) AS count FROM (${counts}) WHERE hour_us >= ?2 AND hour_us < ?3 GROUP BY entry)`,
      )
      .bind(projectId, fromUs, toUs, waiting),
  ]);
  const found = (lines?.results ?? []).map(toLine);
  const [totals] = (sums?.results ?? []).map(toLine);
  if (totals === undefined) throw new CollectorError("internal", "The ledger has no sum.");
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, totals, nextCursor: found.length > limit && last !== undefined ? encodeLedgerCursor(last) : null };
}

/** The projects that the ledger has rows of, as SQL: one look-up each. Some are in no other table, for nothing of theirs was taken. */
const ledgerProjects = `
  WITH RECURSIVE found(of_project) AS (
    SELECT min(project_id) FROM ledger
    UNION ALL SELECT (SELECT min(project_id) FROM ledger WHERE project_id > of_project) FROM found WHERE of_project IS NOT NULL)
  SELECT of_project FROM found WHERE of_project IS NOT NULL`;

/** Everything that counts, as SQL: the ledger's own rows, the log behind its cursor, duplicates that stand alone, and what is spooled. */
function countsOf(projectId: string | null): string {
  // Said so rather than `?1 IS NULL OR …`, which no index serves.
  const isOf = projectId === null ? "?1 IS NULL" : "project_id = ?1";
  // Of all projects one after another, for their key begins with it: hours that nobody asks for are not read.
  const rows = projectId === null ? `(${ledgerProjects}) CROSS JOIN ledger ON project_id = of_project` : "ledger";
  return `
    SELECT project_id, hour_us, entry, count FROM ${rows} WHERE ${isOf} AND hour_us >= ?2 AND hour_us < ?3
    UNION ALL
    SELECT project_id, ${hourUs}, 'stored', 1 FROM (${madeBetween(ledgerSeq, String(Number.MAX_SAFE_INTEGER), isOf)})
    UNION ALL
    SELECT project_id, ${hourUs}, 'duplicate', 1 FROM duplicates WHERE ${isOf} AND differs IS NOT NULL
    UNION ALL
    SELECT project_id, ${hourUs}, 'differing', 1 FROM duplicates WHERE ${isOf} AND differs = 1
    UNION ALL
    SELECT project_id, ${hourUs}, 'spooled', 1 FROM
      (SELECT value ->> 0 AS project_id, value ->> 1 AS id, value ->> 2 AS receipt, value ->> 3 AS received_us FROM json_each(?4)) AS s
    WHERE NOT EXISTS (SELECT 1 FROM recordings AS r WHERE r.project_id = s.project_id AND r.id = s.id AND r.receipt = s.receipt)
      AND NOT EXISTS (SELECT 1 FROM duplicates AS d WHERE d.project_id = s.project_id AND d.recording_id = s.id AND d.receipt = s.receipt)`;
}

function toLine(row: Row): LedgerLine {
  const counts = new Map(Object.entries(JSON.parse(text(row, "counts")) as Record<string, number>));
  const rejected = [...counts].flatMap(([entry, count]) =>
    entry.startsWith(rejectedPrefix) ? [[entry.slice(rejectedPrefix.length), count]] : [],
  );
  return {
    projectId: text(row, "project_id"),
    hourUs: integer(row, "hour_us"),
    stored: counts.get("stored") ?? 0,
    duplicates: counts.get("duplicate") ?? 0,
    differing: counts.get("differing") ?? 0,
    rejected: Object.fromEntries(rejected) as Record<string, number>,
    spooled: counts.get("spooled") ?? 0,
  };
}

const rejectedPrefix = "rejected:";

function encodeLedgerCursor({ hourUs: hour, projectId }: LedgerLine): string {
  return `h${hour.toString(36)}/${projectId}`;
}

function decodeLedgerCursor(cursor: string): [hourUs: number, projectId: string] {
  const [, hour, projectId] = /^h([0-9a-z]{1,11})\/([A-Za-z0-9_.:@-]{1,128})$/.exec(cursor) ?? [];
  if (hour === undefined || projectId === undefined) {
    throw new CollectorError("bad_request", "The cursor is not one that a list gave.", {
      issues: [{ path: "cursor", message: "must be the next_cursor of a page before" }],
    });
  }
  return [Number.parseInt(hour, 36), projectId];
}
