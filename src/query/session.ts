import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { toIso } from "../model/time";
import { findSession } from "../store/sessions";
import { firstOf } from "./traces";

/** `GET /v1/sessions/{id}`: one session, with the ids of the first recordings and traces in it. */
export const session = new Hono<Http>();

session.get("/v1/sessions/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const found = await findSession(deps.db, projectId, readId(c.req.param("id"), "id"), limits.childrenNamed);
  if (found === null) {
    throw new CollectorError("not_found", "There is no such session in this project.", { retryAfterSeconds: limits.retryAfterSeconds });
  }
  const { id, createdUs, metadata, recordingIds, traceIds } = found;
  return c.json({
    id,
    project_id: projectId,
    custom_metadata: metadata,
    created_at: toIso(createdUs),
    ...firstOf("recording", recordingIds),
    ...firstOf("trace", traceIds),
  });
});
