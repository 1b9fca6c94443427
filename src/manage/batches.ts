import { Hono } from "hono";
import * as z from "zod";
import { admit } from "../admit/principal";
import { PageBySeqQuery, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { CollectorError } from "../errors";
import { batchAnswer } from "../export/batch-wire";
import { sendBatches } from "../export/cut";
import { limits } from "../limits";
import { type Batch, parseBatchId } from "../model/batch";
import type { Destination } from "../model/destination";
import type { JsonObject } from "../model/json";
import type { Principal } from "../model/key";
import { toIso } from "../model/time";
import { findBatch, type Generation, listBatches, listGenerations } from "../store/batches";
import { reviveBatch } from "../store/deliveries";
import { destinationLag, type DestinationLag } from "../store/destinations";
import { knownDestination } from "./destinations";

/** `/v1/destinations/{id}/batches`: what became of what was to be exported. */
export const batches = new Hono<Http>();

/** The query string of the list of batches. */
export const BatchesQuery = PageBySeqQuery.extend({
  state: z.enum(["cut", "written", "dead", "superseded"]).optional().describe("Those in this state alone"),
  generation: z
    .string()
    .regex(/^[0-9a-f]{1,32}$/, "must be one of the destination's generations")
    .optional()
    .describe("Another generation than the current one"),
});

batches.get("/v1/destinations/:id/batches", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const destination = await knownDestination(principal, c.req.param("id"), deps);
  const { state = null, limit, cursor = null, generation = destination.generation } = readQuery(c, BatchesQuery);
  const [page, lag, generations] = await Promise.all([
    listBatches(deps.db, { id: destination.id, generation }, { state, limit, cursor }),
    destinationLag(deps.db, destination.id),
    listGenerations(deps.db, destination.id, limits.generationsListed),
  ]);
  return c.json({
    destination: destination.id,
    generation,
    ...lagAnswer(lag, deps),
    generations: withCurrent(generations, destination).map(generationAnswer),
    batches: page.rows.map(batchAnswer),
    next_cursor: page.nextCursor,
  });
});

batches.get("/v1/destinations/:id/batches/:batch", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  return c.json(batchAnswer(await knownBatch(principal, c.req.param("id"), c.req.param("batch"), deps)));
});

batches.post("/v1/destinations/:id/batches/:batch/retry", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  return c.json(batchAnswer(await retryBatch(principal, c.req.param("id"), c.req.param("batch"), deps)), 202);
});

/** Has a dead batch delivered again. @throws CollectorError `not_found`; `conflict` where it is not dead. */
export async function retryBatch(principal: Principal, destinationId: string, id: string, deps: Deps): Promise<Batch> {
  const batch = await knownBatch(principal, destinationId, id, deps);
  const revived = await reviveBatch(deps.db, batch, deps.now() * 1000);
  if (revived === null)
    throw new CollectorError("conflict", `The batch is ${batch.state}: there is nothing to retry. POST …/replay delivers again.`);
  await sendBatches([revived], deps);
  return revived;
}

/** One of a destination's batches, if the key may know of it. @throws CollectorError `not_found` for any other. */
async function knownBatch(principal: Principal, destinationId: string, id: string, deps: Deps): Promise<Batch> {
  const destination = await knownDestination(principal, destinationId, deps);
  const name = parseBatchId(id);
  const batch = name?.destination === destination.id ? await findBatch(deps.db, name) : null;
  if (batch === null) throw new CollectorError("not_found", "There is no such batch of this destination.");
  return batch;
}

function lagAnswer(lag: DestinationLag | null, deps: Deps): JsonObject {
  if (lag === null) throw new CollectorError("not_found", "There is no such destination.");
  const seconds = lag.oldestUs === null ? 0 : Math.max(0, deps.now() / 1000 - lag.oldestUs / 1e6);
  return {
    head_seq: lag.headSeq,
    lag: { changes: lag.changes, seconds: Math.round(seconds * 1000) / 1000 },
    open_batches: lag.openBatches,
    dead_batches: lag.deadBatches,
  };
}

/** A generation is there from its beginning on, though nothing of it is cut. */
function withCurrent(generations: Generation[], { generation, cursorSeq }: Destination): Generation[] {
  if (generations.some((one) => one.generation === generation)) return generations;
  return [{ generation, batches: 0, open: 0, dead: 0, fromSeq: cursorSeq, toSeq: cursorSeq, cutUs: null }, ...generations];
}

function generationAnswer({ generation, batches: count, open, dead, fromSeq, toSeq, cutUs }: Generation): JsonObject {
  return { generation, batches: count, open, dead, from_seq: fromSeq, to_seq: toSeq, first_cut_at: toIso(cutUs) };
}
