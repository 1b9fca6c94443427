import { Hono } from "hono";
import { readCommand } from "../admit/body";
import { admitSender, projectOf } from "../admit/principal";
import type { Deps, Http } from "../env";
import { CollectorError } from "../errors";
import { amend } from "../ingest";
import { boundDatabase } from "../keep/bound-database";
import { limits } from "../limits";
import { readId } from "../model/id";
import type { JsonObject } from "../model/json";
import { projectsHolding } from "../store/projects";
import { amendmentFromFeedback, saysAnything } from "./feedback-wire";

/** What users say of completions, by the Freeplay SDKs' wire, mounted with and without `/api`. It may come before the recording. */
export const freeplayFeedback = new Hono<Http>();

freeplayFeedback.post("/v2/projects/:project/completion-feedback/id/:completion", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const id = readId(c.req.param("completion"), "completion");
  await keepFeedback(await readCommand(c), projectId, id, deps);
  return c.json({ message: "Feedback received" }, 201);
});

/** The first wire's, which Node 0.3.1 still speaks: it names no project. */
freeplayFeedback.put("/v1/completion_feedback/:completion", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const id = readId(c.req.param("completion"), "completion");
  const body = await readCommand(c);
  await keepFeedback(body, principal.projectId ?? (await onlyProjectOf(id, deps)), id, deps);
  return c.json({ message: "Feedback received" }, 201);
});

async function keepFeedback(body: JsonObject, projectId: string, id: string, deps: Deps): Promise<void> {
  const amendment = amendmentFromFeedback(body, { subject: "recording", projectId, id, sessionId: null }, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
}

/** The one project that holds a recording of an id, for a key that is for all. */
async function onlyProjectOf(id: string, deps: Deps): Promise<string> {
  const { ids, isWhole } = await projectsHolding(boundDatabase(deps.db, limits.readTimeoutMs), id);
  const [projectId, other] = ids;
  const instead = "Send it with a key of the project, which also may be before the recording is there.";
  if (other !== undefined) throw new CollectorError("conflict", `Several projects hold a recording of this id. ${instead}`);
  if (!isWhole) throw new CollectorError("bad_request", `There are too many projects here to look for the recording's. ${instead}`);
  if (projectId === undefined) throw new CollectorError("not_found", `No project holds a recording of this id. ${instead}`);
  return projectId;
}
