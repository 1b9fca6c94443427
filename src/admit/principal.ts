import type { Context } from "hono";
import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { boundDatabase } from "../keep/bound-database";
import { callGently } from "../keep/pressure";
import { limits } from "../limits";
import { logEvent } from "../log";
import { type Key, type Principal, type Scope, scopes } from "../model/key";
import { sha256HexOfShort } from "../model/sha256";
import { toIso } from "../model/time";
import { findKey } from "../store/keys";
import { cookieKey } from "./key-cookie";
import { parseKeyText } from "./key-text";
import { isOriginAllowed } from "./origin";
import { checkRate } from "./rate";

/** What admission reads of a request, and where it notes who asks. */
interface Request extends Pick<Context, "req"> {
  set: { (name: "principal", value: Principal): void; (name: "bodyBytesMax", value: number): void };
}

interface CachedKey {
  found: { key: Key; secretSha256: string } | null;
  /** When it was looked up. */
  readMs: number;
}

/** What a key is bound by. */
type Bounds = Pick<Key, "origins" | "rateTier" | "bodyBytesMax" | "expiresUs">;

/** Who asks, and what he is bound by. */
interface Admitted {
  principal: Principal;
  bounds: Bounds;
}

// A cache alone: bounded, and a new isolate starts without it. Kept apart by database, as tests and shards are.
const cache = new WeakMap<D1Database, KeyCache>();

/** Ids that are no key's are kept apart: whoever makes some up pushes no real key out. */
interface KeyCache {
  keys: Map<string, CachedKey>;
  misses: Map<string, CachedKey>;
}

/**
 * Says who asks and that he may: before a byte of the body is read.
 * @throws CollectorError `unauthorized` for no key or a bad one; `forbidden` where the key or its origin may not.
 */
export async function admit(c: Request, deps: Deps, allowed: Scope[]): Promise<Principal> {
  return (await admitKey(showKey(shownKey(c)), c, deps, allowed)).principal;
}

/**
 * As `admit`, of whoever sends recordings: his key may be one that sends no more than so many posts.
 * @throws CollectorError also `rate_limited`.
 */
export async function admitSender(c: Request, deps: Deps): Promise<Principal> {
  return await withinRate(await admitKey(showKey(shownKey(c)), c, deps, senders), deps);
}

/**
 * As `admitSender`, where the key may stand in the address, as `?key=`: a page's alone, for addresses are kept in logs and
 * histories, and a secret would leak there.
 */
export async function admitSenderByAddress(c: Request, deps: Deps): Promise<Principal> {
  return await withinRate(await admitByAddress(c, deps, senders), deps);
}

/** As `admit`, of whoever asks what his key is bound by, which may stand in the address: null where none was shown. */
export async function admitAsking(c: Request, deps: Deps): Promise<{ principal: Principal; bounds: Bounds } | null> {
  const isShown = c.req.query("key") !== undefined || c.req.header("Authorization") !== undefined;
  return isShown ? await admitByAddress(c, deps, [...scopes]) : null;
}

/** Bytes of a post's body that a key may send, unpacked. */
export function bodyBytesMaxOf({ scope, bodyBytesMax }: Pick<Key, "scope" | "bodyBytesMax">): number {
  return bodyBytesMax ?? (scope === "browser" ? limits.browserBodyBytesMax : limits.bodyBytesMax);
}

/** As `admit`, of a key that was typed into the collector's own page. */
export async function admitTyped(keyText: string, c: Request, deps: Deps): Promise<Principal> {
  return (await admitKey(showKey(keyText), c, deps, ["read", "admin"])).principal;
}

/** As `admit`, and the key must be for the whole collector: what is asked for holds every project's data. */
export async function admitToAll(c: Request, deps: Deps, allowed: Scope[]): Promise<void> {
  const principal = await admit(c, deps, allowed);
  if (principal.projectId !== null) {
    throw new CollectorError("forbidden", "A key of one project may not do this: it concerns the data of all.");
  }
}

/** Forgets a key in this isolate, so that a revocation counts here at once and elsewhere within the cache's time. */
export function forgetKey(deps: Deps, id: string): void {
  cache.get(deps.db)?.keys.delete(id);
}

/**
 * The project that a request is about: the one named, or the key's own.
 * @throws CollectorError `bad_request` where neither names one; `not_found` for another project than the key's.
 */
export function projectOf(principal: Principal, named: string | undefined | null): string {
  const projectId = named ?? principal.projectId;
  if (projectId === null) {
    throw new CollectorError("bad_request", "Name the project: this key is for all of them.", {
      issues: [{ path: "project_id", message: "is required with a key of all projects" }],
    });
  }
  if (principal.projectId !== null && projectId !== principal.projectId) {
    throw new CollectorError("not_found", "There is no such project for this key.");
  }
  return projectId;
}

/** A key as it was shown, with its digest, which a request makes once. */
interface ShownKey {
  keyText: string;
  sha256: string;
}

function showKey(keyText: string): ShownKey {
  return { keyText, sha256: sha256HexOfShort(keyText) };
}

/** ADMIN_KEY, as the last request had it. */
let own: ShownKey | null = null;

/** What a program sends, or else what a browser does for the collector's own pages. */
function shownKey(c: Request): string {
  const header = c.req.header("Authorization");
  const token = header === undefined ? cookieKey(c) : /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (token === undefined) throw new CollectorError("unauthorized", "Send a key: Authorization: Bearer <key>.");
  return token;
}

const senders: Scope[] = ["ingest", "browser", "admin"];

async function withinRate({ principal, bounds }: Admitted, deps: Deps): Promise<Principal> {
  if (principal.keyId !== null && bounds.rateTier !== null) await checkRate(principal.keyId, bounds.rateTier, deps);
  return principal;
}

async function admitByAddress(c: Request, deps: Deps, allowed: Scope[]): Promise<Admitted> {
  const shown = (c.req.queries("key") ?? []).map(showKey);
  for (const key of shown) checkPublic(key, deps);
  const key = c.req.header("Authorization") === undefined ? shown.find(({ keyText }) => keyText !== "") : undefined;
  return await admitKey(key ?? showKey(shownKey(c)), c, deps, allowed);
}

/** @throws CollectorError `forbidden` for a secret key in an address, known here or not: it is read there by others. */
function checkPublic(key: ShownKey, deps: Deps): void {
  const isSecret = scopes.some((scope) => scope !== "browser" && key.keyText.startsWith(`ac_${scope}_`)) || isAdminKey(key, deps);
  if (!isSecret) return;
  throw new CollectorError(
    "forbidden",
    "Only a browser key may stand in an address, which logs and histories keep. Revoke this one, and send another as Authorization: Bearer <key>.",
  );
}

async function admitKey(key: ShownKey, c: Request, deps: Deps, allowed: Scope[]): Promise<Admitted> {
  const { principal, bounds } = isAdminKey(key, deps) ? ownKey : await admittedByKey(key, deps);
  c.set("principal", principal);
  c.set("bodyBytesMax", bodyBytesMaxOf({ scope: principal.scope, bodyBytesMax: bounds.bodyBytesMax }));
  if (!allowed.includes(principal.scope)) {
    throw new CollectorError("forbidden", `A key of scope ${principal.scope} may not do this; it takes ${allowed.join(" or ")}.`);
  }
  checkOrigin(c, principal.scope, bounds.origins);
  return { principal, bounds };
}

/** ADMIN_KEY, which is in no table. */
const ownKey: Admitted = {
  principal: { keyId: null, scope: "admin", projectId: null },
  bounds: { origins: [], rateTier: null, bodyBytesMax: null, expiresUs: null },
};

/** Digests are compared, not the keys: how long that takes tells nothing about the key. */
function isAdminKey({ sha256 }: ShownKey, { adminKey }: Deps): boolean {
  if (adminKey === null)
    throw new CollectorError("unauthorized", "This collector has no ADMIN_KEY yet, so it admits nobody. Set the secret.");
  if (own?.keyText !== adminKey) own = showKey(adminKey);
  return sha256 === own.sha256;
}

async function admittedByKey({ keyText, sha256 }: ShownKey, deps: Deps): Promise<Admitted> {
  const parts = parseKeyText(keyText);
  const found = parts === null ? null : await lookUp(parts.id, deps);
  if (found === null || found.secretSha256 !== sha256) {
    throw new CollectorError("unauthorized", "This key is unknown or was revoked.");
  }
  const { id, scope, projectId, ...bounds } = found.key;
  // By the clock, whatever the age of what is known of the key.
  if (bounds.expiresUs !== null && bounds.expiresUs <= deps.now() * 1000) {
    throw new CollectorError("unauthorized", `This key expired at ${toIso(bounds.expiresUs)}.`);
  }
  return { principal: { keyId: id, scope, projectId }, bounds };
}

async function lookUp(id: string, deps: Deps): Promise<CachedKey["found"]> {
  const { keys, misses } = cache.get(deps.db) ?? { keys: new Map<string, CachedKey>(), misses: new Map<string, CachedKey>() };
  cache.set(deps.db, { keys, misses });
  const cached = keys.get(id) ?? misses.get(id);
  if (cached !== undefined && isYoung(cached, limits.keyCacheSeconds, deps)) return cached.found;
  const found = await findInTime(id, deps).catch((thrown: unknown) => {
    const known = keys.get(id);
    if (!toCollectorError(thrown).retryable || known === undefined || !isYoung(known, limits.keyGraceSeconds, deps)) throw thrown;
    logEvent("key_believed", { key: id, seconds: Math.round((deps.now() - known.readMs) / 1000) });
    return undefined;
  });
  // Its age stays what it was: D1 is asked again the next time.
  if (found === undefined) return cached?.found ?? null;
  keys.delete(id);
  const entries = found === null ? misses : keys;
  const oldest = entries.keys().next();
  if (entries.size >= limits.keyCacheEntries && !oldest.done) entries.delete(oldest.value);
  entries.set(id, { found, readMs: deps.now() });
  return found;
}

/** Nobody waits for a database that is known not to answer. */
async function findInTime(id: string, deps: Deps): Promise<CachedKey["found"]> {
  const find = async () => await findKey(boundDatabase(deps.db, limits.keyTimeoutMs), id);
  return await callGently(deps.db, find, deps);
}

function isYoung({ readMs }: CachedKey, seconds: number, deps: Deps): boolean {
  return deps.now() < readMs + seconds * 1000;
}

/** A browser key is public, and its origins are what it is bound by; a secret key in a foreign page has leaked. */
function checkOrigin(c: Request, scope: Scope, origins: string[]): void {
  const origin = c.req.header("Origin");
  if (scope === "browser") {
    if (origin === undefined) throw new CollectorError("forbidden", "A browser key is for pages: the request has no Origin.");
    if (!isOriginAllowed(origin, origins))
      throw new CollectorError("forbidden", "This browser key is not for this origin. Make one that names it: POST /v1/keys.");
    return;
  }
  if (origin !== undefined && origin !== new URL(c.req.url).origin) {
    throw new CollectorError(
      "forbidden",
      "A secret key came from a web page, where everybody can read it. Revoke it and use a browser key there.",
    );
  }
}
