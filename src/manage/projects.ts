import { Hono } from "hono";
import * as z from "zod";
import { admit } from "../admit/principal";
import { pageLimit, readQuery } from "../admit/query-string";
import type { Http } from "../env";
import { limits } from "../limits";
import { toIso } from "../model/time";
import { listProjects } from "../store/projects";

/** `GET /v1/projects`: those that the key can see. */
export const projects = new Hono<Http>();

const ProjectsQuery = z.strictObject({
  limit: pageLimit(limits.listRowsMax, limits.listRowsDefault),
  cursor: z.string().max(limits.idCharsMax).optional(),
});

projects.get("/v1/projects", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const { limit, cursor } = readQuery(c, ProjectsQuery);
  const { rows, nextCursor } = await listProjects(deps.db, principal.projectId, limit, cursor ?? "");
  return c.json({ projects: rows.map(({ id, createdUs }) => ({ id, created_at: toIso(createdUs) })), next_cursor: nextCursor });
});
