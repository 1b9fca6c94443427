import { Hono } from "hono";
import * as z from "zod";
import { admit, admitToAll } from "../admit/principal";
import { PageBySeqQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { batchAnswer } from "../export/batch-wire";
import { cutAllBatches } from "../export/cut";
import { formatOf } from "../export/pack/format";
import { joinObjects, openObject } from "../export/open-objects";
import { type Batch, defaultDestination, parseBatchId } from "../model/batch";
import { findBatch, listBatches } from "../store/batches";
import { findDestination } from "../store/destinations";

/** `/v1/exports`: cuts what is committed for every destination, and gives the objects in the collector's own bucket. They hold every project's recordings. */
export const exports = new Hono<Http>();

/** The query string of one export. */
export const ExportQuery = z.strictObject({
  object: z.coerce
    .number({ error: "must be a whole number" })
    .int()
    .min(0)
    .optional()
    .describe("Which of its objects, from 0 on; all of them where none is named, which Parquet cannot"),
});

exports.post("/v1/exports", async (c) => {
  const { deps } = c.var;
  await admitToAll(c, deps, ["admin"]);
  const { batches, hasMore } = await cutAllBatches(deps);
  return c.json({ exports: batches.map(batchAnswer), more: hasMore }, 202);
});

exports.get("/v1/exports", async (c) => {
  const { deps } = c.var;
  await admitToAll(c, deps, ["read", "admin"]);
  const { limit, cursor = null } = readQuery(c, PageBySeqQuery);
  const destination = await findDestination(deps.db, null, defaultDestination);
  if (destination === null) throw new CollectorError("internal", "The default destination is gone.");
  const { rows, nextCursor } = await listBatches(deps.db, destination, { state: null, limit, cursor });
  return c.json({ exports: rows.map(batchAnswer), next_cursor: nextCursor });
});

exports.get("/v1/exports/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { object } = readQuery(c, ExportQuery);
  const name = parseBatchId(c.req.param("id"));
  const batch = name === null ? null : await findBatch(deps.db, name);
  const destination = batch === null ? null : await findDestination(deps.db, principal.projectId, batch.destination);
  if (batch === null || destination?.target.kind !== "r2") throw new CollectorError("not_found", "There is no such export in this bucket.");
  const { extension, contentType } = formatOf(batch.selection.format);
  const keys = wantedKeys(batch, object);
  const [key] = keys;
  const body = key !== undefined && keys.length === 1 ? await openObject(key, deps) : await joinObjects(keys, deps);
  return c.body(body, 200, {
    "Content-Type": contentType,
    "Content-Disposition": `attachment; filename="${c.req.param("id")}${object === undefined ? "" : `-${object}`}.${extension}"`,
  });
});

/** The one that is named, or all, which Parquet files cannot be as one. */
function wantedKeys({ state, manifest, selection, lastError, corruptColumn }: Batch, object: number | undefined): string[] {
  if (state === "cut") throw new CollectorError("unavailable", "This export is cut but not written yet. Ask again.");
  if (state === "dead")
    throw new CollectorError("conflict", `This export is dead: ${lastError ?? "no reason was kept."} POST …/retry tries it again.`);
  if (state === "superseded")
    throw new CollectorError("not_found", "This export was superseded: a replay's newer generation holds its range.");
  if (corruptColumn !== null)
    throw new CollectorError("internal", "A row of the collector's is corrupt.", { cause: `batches.${corruptColumn}` });
  const keys = manifest?.objects.flatMap(({ key }) => (key === null ? [] : [key])) ?? [];
  if (keys.length === 0) throw new CollectorError("not_found", "This export holds nothing.");
  if (object !== undefined) {
    const key = keys[object];
    if (key === undefined) throw new CollectorError("not_found", `This export has ${keys.length} objects, from 0 on.`);
    return [key];
  }
  if (selection.format === "parquet" && keys.length > 1)
    throw new CollectorError("bad_request", `This export is of ${keys.length} Parquet files: name one.`, {
      issues: [{ path: "object", message: `must be from 0 to ${keys.length - 1}` }],
    });
  return keys;
}
