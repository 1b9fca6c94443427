import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsClient } from "aws4fetch";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { NewObject } from "../../../src/export/reach/object-store";
import { s3Store } from "../../../src/export/reach/s3-store";
import type { S3Target } from "../../../src/model/destination";
import { sha256Hex } from "../../../src/model/sha256";

const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const target: S3Target = {
  kind: "s3",
  endpoint: "https://s3.eu-central-1.amazonaws.com",
  region: "eu-central-1",
  bucket: "logs",
  ...credentials,
};
const nowMs = Date.UTC(2026, 0, 31, 23, 59, 59, 7);
const keys = [
  "exports/default/project=a%3Ab%40c/date=2026-01-31/000-500.parquet",
  "plain",
  "a b+c&d=e;f,g:h@i$j!k'l(m)n*o~p",
  "100%/%25/%2F/%/%zz",
  "a//b/",
  "#hash?query=1",
  '[brackets]{braces}|pipe\\back^caret`tick"quote<angle>',
];

test.each(keys)("put and head of %j are signed as AWS's own library signs them, at the time of the clock", async (key) => {
  const { put, head } = await requestsFor(key, target);
  for (const request of [put, head]) {
    expect(request.headers.get("X-Amz-Date")).toBe("20260131T235959Z");
    expect(request.headers.get("Authorization")).toBe(await signedBySmithy(request, key, "/logs"));
  }
  expect(put).toMatchObject({ method: "PUT" });
  expect(put.headers.get("If-None-Match")).toBe("*");
  expect(put.headers.get("Content-Type")).toBe("application/vnd.apache.parquet");
  expect(put.headers.get("X-Amz-Content-Sha256")).toBe(await sha256Hex("content"));
  expect(put.headers.get("X-Amz-Meta-Schema-Version")).toBe("1");
  expect(put.headers.get("Authorization")).toContain(
    "SignedHeaders=host;if-none-match;x-amz-content-sha256;x-amz-date;x-amz-meta-batch;x-amz-meta-schema-version",
  );
  expect(await put.text()).toBe("content");
  expect(head).toMatchObject({ method: "HEAD", body: null });
});

test("any key of visible ASCII arrives as itself, signed as AWS's own library signs it", async () => {
  const part = fc.stringMatching(/^[ -.0-~]{1,20}$/).filter((text) => text !== "." && text !== "..");
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 4 }), async (parts) => {
      const key = parts.join("/");
      const { put } = await requestsFor(key, target);
      expect(decodeURIComponent(new URL(put.url).pathname)).toBe(`/logs/${key}`);
      expect(put.headers.get("Authorization")).toBe(await signedBySmithy(put, key, "/logs"));
    }),
  );
});

test("an endpoint's own path and port are signed with it, and its last slash is not doubled", async () => {
  for (const endpoint of ["https://project.supabase.co:8443/storage/v1/s3", "https://project.supabase.co:8443/storage/v1/s3/"]) {
    const { put } = await requestsFor("a%3Ab/c", { ...target, endpoint });
    expect(put.url).toBe("https://project.supabase.co:8443/storage/v1/s3/logs/a%253Ab/c");
    expect(put.headers.get("Authorization")).toBe(await signedBySmithy(put, "a%3Ab/c", "/storage/v1/s3/logs"));
  }
});

test("a key that URL parsers would fold is refused, not written elsewhere", async () => {
  for (const key of ["a/../b", "..", "./a", "a/."]) await expect(requestsFor(key, target)).rejects.toMatchObject({ code: "refused" });
});

/** Signature Version 4 for S3, "Authenticating Requests: Using the Authorization Header", examples GET Object and PUT Object. */
test("the library that signs here, and the one it is compared with, give AWS's published signatures", async () => {
  const published = [
    {
      method: "GET",
      path: "/test.txt",
      body: "",
      headers: { range: "bytes=0-9" },
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    {
      method: "PUT",
      path: "/test$file.text",
      body: "Welcome to Amazon S3.",
      headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
  ];
  const hostname = "examplebucket.s3.amazonaws.com";
  for (const { method, path, body, headers: given, signature } of published) {
    const headers = { ...given, "x-amz-content-sha256": await sha256Hex(body) };
    const client = new AwsClient({ ...credentials, region: "us-east-1", service: "s3" });
    const init = { method, headers, body: body === "" ? null : new TextEncoder().encode(body) };
    const signed = await client.sign(`https://${hostname}${path}`, { ...init, aws: { datetime: "20130524T000000Z", allHeaders: true } });
    expect(signed.headers.get("Authorization")).toContain(`Signature=${signature}`);
    // Smithy's makes the date itself, and takes one that is given away: of the two examples it can sign the first.
    if (method === "PUT") continue;
    const request = { method, protocol: "https:", hostname, path, headers: { host: hostname, ...headers } };
    const other = await signer("us-east-1").sign(request, { signingDate: new Date("2013-05-24T00:00:00Z") });
    expect(other.headers["authorization"]).toContain(`Signature=${signature}`);
  }
});

/** What a store sends for one put and one head. */
async function requestsFor(key: string, at: S3Target): Promise<{ put: Request; head: Request }> {
  const sent: Request[] = [];
  const fetch = async (request: Request) => {
    sent.push(request);
    return new Response(null, { headers: { "Content-Length": "7" } });
  };
  const store = s3Store(at, { fetch, now: () => nowMs, allowsLocalDestinations: false });
  const bytes = Uint8Array.from(new TextEncoder().encode("content"));
  const metadata = { batch: "default.1f0a.0-500", schema_version: "1" };
  const object: NewObject = { bytes, sha256: await sha256Hex(bytes), contentType: "application/vnd.apache.parquet", metadata };
  expect(await store.put(key, object)).toBe("made");
  expect(await store.head(key)).toEqual({ bytes: 7, metadata: {} });
  const [put, head] = sent;
  if (put === undefined || head === undefined) throw new Error("nothing was sent");
  return { put, head };
}

/** The header that AWS's own library puts on a request with these headers, for the key as it is meant. */
async function signedBySmithy(request: Request, key: string, base: string): Promise<string | undefined> {
  const { host, hostname } = new URL(request.url);
  const { authorization: _, ...headers } = Object.fromEntries(request.headers);
  const path = `${base}/${key}`.split("/").map(encodeStrictly).join("/");
  const whole = { method: request.method, protocol: "https:", hostname, path, headers: { ...headers, host } };
  const options = { signingDate: new Date(nowMs), unsignableHeaders: new Set(["content-type", "user-agent"]) };
  return (await signer("eu-central-1").sign(whole, options)).headers["authorization"];
}

function signer(region: string): SignatureV4 {
  return new SignatureV4({ credentials, region, service: "s3", sha256: Sha256, uriEscapePath: false, applyChecksum: false });
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
