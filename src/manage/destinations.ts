import { Hono } from "hono";
import { readCommand } from "../admit/body";
import { admit, projectOf } from "../admit/principal";
import { PageByIdQuery, readQuery } from "../admit/query-string";
import type { Deps, Http } from "../env";
import { CollectorError } from "../errors";
import { resendOverdueBatches, sendBatches } from "../export/cut";
import { destinationAnswer } from "../export/destination-wire";
import { placeOfTime } from "../export/place-of-time";
import { makeWebhookSecret } from "../export/reach/webhook-signature";
import { limits } from "../limits";
import { toHex, toShortId } from "../model/bytes";
import { defaultDestination } from "../model/batch";
import type { Destination, DestinationTarget } from "../model/destination";
import type { Principal } from "../model/key";
import { toMicroseconds } from "../model/time";
import {
  deleteDestination,
  findDestination,
  insertDestination,
  listDestinations,
  restartDestination,
  updateDestination,
} from "../store/destinations";
import { reviveDeadBatches } from "../store/deliveries";
import { findHead } from "../store/log";
import {
  checkTarget,
  type DestinationChange,
  DestinationChange as ChangeSchema,
  DestinationRequest,
  parseDestination,
  ReplayRequest,
} from "./destination-request";

/** `/v1/destinations`: where exports go. A key of one project manages that project's alone. */
export const destinations = new Hono<Http>();

destinations.post("/v1/destinations", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const request = parseDestination(await readCommand(c), DestinationRequest);
  checkTarget(request.kind, request, true, deps.allowsLocalDestinations);
  const projectId = request.project_id ?? null;
  const nowUs = deps.now() * 1000;
  const destination: Destination = {
    id: toShortId(deps.randomBytes(12)),
    label: request.label ?? null,
    selection: {
      format: request.format ?? "ndjson",
      content: request.content ?? "full",
      projectId: principal.projectId === null ? projectId : projectOf(principal, projectId),
      environment: request.environment ?? null,
      prefix: request.prefix ?? "exports/",
    },
    target: newTarget(request, deps),
    generation: newGeneration(deps),
    cursorSeq: await startOf(request, "now", deps),
    isPaused: request.paused ?? false,
    failures: 0,
    heldUntilUs: 0,
    createdUs: nowUs,
    updatedUs: nowUs,
  };
  if (!(await insertDestination(deps.db, destination)))
    throw new CollectorError("conflict", `There are ${limits.destinationsMax} destinations, the most that there may be. Delete one.`);
  const { target } = destination;
  const shownOnce = target.kind === "webhook" ? { secret: target.secret } : {};
  return c.json({ ...destinationAnswer(destination), ...shownOnce }, 201);
});

destinations.get("/v1/destinations", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const { limit, cursor } = readQuery(c, PageByIdQuery);
  const { rows, nextCursor } = await listDestinations(deps.db, principal.projectId, limit, cursor);
  return c.json({ destinations: rows.map(destinationAnswer), next_cursor: nextCursor });
});

destinations.get("/v1/destinations/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  return c.json(destinationAnswer(await knownDestination(principal, c.req.param("id"), deps)));
});

destinations.patch("/v1/destinations/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const before = await knownDestination(principal, c.req.param("id"), deps);
  const change = parseDestination(await readCommand(c), ChangeSchema);
  checkTarget(before.target.kind, change, false, deps.allowsLocalDestinations);
  const after = changed(before, change, deps.now() * 1000);
  if (!(await updateDestination(deps.db, before, after)))
    throw new CollectorError("conflict", "The destination was changed by another at the same time. Read it and try again.");
  await resendOverdueBatches(deps);
  return c.json(destinationAnswer(await knownDestination(principal, before.id, deps)));
});

destinations.delete("/v1/destinations/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const { id } = await knownDestination(principal, c.req.param("id"), deps);
  if (id === defaultDestination) throw new CollectorError("conflict", "The default destination cannot be deleted. Pause it.");
  await deleteDestination(deps.db, id);
  return c.body(null, 204);
});

destinations.post("/v1/destinations/:id/replay", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const { id } = await knownDestination(principal, c.req.param("id"), deps);
  const request = parseDestination(await readCommand(c), ReplayRequest);
  await restartDestination(deps.db, id, newGeneration(deps), await startOf(request, null, deps), deps.now() * 1000);
  return c.json(destinationAnswer(await knownDestination(principal, id, deps)), 202);
});

destinations.post("/v1/destinations/:id/retry", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const destination = await knownDestination(principal, c.req.param("id"), deps);
  const { revived, hasMore } = await reviveDeadBatches(deps.db, destination, deps.now() * 1000, limits.batchesRevivedMax);
  await sendBatches(revived, deps);
  return c.json({ destination: destination.id, generation: destination.generation, retried: revived.length, more: hasMore }, 202);
});

/** One that the key may know of. @throws CollectorError `not_found` for any other. */
export async function knownDestination(principal: Principal, id: string, deps: Deps): Promise<Destination> {
  const destination = await findDestination(deps.db, principal.projectId, id);
  if (destination === null) throw new CollectorError("not_found", "There is no such destination.");
  return destination;
}

/** The place in the log behind which a destination begins. */
async function startOf({ from, from_seq: fromSeq }: ReplayRequest, preset: "now" | null, deps: Deps): Promise<number> {
  if ((from === undefined) === (fromSeq === undefined) && (from !== undefined || preset === null))
    throw new CollectorError("bad_request", "Say from where: from, or from_seq.", {
      issues: [{ path: "from", message: "is required, or else from_seq; not both" }],
    });
  const headSeq = await findHead(deps.db);
  if (fromSeq !== undefined) return Math.min(fromSeq, headSeq);
  const start = from ?? preset;
  if (start === "now") return headSeq;
  return typeof start === "number" ? await placeOfTime(deps.db, toMicroseconds(start), headSeq) : 0;
}

function newTarget(request: DestinationRequest, deps: Deps): DestinationTarget {
  const { kind, url = "", secret } = request;
  if (kind === "webhook") return { kind, url: hrefOf(url), secret: secret ?? makeWebhookSecret(deps.randomBytes) };
  if (kind === "r2") return { kind };
  const { endpoint = "", region = "auto", bucket = "", access_key_id: accessKeyId = "", secret_access_key: secretAccessKey = "" } = request;
  return { kind, endpoint: hrefOf(endpoint), region, bucket, accessKeyId, secretAccessKey };
}

function changed(before: Destination, change: DestinationChange, nowUs: number): Destination {
  const { selection, target } = before;
  return {
    ...before,
    label: change.label === undefined ? before.label : change.label,
    isPaused: change.paused ?? before.isPaused,
    selection: {
      format: change.format ?? selection.format,
      content: change.content ?? selection.content,
      projectId: selection.projectId,
      environment: change.environment === undefined ? selection.environment : change.environment,
      prefix: change.prefix ?? selection.prefix,
    },
    target: changedTarget(target, change),
    updatedUs: nowUs,
  };
}

function changedTarget(target: DestinationTarget, change: DestinationChange): DestinationTarget {
  const { kind } = target;
  if (kind === "r2") return target;
  if (kind === "webhook") return { kind, url: hrefOf(change.url ?? target.url), secret: change.secret ?? target.secret };
  return {
    kind,
    endpoint: hrefOf(change.endpoint ?? target.endpoint),
    region: change.region ?? target.region,
    bucket: change.bucket ?? target.bucket,
    accessKeyId: change.access_key_id ?? target.accessKeyId,
    secretAccessKey: change.secret_access_key ?? target.secretAccessKey,
  };
}

/** The one form of an address that was checked. */
function hrefOf(address: string): string {
  return new URL(address).href;
}

function newGeneration(deps: Deps): string {
  return toHex(deps.randomBytes(6));
}
