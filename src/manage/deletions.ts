import { type Context, Hono } from "hono";
import { admit, projectOf } from "../admit/principal";
import { ProjectQuery, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { CollectorError } from "../errors";
import { runDeletion } from "../jobs/delete";
import { drainDeleted } from "../jobs/drain-spool";
import { removeDoomedBlobs } from "../keep/doomed";
import { deleteRecording } from "../store/delete-recording";
import type { Deletion } from "../model/deletion";
import { readId } from "../model/id";
import { orderDeletion } from "../store/deletions";

/** `DELETE` of a recording, a session, or a project: everything of it that was received by now. */
export const deletions = new Hono<Http>();

deletions.delete("/v1/recordings/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  const id = readId(c.req.param("id"), "id");
  // The order first: what is just being moved from the spool into D1 is deleted by whoever moves it.
  const wasStored = await deleteRecording(deps.db, projectId, id, deps.now() * 1000);
  const hasWaited = await drainDeleted({ projectId, id, sessionId: null }, deps);
  if (!wasStored && !hasWaited) throw new CollectorError("not_found", "There is no such recording in this project.");
  await removeDoomedBlobs(deps, projectId);
  return c.body(null, 204);
});

deletions.delete("/v1/sessions/:id", async (c) => {
  const principal = await admit(c, c.var.deps, ["admin"]);
  const projectId = projectOf(principal, readQuery(c, ProjectQuery).project_id);
  return await answerDeletion(c, { projectId, kind: "session", id: readId(c.req.param("id"), "id") });
});

deletions.delete("/v1/projects/:id", async (c) => {
  const principal = await admit(c, c.var.deps, ["admin"]);
  const projectId = projectOf(principal, readId(c.req.param("id"), "id"));
  return await answerDeletion(c, { projectId, kind: "project", id: projectId });
});

/**
 * `DELETE` of a session by the Freeplay SDKs' wire, mounted with and without `/api`. They insist on 201, however much is left to the
 * next minutes.
 */
export const freeplayDeletions = new Hono<Http>();

freeplayDeletions.delete("/v2/projects/:project/sessions/:session", async (c) => {
  const principal = await admit(c, c.var.deps, ["admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const isDone = await deleteAll({ projectId, kind: "session", id: readId(c.req.param("session"), "session") }, c.var.deps);
  return c.json({ message: isDone ? "Session deleted successfully" : largeText("session") }, 201);
});

/** 204 where all of it is gone, 202 where there is so much that the cron goes on with it. */
async function answerDeletion(c: Context<Http>, target: Target): Promise<Response> {
  return (await deleteAll(target, c.var.deps)) ? c.body(null, 204) : c.json({ message: largeText(target.kind) }, 202);
}

type Target = Pick<Deletion, "projectId" | "kind" | "id">;

/** Deletes all of something. Answers whether all of it is gone. @throws CollectorError `not_found` where there is no such thing. */
async function deleteAll(target: Target, deps: Deps): Promise<boolean> {
  const { deletion, wasThere } = await orderDeletion(deps.db, target, deps.now() * 1000);
  const sessionId = target.kind === "session" ? target.id : null;
  const hasWaited = await drainDeleted({ projectId: target.projectId, id: null, sessionId }, deps);
  const isDone = await runDeletion(deletion, deps);
  if (!wasThere && !hasWaited) throw new CollectorError("not_found", `There is no such ${target.kind} for this key.`);
  return isDone;
}

function largeText(kind: Target["kind"]): string {
  return `The ${kind} is large: what is left of it is deleted in the next minutes.`;
}
