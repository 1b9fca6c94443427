import { Hono } from "hono";
import * as z from "zod";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { sendReprice } from "../jobs/reprice";
import { limits } from "../limits";
import { readId } from "../model/id";
import { issuesOf } from "../model/issues";
import type { JsonObject } from "../model/json";
import type { Reprice } from "../model/reprice";
import { Moment, toIso, toMicroseconds } from "../model/time";
import { findReprice, insertReprice } from "../store/reprices";

/** `/v1/projects/{id}/reprice`: prices what is stored anew, in the background. */
export const reprices = new Hono<Http>();

/** The body of a reprice: the window by the calls' own time, `from` inclusive and `to` exclusive. */
export const RepriceRequest = z
  .strictObject({ from: Moment, to: Moment })
  .refine(({ from, to }) => toMicroseconds(from) < toMicroseconds(to), { path: ["to"], message: "must be after from" });

reprices.post("/v1/projects/:project/reprice", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const parsed = RepriceRequest.safeParse(await readCommand(c));
  if (!parsed.success) throw new CollectorError("bad_request", "The window is not valid.", { issues: issuesOf(parsed.error) });
  const reprice = await insertReprice(deps.db, {
    id: deps.newId(),
    projectId,
    fromUs: toMicroseconds(parsed.data.from),
    toUs: toMicroseconds(parsed.data.to),
    createdUs: deps.now() * 1000,
  });
  if (reprice === null)
    throw new CollectorError(
      "conflict",
      `The project has ${limits.repricesRunningMax} repricings running; order this one when one of them is done.`,
    );
  await sendReprice(reprice.id, deps);
  return c.json(repriceAnswer(reprice), 202);
});

reprices.get("/v1/projects/:project/reprice/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const reprice = await findReprice(deps.db, readId(c.req.param("id"), "id"));
  if (reprice?.projectId !== projectId) throw new CollectorError("not_found", "There is no such repricing in this project.");
  return c.json(repriceAnswer(reprice));
});

function repriceAnswer(reprice: Reprice): JsonObject {
  return {
    id: reprice.id,
    project_id: reprice.projectId,
    state: reprice.state,
    from: toIso(reprice.fromUs),
    to: toIso(reprice.toUs),
    looked_at: reprice.lookedAt,
    changed: reprice.changed,
    created_at: toIso(reprice.createdUs),
    updated_at: toIso(reprice.updatedUs),
  };
}
