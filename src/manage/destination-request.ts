import * as z from "zod";
import { CollectorError, type Issue } from "../errors";
import { checkAddress, checkEndpoint } from "../export/reach/address";
import { isWebhookSecret } from "../export/reach/webhook-signature";
import { limits } from "../limits";
import { Id } from "../model/id";
import { issuesOf } from "../model/issues";
import type { JsonObject } from "../model/json";
import { columnText } from "../model/name";
import { sortKeys } from "../model/own-keys";
import { Moment } from "../model/time";

const name = columnText(limits.nameCharsMax).min(1);
/** Printable ASCII: it goes into headers and signatures. */
const credential = z.string().regex(/^[\x21-\x7e]{1,1024}$/, "must be 1–1024 printable ASCII characters without spaces");

/** What of the log goes out. */
const selectionFields = {
  project_id: Id.nullable().describe("The one project; null is all"),
  environment: name.nullable().describe("The one environment; null is all"),
  format: z.enum(["ndjson", "parquet"]).describe("Of the objects; a webhook gets NDJSON"),
  content: z.enum(["full", "metadata_only"]).describe("metadata_only leaves out what was said in a call"),
  prefix: z
    .string()
    .regex(
      new RegExp(`^(?:[A-Za-z0-9!_'()=-][A-Za-z0-9!_.'()=-]*/){0,16}$`),
      "must be empty, or names of A–Z a–z 0–9 ! _ . ' ( ) = - with a slash behind each",
    )
    .max(limits.prefixCharsMax)
    .describe("What the keys of the objects begin with"),
};

/** How it is reached: which of these there are is decided by its kind. */
const targetFields = {
  endpoint: z.string().describe("s3: https://…, without the bucket"),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, "must be a region such as eu-central-1, or auto")
    .describe("s3"),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be a bucket's name")
    .describe("s3"),
  access_key_id: credential.describe("s3"),
  secret_access_key: credential.describe("s3; never read back"),
  url: z.string().describe("webhook: https://…"),
  secret: z
    .string()
    .refine(isWebhookSecret, "must be whsec_ and the base64 of 24 to 64 bytes")
    .describe("webhook; made where it is absent, shown once, never read back"),
};

const ownFields = { label: columnText(limits.labelCharsMax).nullable(), paused: z.boolean() };

const place = {
  from: z.union([z.literal("now"), z.literal("beginning"), Moment]).describe("now, beginning, or a time: Unix seconds or ISO 8601"),
  from_seq: z.int().min(0).describe("A place in the log instead: what comes behind it goes out"),
};

/** The body of `POST /v1/destinations`. */
export const DestinationRequest = z.strictObject({
  kind: z.enum(["r2", "s3", "webhook"]),
  ...z.strictObject({ ...ownFields, ...selectionFields, ...targetFields, ...place }).partial().shape,
});
export type DestinationRequest = z.infer<typeof DestinationRequest>;

/**
 * The body of `PATCH /v1/destinations/{id}`: what is absent stays. Its project is for good: a key of another would see in its
 * batches what was exported before.
 */
export const DestinationChange = z
  .strictObject({ ...ownFields, ...selectionFields, ...targetFields })
  .omit({ project_id: true })
  .partial();
export type DestinationChange = z.infer<typeof DestinationChange>;

/** The body of `POST /v1/destinations/{id}/replay`. */
export const ReplayRequest = z.strictObject(place).partial();
export type ReplayRequest = z.infer<typeof ReplayRequest>;

const knownNames = Object.fromEntries(Object.keys(DestinationRequest.shape).map((known): [string, string[]] => [known, []]));

/**
 * A command about a destination, in either spelling of its keys. Null is a value here: it takes away what there was.
 * @throws CollectorError `bad_request` naming each field that is wrong.
 */
export function parseDestination<Schema extends z.ZodType>(body: JsonObject, schema: Schema): z.output<Schema> {
  const issues: Issue[] = [];
  const nulls = Object.keys(body).filter((key) => body[key] === null);
  const cleared = sortKeys(Object.fromEntries(nulls.map((key) => [key, true])), knownNames, "", issues);
  const given = sortKeys(body, knownNames, "", issues);
  const names = [...Object.keys(cleared.known), ...Object.keys(cleared.unknown)];
  for (const twice of names.filter((key) => key in given.known)) issues.push({ path: twice, message: "is there twice; send one" });
  const parsed = schema.safeParse({ ...Object.fromEntries(names.map((key) => [key, null])), ...given.known, ...given.unknown });
  if (!parsed.success) issues.push(...issuesOf(parsed.error));
  if (!parsed.success || issues.length > 0) throw notValid(issues);
  return parsed.data;
}

/** Which fields each kind has beside those of all; `true` must be there. */
const fieldsOf = {
  r2: { prefix: false, format: false },
  s3: { prefix: false, format: false, endpoint: true, region: false, bucket: true, access_key_id: true, secret_access_key: true },
  webhook: { url: true, secret: false },
} as const;

/**
 * Checks that a command names what its kind has, and an address that may be sent to.
 * @throws CollectorError `bad_request` naming the fields.
 */
export function checkTarget(kind: keyof typeof fieldsOf, given: DestinationChange, isNew: boolean, allowsLocal: boolean): void {
  const fields: Record<string, boolean> = fieldsOf[kind];
  const specific = [...Object.keys(targetFields), "prefix", "format"];
  const issues: Issue[] = [];
  for (const field of specific) {
    const isGiven = given[field as keyof DestinationChange] !== undefined;
    if (isGiven && fields[field] === undefined) issues.push({ path: field, message: `is not for a destination of kind ${kind}` });
    if (isNew && !isGiven && fields[field] === true) issues.push({ path: field, message: `is required for kind ${kind}` });
  }
  for (const field of ["endpoint", "url"] as const) {
    const address = given[field];
    if (address !== undefined && fields[field] !== undefined) issues.push(...addressIssues(field, address, allowsLocal));
  }
  if (issues.length > 0) throw notValid(issues);
}

function addressIssues(path: string, address: string, allowsLocal: boolean): Issue[] {
  try {
    (path === "endpoint" ? checkEndpoint : checkAddress)(address, allowsLocal);
    return [];
  } catch (thrown) {
    if (thrown instanceof CollectorError && thrown.code === "bad_request") return [{ path, message: thrown.message }];
    throw thrown;
  }
}

function notValid(issues: Issue[]): CollectorError {
  return new CollectorError("bad_request", "The destination is not valid.", { issues });
}
