import { Hono } from "hono";
import * as z from "zod";
import { readCommand } from "../admit/body";
import { makeKeyText } from "../admit/key-text";
import { OriginPattern } from "../admit/origin";
import { PageByIdQuery, readQuery } from "../admit/query-string";
import { admit, bodyBytesMaxOf, forgetKey, projectOf } from "../admit/principal";
import type { Deps, Http } from "../env";
import { CollectorError, type Issue } from "../errors";
import { limits } from "../limits";
import { Id } from "../model/id";
import { issuesOf } from "../model/issues";
import { type Key, type Principal, rateTiers, scopes } from "../model/key";
import type { JsonObject } from "../model/json";
import { columnText } from "../model/name";
import { sortKeys } from "../model/own-keys";
import { sha256Hex } from "../model/sha256";
import { Moment, toIso, toMicroseconds } from "../model/time";
import { insertKey, listKeys, revokeKey } from "../store/keys";

/** `/v1/keys`: who may do what. A key of one project manages that project's keys alone. */
export const keys = new Hono<Http>();

/** The body of `POST /v1/keys`. */
export const KeyRequest = z
  .strictObject({
    scope: z.enum(scopes, `must be one of ${scopes.join(", ")}`),
    project_id: Id.nullish().describe("The one project; absent or null is all"),
    origins: z.array(OriginPattern).max(limits.originsMax).default([]).describe("Where a browser key may come from"),
    label: columnText(limits.labelCharsMax).nullish(),
    rate_tier: z
      .enum(rateTiers, `must be one of ${rateTiers.join(", ")}, or null`)
      .nullish()
      .describe("How many posts it may send; absent or null is any number"),
    body_bytes_max: z
      .int()
      .min(limits.keyBodyBytesMin)
      .max(limits.bodyBytesMax)
      .nullish()
      .describe(
        `Bytes of a post's body, unpacked; absent or null is ${limits.browserBodyBytesMax} for a browser key, and the most for others`,
      ),
    expires_at: Moment.nullish().describe("From when on it admits nobody: ISO 8601 or Unix seconds; absent or null is never"),
  })
  .refine(({ scope, origins }) => (scope === "browser") === origins.length > 0, {
    path: ["origins"],
    message: "are required for a browser key (at least one), and for no other",
  });

const keyNames = { scope: [], project_id: [], origins: [], label: [], rate_tier: [], body_bytes_max: [], expires_at: [] };

keys.post("/v1/keys", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const { key, keyText } = await makeKey(await readCommand(c), principal, deps);
  return c.json({ ...keyAnswer(key), key: keyText }, 201);
});

keys.get("/v1/keys", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  const { limit, cursor } = readQuery(c, PageByIdQuery);
  const { rows, nextCursor } = await listKeys(deps.db, principal.projectId, limit, cursor);
  return c.json({ keys: rows.map(keyAnswer), next_cursor: nextCursor });
});

keys.delete("/v1/keys/:id", async (c) => {
  const { deps } = c.var;
  const principal = await admit(c, deps, ["admin"]);
  await endKey(c.req.param("id"), principal, deps);
  return c.body(null, 204);
});

/**
 * Makes a key. Its text is told here, and nowhere again.
 * @throws CollectorError `bad_request` naming what is wrong with the request; `not_found` for another project than the principal's.
 */
export async function makeKey(request: JsonObject, principal: Principal, deps: Deps): Promise<{ key: Key; keyText: string }> {
  const issues: Issue[] = [];
  // A key that was asked for in words that are not understood may not become a wider one.
  const { known, unknown } = sortKeys(request, keyNames, "", issues);
  const parsed = KeyRequest.safeParse({ ...known, ...unknown });
  if (!parsed.success) issues.push(...issuesOf(parsed.error));
  const expiresUs = parsed.data?.expires_at == null ? null : toMicroseconds(parsed.data.expires_at);
  if (expiresUs !== null && expiresUs <= deps.now() * 1000) issues.push({ path: "expires_at", message: "must be in the future" });
  if (!parsed.success || issues.length > 0) throw new CollectorError("bad_request", "The key is not valid.", { issues });
  const { scope, origins, label } = parsed.data;
  const { id, keyText } = makeKeyText(scope, deps.randomBytes);
  const key: Key = {
    id,
    scope,
    origins,
    projectId: keyProject(principal, parsed.data.project_id ?? null),
    label: label ?? null,
    rateTier: parsed.data.rate_tier ?? null,
    bodyBytesMax: parsed.data.body_bytes_max ?? null,
    expiresUs,
    createdUs: deps.now() * 1000,
    revokedUs: null,
  };
  await insertKey(deps.db, key, await sha256Hex(keyText));
  return { key, keyText };
}

/** Revokes a key. @throws CollectorError `not_found` where there is none that the principal may know of. */
export async function endKey(id: string, principal: Principal, deps: Deps): Promise<void> {
  if (!(await revokeKey(deps.db, principal.projectId, id, deps.now() * 1000)))
    throw new CollectorError("not_found", "There is no such key.");
  forgetKey(deps, id);
}

/** A key of one project makes keys of that project alone. */
function keyProject(principal: Principal, named: string | null): string | null {
  return principal.projectId === null ? named : projectOf(principal, named);
}

function keyAnswer(key: Key): JsonObject {
  return {
    id: key.id,
    scope: key.scope,
    project_id: key.projectId,
    origins: key.origins,
    label: key.label,
    rate_tier: key.rateTier,
    body_bytes_max: bodyBytesMaxOf(key),
    expires_at: toIso(key.expiresUs),
    created_at: toIso(key.createdUs),
    revoked_at: toIso(key.revokedUs),
  };
}
