import type { Context, MiddlewareHandler } from "hono";
import { admit, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { limits } from "../limits";
import { readId } from "../model/id";
import type { Principal } from "../model/key";
import { listProjects } from "../store/projects";

/** Who looks at a page, and which project he looks at. */
export interface Visitor {
  principal: Principal;
  /** Null where there is none yet. */
  projectId: string | null;
  /** Those that he may choose among. */
  projectIds: string[];
  mayManage: boolean;
  /** The address of the page, without the project: a choice of another one leads there. */
  path: string;
}

/** What Hono's context carries through the dashboard's routes. */
export interface Pages {
  Bindings: Http["Bindings"];
  Variables: Http["Variables"] & { visitor: Visitor };
}

/** Admits by the cookie, and finds the project: the one in the address, or the key's, or the first that there is. */
export const visit: MiddlewareHandler<Pages> = async (c, next) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["read", "admin"]);
  const named = c.req.query("project_id");
  const { rows } = await listProjects(deps.db, principal.projectId, limits.projectsShown, "");
  const projectIds = rows.map(({ id }) => id);
  const known = principal.projectId ?? projectIds[0];
  const projectId = named === undefined || named === "" ? (known ?? null) : projectOf(principal, readId(named, "project_id"));
  c.set("visitor", { principal, projectId, projectIds, mayManage: principal.scope === "admin", path: c.req.path });
  await next();
};

/** The project of a page that is of one: where there is none yet, what is asked for is not there. */
export function visitedProject(c: Context<Pages>): string {
  return projectOf(c.var.visitor.principal, c.var.visitor.projectId);
}
