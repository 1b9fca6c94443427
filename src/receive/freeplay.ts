import { Hono } from "hono";
import { checkJson, readBytes, readJson } from "../admit/body";
import { admitSender, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { ingestOne } from "../ingest";
import { readId } from "../model/id";
import { recordingFromCompletion } from "./freeplay-wire";
import { notePosted } from "./refused-post";

/** The Freeplay SDKs' wire, mounted with and without `/api`. */
export const freeplay = new Hono<Http>();

freeplay.post("/v2/projects/:project/sessions/:session/completions", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const path = {
    projectId: projectOf(principal, readId(c.req.param("project"), "project")),
    sessionId: readId(c.req.param("session"), "session"),
  };
  notePosted(c, principal, null, path.projectId);
  checkJson(c);
  const body = readJson(await readBytes(c));
  notePosted(c, principal, body, path.projectId);
  const outcome = await ingestOne(recordingFromCompletion(body, path, deps), deps);
  return c.json({ completion_id: outcome.id }, 201);
});
