import { Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { wholeContents } from "../keep/contents";
import { readRecordingText } from "../keep/find-recording";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { readId } from "../model/id";
import { recordingText } from "../model/recording-wire";
import { toIso } from "../model/time";
import { listRecordings, mediaForm, readRecordingsQuery } from "./recordings-query";

/** `/v1/recordings`: one, and a page of them. */
export const recordings = new Hono<Http>();

/** The query string of one recording. */
export const RecordingQuery = ProjectQuery.extend({ media: mediaForm("inline") });

const jsonHeaders = { "Content-Type": "application/json" };

recordings.get("/v1/recordings", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { projectId: named, media, search, sort } = readRecordingsQuery(c.req.query());
  const projectId = projectOf(principal, named);
  const page = await listRecordings(projectId, { search, sort }, deps);
  const texts = (await wholeContents(page.rows, deps, media)).map(recordingText);
  const told = {
    next_cursor: page.nextCursor,
    is_complete: page.isComplete,
    scanned_to: toIso(page.searchedToUs),
    not_searched: page.notSearched,
  };
  return c.body(`{"recordings":[${texts.join(",")}],${JSON.stringify(told).slice(1)}`, 200, jsonHeaders);
});

recordings.get("/v1/recordings/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const query = readQuery(c, RecordingQuery);
  const projectId = projectOf(principal, query.project_id);
  const found = await readRecordingText(projectId, readId(c.req.param("id"), "id"), deps, query.media);
  if (found === null) throw notFound();
  return c.body(found, 200, jsonHeaders);
});

/** One that was just taken in may still be in the Queue, and is there later. */
function notFound(): CollectorError {
  return new CollectorError("not_found", "There is no such recording in this project.", { retryAfterSeconds: limits.retryAfterSeconds });
}
