import { limits } from "../limits";
import type { ProjectPrices } from "../model/price-override";
import type { Cost, StoredRecording } from "../model/recording";
import type { Reprice } from "../model/reprice";
import { arePricesOf, updateStatements } from "./enrichments";
import { headSeq } from "./log";
import { oldestInRuns } from "./project-runs";
import { selectPrices, toPrices } from "./prices";
import { costColumns, headColumns, toStored, unlessCorrupt } from "./recording-row";
import { integer, type Row, selectRows, text, transact } from "./transact";

const columns = "id, project_id, from_us, to_us, state, next_seq, end_seq, looked_at, changed, created_us, updated_us";

/**
 * Orders the repricing of all that is stored now and lies in a window, and forgets the project's oldest ones that are done.
 * Null where `limits.repricesRunningMax` are running already.
 */
export async function insertReprice(
  db: D1Database,
  order: Pick<Reprice, "id" | "projectId" | "fromUs" | "toUs" | "createdUs">,
): Promise<Reprice | null> {
  const [, inserted] = await transact(db, [
    db
      .prepare(
        `DELETE FROM reprices WHERE id IN (SELECT id FROM reprices WHERE project_id = ?1 AND state = 'done'
         ORDER BY created_us DESC, id DESC LIMIT -1 OFFSET ${limits.repricesKept - 1})`,
      )
      .bind(order.projectId),
    db
      .prepare(
        `INSERT INTO reprices (id, project_id, from_us, to_us, state, next_seq, end_seq, created_us, updated_us)
         SELECT ?1, ?2, ?3, ?4, 'running', 0, ${headSeq}, ?5, ?5
         WHERE (SELECT count(*) FROM reprices WHERE project_id = ?2 AND state = 'running') < ${limits.repricesRunningMax} RETURNING ${columns}`,
      )
      .bind(order.id, order.projectId, order.fromUs, order.toUs, order.createdUs),
  ]);
  const [row] = inserted?.results ?? [];
  return row === undefined ? null : toReprice(row);
}

/** One repricing, or null. */
export async function findReprice(db: D1Database, id: string): Promise<Reprice | null> {
  const [row] = await selectRows(db, db.prepare(`SELECT ${columns} FROM reprices WHERE id = ?1`).bind(id));
  return row === undefined ? null : toReprice(row);
}

/** Takes the repricings that have stood still since a time; their time is now. */
export async function takeStalledReprices(db: D1Database, updatedBeforeUs: number, nowUs: number): Promise<string[]> {
  const statement = db.prepare(`
    UPDATE reprices SET updated_us = ?2 WHERE id IN
      (SELECT id FROM reprices INDEXED BY reprices_running WHERE state = 'running' AND updated_us <= ?1 ORDER BY updated_us LIMIT ${limits.repricesResent})
    RETURNING id`);
  return (await selectRows(db, statement.bind(updatedBeforeUs, nowUs))).map((row) => text(row, "id"));
}

/** What a page of a repricing looks at, in the log's order. */
export interface RepricePage {
  prices: ProjectPrices | null;
  /** Those in the window of time. */
  recordings: (StoredRecording & { contentBytes: number })[];
  /** The place up to which all were looked at. */
  lastSeq: number;
}

/**
 * The next page: the recordings of the window, by the call's own time or else its receipt, among the project's next
 * `limits.repricedPerPage` places of the log, so that a page costs the same however narrow the window is; and the prices.
 */
export async function findRepricePage(db: D1Database, { projectId, fromUs, toUs, nextSeq, endSeq }: Reprice): Promise<RepricePage> {
  const places = oldestInRuns({ project: "?1", from: "(?2 + 1)", to: "?3", limit: String(limits.repricedPerPage) });
  const [prices, extent, rows] = await transact(db, [
    selectPrices(db, [projectId]),
    db.prepare(`SELECT count(*) AS n, max(seq) AS last FROM (${places})`).bind(projectId, nextSeq, endSeq),
    db
      .prepare(
        `SELECT ${headColumns}, content_bytes FROM (SELECT seq AS place FROM (${places})) CROSS JOIN recordings ON seq = place
         WHERE coalesce(started_us, received_us) >= ?4 AND coalesce(started_us, received_us) < ?5 ORDER BY seq`,
      )
      .bind(projectId, nextSeq, endSeq, fromUs, toUs),
  ]);
  const [price] = prices?.results ?? [];
  const { n, last } = extent?.results[0] ?? {};
  return {
    prices: price === undefined ? null : toPrices(price),
    recordings: (rows?.results ?? []).flatMap((row) =>
      unlessCorrupt(row, (sound) => ({ ...toStored(sound), contentBytes: integer(sound, "content_bytes") })),
    ),
    lastSeq: n === limits.repricedPerPage && typeof last === "number" ? last : endSeq,
  };
}

/**
 * Writes the costs of a page and moves the repricing on to `nextSeq`, in one transaction; where one of its recordings was amended
 * since it was read, all but that are written, and the page is to be read again. Answers false, and writes nothing, where another
 * consumer has moved it or the project's prices have changed.
 */
export async function writeRepricePage(
  db: D1Database,
  reprice: Reprice,
  page: { nextSeq: number; lookedAt: number; costs: (Pick<StoredRecording, "seq" | "version"> & { cost: Cost })[]; pricesVersion: number },
  nowUs: number,
): Promise<boolean> {
  const { nextSeq, lookedAt, costs, pricesVersion } = page;
  const pricedBy = { projectId: reprice.projectId, pricesVersion };
  const updates = costs.map(({ seq, version, cost }) => ({ key: { seq, version }, columns: costColumns(cost) }));
  const isAmended = `EXISTS (SELECT 1 FROM json_each(?8) AS u CROSS JOIN recordings AS r ON r.seq = u.value ->> 0 AND r.version <> u.value ->> 1)`;
  const advance = db
    .prepare(
      // The recordings that will take their costs are counted before they do.
      `UPDATE reprices SET next_seq = iif(${isAmended}, next_seq, ?5), looked_at = looked_at + iif(${isAmended}, 0, ?6),
       state = iif(?5 >= end_seq AND NOT ${isAmended}, 'done', 'running'), updated_us = ?7,
       changed = changed + (SELECT count(*) FROM json_each(?8) AS u CROSS JOIN recordings AS r ON r.seq = u.value ->> 0 AND r.version = u.value ->> 1)
       WHERE id = ?1 AND next_seq = ?4 AND ${arePricesOf} RETURNING id`,
    )
    .bind(
      reprice.id,
      reprice.projectId,
      pricesVersion,
      reprice.nextSeq,
      nextSeq,
      lookedAt,
      nowUs,
      JSON.stringify(costs.map(({ seq, version }) => [seq, version])),
    );
  const [advanced] = await transact(db, [advance, ...updateStatements(db, updates, pricedBy, "repriced", nowUs)]);
  return advanced?.results.length === 1;
}

function toReprice(row: Row): Reprice {
  return {
    id: text(row, "id"),
    projectId: text(row, "project_id"),
    fromUs: integer(row, "from_us"),
    toUs: integer(row, "to_us"),
    state: text(row, "state") as Reprice["state"],
    nextSeq: integer(row, "next_seq"),
    endSeq: integer(row, "end_seq"),
    lookedAt: integer(row, "looked_at"),
    changed: integer(row, "changed"),
    createdUs: integer(row, "created_us"),
    updatedUs: integer(row, "updated_us"),
  };
}
