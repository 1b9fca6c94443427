import { Hono } from "hono";
import * as z from "zod";
import { admit, projectOf } from "../admit/principal";
import { pageLimit, ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { wholeContents } from "../keep/contents";
import { readRecordingText } from "../keep/find-recording";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Filter } from "../model/filter";
import { Id, readId } from "../model/id";
import { recordingText } from "../model/recording-wire";
import { searchRecordings } from "../store/search-recordings";

/** `/v1/recordings`: one, and a page of them. */
export const recordings = new Hono<Http>();

const MediaForms = z.enum(["inline", "links"]);
const OneQuery = ProjectQuery.extend({ media: MediaForms.default("inline") });
const ListQuery = ProjectQuery.extend({
  session_id: Id.optional(),
  // A page of a conversation holds the same images again and again.
  media: MediaForms.default("links"),
  limit: pageLimit(limits.pageRowsMax, limits.pageRowsDefault),
  cursor: z.string().optional(),
});

const jsonHeaders = { "Content-Type": "application/json" };

recordings.get("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const query = readQuery(c, ListQuery);
  const filter: Filter =
    query.session_id === undefined ? { and: [] } : { field: "recording.session_id", key: null, op: "eq", value: query.session_id };
  const projectId = projectOf(principal, query.project_id);
  const page = await searchRecordings(deps.db, projectId, { filter, limit: query.limit, skip: 0, cursor: query.cursor ?? null });
  const texts = (await wholeContents(page.rows, deps, query.media)).map(recordingText);
  return c.body(`{"recordings":[${texts.join(",")}],"next_cursor":${JSON.stringify(page.nextCursor)}}`, 200, jsonHeaders);
});

recordings.get("/v1/recordings/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const query = readQuery(c, OneQuery);
  const projectId = projectOf(principal, query.project_id);
  const found = await readRecordingText(projectId, readId(c.req.param("id"), "id"), deps, query.media);
  if (found === null) throw notFound();
  return c.body(found, 200, jsonHeaders);
});

/** One that was just taken in may still be in the Queue, and is there later. */
function notFound(): CollectorError {
  return new CollectorError("not_found", "There is no such recording in this project.", { retryAfterSeconds: limits.retryAfterSeconds });
}
