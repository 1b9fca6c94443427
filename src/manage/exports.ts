import { Hono } from "hono";
import * as z from "zod";
import { admitToAll } from "../admit/principal";
import { pageLimit, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { batchAnswer } from "../export/batch-wire";
import { cutAllBatches } from "../export/cut";
import { openBatch } from "../export/write";
import { limits } from "../limits";
import { defaultDestination, parseBatchId } from "../model/batch";
import { decodeCursor, encodeCursor } from "../store/cursor";
import { findBatch, listBatches } from "../store/batches";

/** `/v1/exports`: the batches of the default destination. They hold every project's recordings. */
export const exports = new Hono<Http>();

const ExportsQuery = z.strictObject({ limit: pageLimit(limits.listRowsMax, limits.listRowsDefault), cursor: z.string().optional() });

exports.post("/v1/exports", async (c) => {
  const { deps } = c.var;
  await admitToAll(c, deps, ["admin"]);
  const batches = await cutAllBatches(deps);
  return c.json({ exports: batches.map(batchAnswer), more: batches.length === limits.batchesCutMax }, 202);
});

exports.get("/v1/exports", async (c) => {
  const { deps } = c.var;
  await admitToAll(c, deps, ["read", "admin"]);
  const { limit, cursor } = readQuery(c, ExportsQuery);
  const batches = await listBatches(
    deps.db,
    defaultDestination,
    cursor === undefined ? Number.MAX_SAFE_INTEGER : decodeCursor(cursor),
    limit,
  );
  const last = batches.at(-1);
  return c.json({
    exports: batches.map(batchAnswer),
    next_cursor: last === undefined || batches.length < limit ? null : encodeCursor(last.fromSeq),
  });
});

exports.get("/v1/exports/:id", async (c) => {
  const { deps } = c.var;
  await admitToAll(c, deps, ["read", "admin"]);
  const name = parseBatchId(c.req.param("id"));
  const batch = name === null ? null : await findBatch(deps.db, name);
  if (batch === null) throw new CollectorError("not_found", "There is no such export.");
  if (batch.state !== "written") throw new CollectorError("unavailable", "This export is cut but not written yet. Ask again.");
  const body = batch.object === null ? null : await openBatch(batch.object, deps);
  if (body === null)
    throw new CollectorError(
      "not_found",
      batch.object === null
        ? "This export holds nothing: all of it was deleted before it was written."
        : "This export's object is no longer in the bucket.",
    );
  return c.body(body, 200, {
    "Content-Type": "application/gzip",
    "Content-Disposition": `attachment; filename="${c.req.param("id")}.ndjson.gz"`,
  });
});
