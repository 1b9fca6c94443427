import { Hono } from "hono";
import { admit } from "../admit/principal";
import { PageByIdQuery, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { limits } from "../limits";
import { toIso } from "../model/time";
import { listProjects } from "../store/projects";

/** `GET /v1/projects`: those that the key can see. */
export const projects = new Hono<Http>();

projects.get("/v1/projects", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { limit, cursor } = readQuery(c, PageByIdQuery);
  const { rows, nextCursor } = await listProjects(deps.db, principal.projectId, limit, cursor);
  return c.json({ projects: rows.map(({ id, createdUs }) => ({ id, created_at: toIso(createdUs) })), next_cursor: nextCursor });
});

/** The same as the Freeplay SDKs read it, mounted with and without `/api`: a project has no name but its id. */
export const freeplayProjects = new Hono<Http>();

freeplayProjects.get("/v2/projects/all", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "read", "admin"]);
  const { rows, nextCursor } = await listProjects(deps.db, principal.projectId, limits.listRowsMax, "");
  return c.json({ projects: rows.map(({ id }) => ({ id, name: id })), has_more: nextCursor !== null });
});
