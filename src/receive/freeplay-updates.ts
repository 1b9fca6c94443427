import { Hono } from "hono";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { amend } from "../ingest";
import { limits } from "../limits";
import { readId } from "../model/id";
import { amendmentFromUpdate } from "./freeplay-updates-wire";

/** The Freeplay SDKs' `recordings.update`, mounted with and without `/api`. The recording need not be there yet. */
export const freeplayUpdates = new Hono<Http>();

freeplayUpdates.post("/v2/projects/:project/completions/:completion", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const id = readId(c.req.param("completion"), "completion");
  await amend(await amendmentFromUpdate(await readCommand(c, limits.updateBytesMax), { projectId, id }, deps), deps);
  return c.json({ completion_id: id });
});
