import { Hono } from "hono";
import { admit } from "../admit/principal";
import type { Http } from "../env";
import { toIso } from "../model/time";
import { listProjects } from "../store/projects";

/** `GET /v1/projects`: those that the key can see. */
export const projects = new Hono<Http>();

projects.get("/v1/projects", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const found = await listProjects(deps.db, principal.projectId);
  return c.json({ projects: found.map(({ id, createdUs }) => ({ id, created_at: toIso(createdUs) })) });
});
