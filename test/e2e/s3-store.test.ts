import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import S3rver from "s3rver";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NewObject } from "../../src/export/reach/object-store";
import type { OutsideDeps } from "../../src/export/reach/outside-call";
import { s3Store } from "../../src/export/reach/s3-store";
import type { S3Target } from "../../src/model/destination";
import { sha256Hex } from "../../src/model/sha256";

const bucket = "exports-bucket";
const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER", region: "us-east-1" };
const deps: OutsideDeps = {
  fetch: async (request, init) => await fetch(request, init),
  now: () => Date.now(),
  allowsLocalDestinations: true,
};

let folder: string;
let server: S3rver;
let target: S3Target;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-s3-"));
  server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
  const { port } = await server.run();
  target = { kind: "s3", endpoint: `http://127.0.0.1:${port}`, bucket, ...credentials };
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test("an object is put, listed, and read back byte by byte, under exactly its key", async () => {
  const keys = [
    "exports/default/project=a%3Ab%40c/date=2026-01-31/000-500.parquet",
    "exports/default/project=%25/date=2026-01-31/+ &?#=;,'()!*~.ndjson.gz",
    "exports/default/project=plain/date=2026-02-01/manifest.json",
  ];
  const store = s3Store(target, deps);
  for (const key of keys) {
    expect(await store.head(key)).toBeNull();
    expect(await store.put(key, await newObject(`bytes of ${key}`))).toBe("made");
    expect((await store.head(key))?.bytes).toBe(`bytes of ${key}`.length);
    expect(await readObject(key)).toBe(`bytes of ${key}`);
  }
  expect((await listKeys()).toSorted()).toEqual(keys.toSorted());
});

test("bytes and metadata come back as they were put", async () => {
  const store = s3Store(target, deps);
  const metadata = { batch: "default.1f0a.0-500", rows: "500", sha256: "ab".repeat(32), schema_version: "1" };
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  const object = { bytes, sha256: await sha256Hex(bytes), contentType: "application/vnd.apache.parquet", metadata };
  await store.put("binary/object", object);
  expect(await store.head("binary/object")).toEqual({ bytes: bytes.length, metadata });
  const response = await ask("/binary/object");
  expect(response.headers.get("Content-Type")).toBe("application/vnd.apache.parquet");
  expect(await sha256Hex(new Uint8Array(await response.arrayBuffer()))).toBe(object.sha256);
});

test("s3rver, which does not know If-None-Match, overwrites: before such a store the look beforehand is the guard", async () => {
  const store = s3Store(target, deps);
  expect(await store.put("twice", await newObject("first"))).toBe("made");
  expect(await store.head("twice")).toEqual({ bytes: 5, metadata: { rows: "1" } });
  expect(await store.put("twice", await newObject("second"))).toBe("made");
  expect(await readObject("twice")).toBe("second");
});

test("a bucket that is not there is found out by the put, with the store's own words", async () => {
  const store = s3Store({ ...target, bucket: "no-such-bucket" }, deps);
  expect(await store.head("a")).toBeNull();
  await expect(store.put("a", await newObject("a"))).rejects.toMatchObject({
    code: "refused",
    message: expect.stringMatching(/answered 404: NoSuchBucket The specified bucket does not exist/),
  });
});

async function newObject(text: string): Promise<NewObject> {
  const bytes = Uint8Array.from(new TextEncoder().encode(text));
  return { bytes, sha256: await sha256Hex(bytes), contentType: "application/gzip", metadata: { rows: "1" } };
}

async function readObject(key: string): Promise<string> {
  return await (await ask(`/${key.split("/").map(encodeURIComponent).join("/")}`)).text();
}

async function listKeys(): Promise<string[]> {
  const xml = await (await ask("?list-type=2&prefix=exports")).text();
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key.replaceAll("&#x27;", "'").replaceAll("&amp;", "&"));
}

/** The server's own API, past the store under test. */
async function ask(path: string): Promise<Response> {
  const client = new AwsClient({ ...credentials, service: "s3" });
  return await fetch(await client.sign(`${target.endpoint}/${bucket}${path}`));
}
