import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createHash } from "node:crypto";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type InProcessCollector, startInProcess } from "./collector-in-process";
import { mixedRecordings } from "./mixed-recordings";

const total = 10_000;
let collector: InProcessCollector;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "aircheck-exports-"));
  collector = await startInProcess();
});
afterAll(async () => {
  await collector.stop();
  await rm(folder, { recursive: true, force: true });
});

test("10,000 recordings of mixed shape, as Parquet and as NDJSON, are read by DuckDB as D1 has them", async () => {
  const parquet = await collector.ask("POST", "/v1/destinations", { kind: "r2", format: "parquet", label: "lake", from: "beginning" });
  expect(parquet.status).toBe(201);
  for (const post of mixedRecordings(total, 500))
    expect((await collector.ask("POST", "/v1/recordings", post)).json).toMatchObject({ rejected: 0 });
  const gone = await collector.ask("DELETE", "/v1/recordings/mixed-8?project_id=shop%3Aeu");
  expect(gone.status).toBe(204);
  const ids = { ndjson: "default", parquet: parquet.json["id"] as string };
  await collector.ask("POST", "/v1/exports");
  for (const id of Object.values(ids)) await untilDelivered(id);
  for (const [format, id] of Object.entries(ids)) await fetchObjects(id, join(folder, format));

  const expected = await collector.db
    .prepare(
      `SELECT count(*) AS n, count(DISTINCT project_id || ' ' || id) AS ids, sum(prompt_tokens) AS prompt, sum(completion_tokens) AS completion,
       sum(cost_nano_usd) AS nano FROM recordings`,
    )
    .first();
  expect(expected).toMatchObject({ n: total - 1 });
  const duckdb = await (await DuckDBInstance.create()).connect();
  const sources = {
    parquet: `read_parquet('${folder}/parquet/**/*.parquet', hive_partitioning = true)`,
    ndjson: `read_json('${folder}/ndjson/**/*.ndjson.gz', hive_partitioning = true, union_by_name = true, maximum_object_size = 20000000)`,
  };
  for (const [format, source] of Object.entries(sources)) {
    const tokens = format === "parquet" ? ["prompt_tokens", "completion_tokens"] : ["usage.prompt_tokens", "usage.completion_tokens"];
    const sums = await duckdb.runAndReadAll(`
      WITH latest AS (SELECT * FROM ${source} QUALIFY row_number() OVER (PARTITION BY project_id, id ORDER BY seq DESC, version DESC) = 1)
      SELECT count(*)::INT AS n, count(DISTINCT project_id || ' ' || id)::INT AS ids, sum(${tokens[0]})::DOUBLE AS prompt,
        sum(${tokens[1]})::DOUBLE AS completion, sum(cost_nano_usd)::DOUBLE AS nano FROM latest WHERE coalesce(deleted, false) = false`);
    expect({ format, ...sums.getRowObjects()[0] }).toEqual({ format, ...expected });
  }
  const [deleted] = (await duckdb.runAndReadAll(`SELECT id, project_id, deleted FROM ${sources.parquet} WHERE deleted`)).getRowObjects();
  expect(deleted).toMatchObject({ id: "mixed-8", project_id: "shop:eu", deleted: true });
});

/** Until every batch is written and nothing is behind. */
async function untilDelivered(id: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { json } = await collector.ask("GET", `/v1/destinations/${id}/batches?limit=1`);
      expect(json).toMatchObject({ lag: { changes: 0 }, open_batches: 0, dead_batches: 0 });
    },
    { timeout: 60_000, interval: 200 },
  );
}

/** Downloads every object of a destination below a folder, by its key, and holds it to its manifest. */
async function fetchObjects(id: string, below: string): Promise<void> {
  let cursor = "";
  let toSeq: number | null = null;
  for (let page = 0; cursor !== "" || page === 0; page += 1) {
    const { json } = await collector.ask("GET", `/v1/destinations/${id}/batches?limit=7&cursor=${cursor}`);
    for (const batch of json["batches"]) {
      if (toSeq !== null) expect(batch.to_seq).toBe(toSeq);
      toSeq = batch.from_seq as number;
      expect(batch.objects.reduce((sum: number, { rows }: { rows: number }) => sum + rows, 0)).toBe(batch.rows);
      for (const [index, object] of batch.objects.entries()) {
        const bytes = await collector.bytes(`/v1/exports/${batch.id}?object=${index}`);
        expect({ bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }).toMatchObject({
          bytes: object.bytes,
          sha256: object.sha256,
        });
        expect(object.key).toContain(`/project=${encodeURIComponent(object.project_id)}/date=${object.date}/`);
        const path = join(below, object.key.slice(object.key.indexOf("project=")));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
      }
    }
    cursor = json["next_cursor"] ?? "";
    if (cursor === "") break;
  }
  expect(toSeq).toBe(0);
}
