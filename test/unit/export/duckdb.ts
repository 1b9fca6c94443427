import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { onTestFinished } from "vitest";

let connection: Promise<DuckDBConnection> | undefined;

/** What DuckDB answers: a BIGINT as a bigint, a TIMESTAMPTZ with its `micros`. */
export async function query(sql: string): Promise<Record<string, DuckDBValue>[]> {
  connection ??= DuckDBInstance.create().then(async (instance) => await instance.connect());
  return (await (await connection).runAndReadAll(sql)).getRowObjects();
}

/** A folder that is gone after the test. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "aircheck-export-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

let written = 0;

/** Writes a file under a folder, and gives its path: a new one each time, for DuckDB may read an overwritten file from its cache. */
export function writeObject(folder: string, key: string, bytes: Uint8Array): string {
  written += 1;
  const path = join(folder, String(written), key);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}
