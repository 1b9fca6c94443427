import { mkdirSync, existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Collector } from "./collector";

/** What was exported: how far into the log, and how long it took. */
export interface Exported {
  toSeq: number;
  objects: number;
  seconds: number;
  /** Whether it came to the head of the log within its time. */
  isWhole: boolean;
}

/** As `GET /v1/destinations/{id}/batches` tells of one. */
interface ToldBatch {
  id: string;
  state: string;
  from_seq: number;
  to_seq: number;
  objects: { key: string }[] | null;
}

/**
 * Has the log exported as Parquet by the collector's own queue consumer, until it is whole or the time is over, and downloads the
 * objects below a folder.
 */
export async function exportLog(collector: Collector, folder: string, secondsMax: number): Promise<Exported> {
  const id = await lakeId(collector);
  const startedMs = performance.now();
  const isInTime = () => performance.now() - startedMs < secondsMax * 1000;
  let isWhole = false;
  while (!isWhole && isInTime()) {
    await collector.json("POST", "/v1/exports");
    for (;;) {
      const told = await collector.json("GET", `/v1/destinations/${id}/batches?limit=1`);
      isWhole = (told["lag"] as { changes: number }).changes === 0 && told["open_batches"] === 0;
      if (Number(told["dead_batches"]) > 0) throw new Error(`Batches are dead: ${JSON.stringify(told).slice(0, 1000)}`);
      if (Number(told["open_batches"]) === 0 || !isInTime()) break;
      await sleep(100);
    }
  }
  const seconds = (performance.now() - startedMs) / 1000;
  return { ...(await download(collector, id, folder)), seconds, isWhole };
}

/** The destination that everything goes to, made where it is not there yet. */
async function lakeId(collector: Collector): Promise<string> {
  const { destinations } = (await collector.json("GET", "/v1/destinations")) as { destinations: { id: string; label: string | null }[] };
  const lake = destinations.find(({ label }) => label === "lake");
  if (lake !== undefined) return lake.id;
  return String(
    (await collector.json("POST", "/v1/destinations", { kind: "r2", format: "parquet", label: "lake", from: "beginning" }))["id"],
  );
}

/** All objects of the batches that are written without one before them that is not. Those that are there already stay. */
async function download(collector: Collector, id: string, folder: string): Promise<{ toSeq: number; objects: number }> {
  const batches: ToldBatch[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await collector.json("GET", `/v1/destinations/${id}/batches?limit=200&cursor=${cursor}`);
    batches.push(...(page["batches"] as ToldBatch[]));
    cursor = page["next_cursor"] as string | null;
  }
  let [toSeq, objects] = [0, 0];
  for (const batch of batches.toSorted((one, other) => one.from_seq - other.from_seq)) {
    if (batch.state !== "written") break;
    for (const [index, { key }] of (batch.objects ?? []).entries()) {
      const path = join(folder, key.slice(key.indexOf("project=")));
      objects += 1;
      if (existsSync(path)) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, await collector.bytes(`/v1/exports/${batch.id}?object=${index}`));
    }
    toSeq = batch.to_seq;
  }
  return { toSeq, objects };
}

/** Whatever DuckDB answers. */
export type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * DuckDB over the objects: `latest` has each recording as it stands, with what the metrics are of, in columns that they go by. Times
 * are in microseconds, and what DuckDB sums comes as numbers.
 */
export async function openExport(folder: string): Promise<Ask> {
  const duckdb = await (await DuckDBInstance.create()).connect();
  const ask: Ask = async (sql) => (await duckdb.runAndReadAll(sql)).getRowObjectsJS();
  await ask("SET TimeZone = 'UTC'");
  await ask(`
    CREATE TABLE latest AS
    SELECT project_id, provider, model, environment, prompt_info ->> '$.prompt_template_version_id' AS prompt_version,
      epoch_us(coalesce(started_at, received_at)) AS at_us, prompt_tokens, completion_tokens, prompt_source, completion_source,
      cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_nano_usd, latency_ms, error IS NOT NULL AS has_error
    FROM (SELECT * FROM read_parquet('${folder}/**/*.parquet', hive_partitioning = false)
      QUALIFY row_number() OVER (PARTITION BY project_id, id ORDER BY seq DESC, version DESC) = 1)
    WHERE NOT deleted`);
  return ask;
}
