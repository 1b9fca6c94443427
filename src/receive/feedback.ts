import { Hono } from "hono";
import { readCommand } from "../admit/body";
import { admitSender, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { amend } from "../ingest";
import { readId } from "../model/id";
import { amendmentFromFeedback, saysAnything } from "./feedback-wire";

/** `POST /v1/recordings/{id}/feedback`: what users say of a recording, by name, before it is there or after. */
export const feedback = new Hono<Http>();

feedback.post("/v1/recordings/:id/feedback", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const id = readId(c.req.param("id"), "id");
  const amendment = amendmentFromFeedback(await readCommand(c), { subject: "recording", projectId, id, sessionId: null }, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
  return c.json({ message: "Feedback received" }, 201);
});
