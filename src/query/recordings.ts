import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { pageLimit, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { Id, readId } from "../model/id";
import { recordingText } from "../model/recording-wire";
import { deleteRecording, findRecording, listRecordings } from "../store/recordings";

/** `/v1/recordings`: one, a page of them, and the end of one. */
export const recordings = new Hono<Http>();

const ProjectQuery = z.strictObject({ project_id: Id.optional() });
const ListQuery = ProjectQuery.extend({
  session_id: Id.optional(),
  limit: pageLimit(limits.pageRowsMax, limits.pageRowsDefault),
  cursor: z.string().optional(),
});

const jsonHeaders = { "Content-Type": "application/json" };

recordings.get("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const query = readQuery(c, ListQuery);
  const page = await listRecordings(deps.db, projectOf(principal, query.project_id), {
    sessionId: query.session_id ?? null,
    limit: query.limit,
    cursor: query.cursor ?? null,
  });
  return c.body(
    `{"recordings":[${page.rows.map(recordingText).join(",")}],"next_cursor":${JSON.stringify(page.nextCursor)}}`,
    200,
    jsonHeaders,
  );
});

recordings.get("/v1/recordings/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const recording = await findRecording(deps.db, projectId, readId(c.req.param("id"), "id"));
  if (recording === null) throw notFound();
  return c.body(recordingText(recording), 200, jsonHeaders);
});

recordings.delete("/v1/recordings/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  if (!(await deleteRecording(deps.db, projectId, readId(c.req.param("id"), "id"), deps.now() * 1000))) throw notFound();
  return c.body(null, 204);
});

function notFound(): CollectorError {
  return new CollectorError("not_found", "There is no such recording in this project.");
}
