import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { boundDatabase } from "../keep/bound-database";
import { limits } from "../limits";
import { findHead } from "../store/log";
import { followLog } from "./follow-log";

/** `GET /v1/tail`: what is recorded, as it comes, as server-sent events. */
export const tail = new Hono<Http>();

const Place = z.coerce.number("must be a place in the log").int("must be a place in the log").min(0, "must be a place in the log");
/** The query string of the tail. */
export const TailQuery = ProjectQuery.extend({
  after: Place.optional().describe("A place in the log to begin behind; from now on where none is named"),
});

tail.get("/v1/tail", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const query = readQuery(c, TailQuery);
  const projectId = projectOf(principal, query.project_id);
  const head = await findHead(boundDatabase(deps.db, limits.readTimeoutMs));
  // A place that the log has not come to is of another database.
  const after = Math.min(lastEventId(c.req.header("Last-Event-ID")) ?? query.after ?? head, head);
  const events = followLog(projectId, after, deps);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await events.next();
        if (done === true) controller.close();
        else controller.enqueue(new TextEncoder().encode(value));
      },
      async cancel() {
        await events.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return c.body(body, 200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
});

function lastEventId(given: string | undefined): number | undefined {
  if (given === undefined || given === "") return undefined;
  const parsed = Place.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new CollectorError("bad_request", "Last-Event-ID is no place in the log.");
}
