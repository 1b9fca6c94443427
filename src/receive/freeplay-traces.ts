import { type Context, Hono } from "hono";
import { readCommand } from "../admit/body";
import { admit, admitSender, projectOf } from "../admit/principal";
import type { Http } from "../env";
import { amend } from "../ingest";
import { limits } from "../limits";
import { readId } from "../model/id";
import type { Principal } from "../model/key";
import { amendmentFromFeedback, amendmentFromMetadata, saysAnything } from "./feedback-wire";
import { amendmentFromTrace } from "./freeplay-traces-wire";

/**
 * The Freeplay SDKs' traces and the metadata of sessions, mounted with and without `/api`. Traces come after the recordings in
 * them, and what is said of one may come before it.
 */
export const freeplayTraces = new Hono<Http>();

const tracePath = "/v2/projects/:project/sessions/:session/traces/id/:trace";

freeplayTraces.post(tracePath, async (c) => {
  const { deps } = c.var;
  const path = readTracePath(c, await admit(c, deps, ["ingest", "admin"]));
  await amend(amendmentFromTrace(await readCommand(c, limits.traceBodyBytesMax), path, 0, deps), deps);
  return c.json({}, 201);
});

freeplayTraces.patch(tracePath, async (c) => {
  const { deps } = c.var;
  const path = readTracePath(c, await admit(c, deps, ["ingest", "admin"]));
  const amendment = amendmentFromTrace(await readCommand(c, limits.traceBodyBytesMax), path, 1, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
  return c.json({ message: "Trace updated successfully" });
});

freeplayTraces.patch(`${tracePath}/metadata`, async (c) => {
  const { deps } = c.var;
  const path = readTracePath(c, await admit(c, deps, ["ingest", "admin"]));
  const amendment = amendmentFromMetadata(await readCommand(c), { subject: "trace", ...path }, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
  return c.json({ message: "Metadata updated successfully" });
});

freeplayTraces.patch("/v2/projects/:project/sessions/id/:session/metadata", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["ingest", "admin"]);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const id = readId(c.req.param("session"), "session");
  const amendment = amendmentFromMetadata(await readCommand(c), { subject: "session", projectId, id, sessionId: null }, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
  return c.json({ message: "Metadata updated successfully" });
});

freeplayTraces.post("/v2/projects/:project/trace-feedback/id/:trace", async (c) => {
  const { deps } = c.var;
  const principal = await admitSender(c, deps);
  const projectId = projectOf(principal, readId(c.req.param("project"), "project"));
  const id = readId(c.req.param("trace"), "trace");
  // Its session is not named here: a post of the trace does.
  const amendment = amendmentFromFeedback(await readCommand(c), { subject: "trace", projectId, id, sessionId: null }, deps);
  if (saysAnything(amendment)) await amend(amendment, deps);
  return c.json({ message: "Feedback received" }, 201);
});

function readTracePath(c: Context<Http, typeof tracePath>, principal: Principal) {
  return {
    projectId: projectOf(principal, readId(c.req.param("project"), "project")),
    sessionId: readId(c.req.param("session"), "session"),
    id: readId(c.req.param("trace"), "trace"),
  };
}
