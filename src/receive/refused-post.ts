import type { Context, MiddlewareHandler } from "hono";
import type { Http } from "../env";
import { toCollectorError } from "../errors";
import { noteRefusals, refusalOf } from "../keep/refusals";
import { isId } from "../model/id";
import { isJsonObject, type Json } from "../model/json";
import type { Principal } from "../model/key";

/** Counts a post that is refused whole, once, under the project and the id that were known by then. What may pass by itself is no refusal. */
export const countRefusedPost: MiddlewareHandler<Http> = async (c, next) => {
  await next();
  if (c.req.method !== "POST" || c.error === undefined) return;
  const { deps, posted, principal, requestId } = c.var;
  const error = toCollectorError(c.error);
  if (error.status === 503 || posted?.isCounted === true) return;
  const projectId = posted?.projectId ?? principal?.projectId ?? null;
  noteRefusals([refusalOf(error, { projectId, id: posted?.id ?? null, requestId }, deps.now())], deps);
};

/** Notes what a post of one recording is about, before it is judged. `projectId` is the path's, where it names one. */
export function notePosted(c: Pick<Context<Http>, "set">, principal: Principal, item: Json, projectId: string | null = null): void {
  c.set("posted", { projectId: projectId ?? givenProject(item, principal), id: givenId(item), isCounted: false });
}

/** The project that a refused item is counted under: the key's, or the one that it names itself. */
export function givenProject(item: Json, principal: Principal): string | null {
  if (principal.projectId !== null || !isJsonObject(item)) return principal.projectId;
  const id = item["project_id"] ?? item["projectId"];
  return isId(id) ? id : null;
}

/** The id that an item gives itself, where it is one. */
export function givenId(item: Json): string | null {
  if (!isJsonObject(item)) return null;
  const id = item["id"] ?? item["completion_id"] ?? item["completionId"];
  return isId(id) ? id : null;
}
