import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import S3rver from "s3rver";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeFolder, query, writeObject } from "../unit/export/duckdb";
import { type InProcessCollector, startInProcess } from "./collector-in-process";

const bucket = "lake-bucket";
const credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER", region: "us-east-1" };
const project = "shop:eu";

let collector: InProcessCollector;
let folder: string;
let server: S3rver;
let port = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-lake-"));
  collector = await startInProcess();
  await startServer();
});
afterAll(async () => {
  await collector.stop();
  await server.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test("a store gets objects and manifest under their keys; what it missed while it was down it gets when it is back", async () => {
  const request = { kind: "s3", endpoint: `http://127.0.0.1:${port}`, bucket, format: "parquet", prefix: "lake/", project_id: project };
  const secrets = { access_key_id: credentials.accessKeyId, secret_access_key: credentials.secretAccessKey, region: credentials.region };
  const { json: made } = await collector.ask("POST", "/v1/destinations", { ...request, ...secrets });
  const path = `/v1/destinations/${String(made["id"])}`;
  await record("one", "two");
  await collector.ask("POST", "/v1/exports");
  const first = await newestBatch(path, "written");
  const base = `lake/${String(made["id"])}/${String(made["generation"])}`;
  const [object] = first["objects"] as Record<string, string>[];
  expect(object?.["key"]).toMatch(new RegExp(`^${base}/project=shop%3Aeu/date=\\d{4}-\\d\\d-\\d\\d/[0-9a-z-]+\\.parquet$`));
  const keys = await listKeys();
  const manifestKey = keys.find((key) => key.startsWith(`${base}/_manifests/`)) ?? "";
  expect(new Set(keys)).toEqual(new Set([manifestKey, object?.["key"]]));
  const bytes = await readObject(object?.["key"] ?? "");
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(object?.["sha256"]);
  expect(JSON.parse(Buffer.from(await readObject(manifestKey)).toString())).toMatchObject({
    batch: first["id"],
    rows: 2,
    objects: first["objects"],
  });

  await server.close();
  await record("three");
  await collector.ask("POST", "/v1/exports");
  const waiting = await vi.waitFor(
    async () => {
      const batch = await newestBatch(path, "cut");
      expect(batch["last_error"]).not.toBeNull();
      return batch;
    },
    { timeout: 40_000, interval: 200 },
  );
  // Under test the network's faults come as a 500 of the harness's own.
  expect(waiting["last_error"]).toMatch(
    new RegExp(`^127\\.0\\.0\\.1:${port} (could not be reached|answered 500: TypeError: fetch failed)`),
  );
  await startServer();
  await collector.ask("PATCH", path, { endpoint: `http://127.0.0.1:${port}` });
  expect(await newestBatch(path, "written")).toMatchObject({ id: waiting["id"], rows: 1, last_error: null });

  const lake = makeFolder();
  const objects = (await listKeys()).filter((key) => key.endsWith(".parquet"));
  for (const key of objects) writeObject(lake, key.slice(base.length + 1), await readObject(key));
  const rows = await query(
    `SELECT id, project, project_id FROM read_parquet('${lake}/**/*.parquet', hive_partitioning = true) ORDER BY seq`,
  );
  expect(rows).toEqual(["one", "two", "three"].map((id) => ({ id, project, project_id: project })));
});

/** The same folder again, so what it held is still there; another port where the first is taken by now. */
async function startServer(): Promise<void> {
  server = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
  ({ port } = await server.run());
}

async function record(...ids: string[]): Promise<void> {
  const items = ids.map((id) => ({ project_id: project, id, all_messages: [{ role: "user", content: `hello ${id}` }] }));
  expect((await collector.ask("POST", "/v1/recordings", items)).status).toBe(200);
}

async function newestBatch(path: string, state: string): Promise<Record<string, unknown>> {
  return await vi.waitFor(
    async () => {
      const { json } = await collector.ask("GET", `${path}/batches?limit=1`);
      expect(json["batches"][0]).toMatchObject({ state });
      return json["batches"][0] as Record<string, unknown>;
    },
    { timeout: 40_000, interval: 200 },
  );
}

async function listKeys(): Promise<string[]> {
  const xml = Buffer.from(await ask("?list-type=2")).toString();
  return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = ""]) => key);
}

async function readObject(key: string): Promise<Uint8Array> {
  return await ask(`/${key.split("/").map(encodeURIComponent).join("/")}`);
}

/** The store's own API, past the collector. */
async function ask(path: string): Promise<Uint8Array> {
  const client = new AwsClient({ ...credentials, service: "s3" });
  const response = await fetch(await client.sign(`http://127.0.0.1:${port}/${bucket}${path}`));
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}
