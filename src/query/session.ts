import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { Cursor, pageLimit, ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { readSessionAnswer } from "./session-answer";

/** `GET /v1/sessions/{id}`: one session: what was said in it, in its order, and how its traces and recordings hang together. */
export const session = new Hono<Http>();

/** What a session is asked for by. */
export const SessionQuery = ProjectQuery.extend({
  limit: pageLimit(limits.sessionPageMax, limits.sessionPageMax),
  cursor: Cursor.optional(),
});

session.get("/v1/sessions/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { project_id: named, limit, cursor = null } = readQuery(c, SessionQuery);
  const answer = await readSessionAnswer(deps, projectOf(principal, named), readId(c.req.param("id"), "id"), { limit, cursor });
  if (answer === null) {
    throw new CollectorError("not_found", "There is no such session in this project.", { retryAfterSeconds: limits.retryAfterSeconds });
  }
  return c.json(answer);
});
