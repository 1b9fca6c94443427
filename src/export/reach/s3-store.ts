import { AwsClient } from "aws4fetch";
import { CollectorError } from "../../errors";
import { limits } from "../../limits";
import type { S3Target } from "../../model/destination";
import { sha256Hex } from "../../model/sha256";
import type { NewObject, ObjectStore } from "./object-store";
import { callOutside, type OutsideAnswer, type OutsideDeps } from "./outside-call";

/**
 * A bucket behind S3's API, at `<endpoint>/<bucket>/<key>`. Its credentials need s3:PutObject and s3:GetObject.
 *
 * `head` answers null for 404, and for 301, 400 and 403 too: without s3:ListBucket a missing key is 403, and a HEAD has no
 * body that says why. The put that follows is refused with the reason, where there is one.
 *
 * `put` is create-once where the store knows `If-None-Match`. Some do not and overwrite, some answer 501, upon which it is
 * put without: before such a store the caller's `head` is the only guard.
 */
export function s3Store(target: S3Target, deps: OutsideDeps): ObjectStore {
  const { accessKeyId, secretAccessKey, region } = target;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3" });
  const send: Send = async (key, { method, headers, body, answers }) => {
    const datetime = new Date(deps.now()).toISOString().replaceAll(/[:-]|\.\d+/g, "");
    const request = await client.sign(objectUrl(target, key), { method, headers, body: body ?? null, aws: { datetime } });
    return await callOutside(request, deps, { timeoutMs: limits.objectStoreTimeoutMs, answers, passing });
  };
  return {
    put: async (key, object) => await putObject(key, object, send),
    head: async (key) => {
      const answer = await headObject(key, send);
      return isOk(answer) ? { bytes: readLength(answer.headers), metadata: readMetadata(answer.headers) } : null;
    },
  };
}

interface S3Call {
  method: "PUT" | "HEAD";
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
  answers: readonly number[];
}

type Send = (key: string, call: S3Call) => Promise<OutsideAnswer>;

/** Errors of S3 that its own clients try again: an upload that was too slow (400), and a bucket whose name is new (307). */
const passing = /<Code>(RequestTimeout|TemporaryRedirect)<\/Code>/;
const metadataPrefix = "x-amz-meta-";

async function putObject(key: string, { bytes, sha256, contentType, metadata }: NewObject, send: Send): Promise<"made" | "exists"> {
  const headers = { "Content-Type": contentType, "X-Amz-Content-Sha256": sha256, ...writeMetadata(metadata) };
  const put = { method: "PUT", body: bytes } as const;
  const answer = await send(key, { ...put, headers: { ...headers, "If-None-Match": "*" }, answers: [409, 412, 501] });
  if (isOk(answer)) return "made";
  if (answer.status === 501) {
    await send(key, { ...put, headers, answers: [] });
    return "made";
  }
  return await findConflicting(key, send);
}

/** 412 says that the key is taken. 409 says that another writes it right now, and either may have been first. */
async function findConflicting(key: string, send: Send): Promise<"exists"> {
  const found = await headObject(key, send);
  if (isOk(found)) return "exists";
  if (found.status === 403)
    throw new CollectorError("refused", "The object exists and may not be read. The credentials need s3:GetObject.");
  throw new CollectorError("unavailable", "The object is being written or was removed at this moment.", { isOutside: true });
}

async function headObject(key: string, send: Send): Promise<OutsideAnswer> {
  const headers = { "X-Amz-Content-Sha256": await sha256Hex("") };
  return await send(key, { method: "HEAD", headers, answers: [301, 400, 403, 404] });
}

function isOk({ status }: OutsideAnswer): boolean {
  return status >= 200 && status < 300;
}

/**
 * The key is encoded once more, percent signs and all that S3 signs encoded, so that it arrives as it is.
 * @throws CollectorError `refused` for a key with a part `.` or `..`, which every URL parser folds away.
 */
function objectUrl({ endpoint, bucket }: S3Target, key: string): string {
  const parts = [bucket, ...key.split("/")];
  if (parts.some((part) => part === "." || part === "..")) throw new CollectorError("refused", "A part of the object's key is . or ..");
  const path = parts.map((part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, encodeCharacter)).join("/");
  return `${endpoint.replace(/\/+$/, "")}/${path}`;
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Underscores travel as hyphens: proxies drop headers with underscores in their names. */
function writeMetadata(metadata: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [metadataPrefix + name.replaceAll("_", "-"), value]));
}

function readMetadata(headers: Headers): Record<string, string> {
  const own = [...headers].filter(([name]) => name.startsWith(metadataPrefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(metadataPrefix.length).replaceAll("-", "_"), value]));
}

function readLength(headers: Headers): number {
  const length = headers.get("Content-Length");
  if (length === null) throw new CollectorError("refused", "The object store does not say how long an object is.");
  return Number(length);
}
