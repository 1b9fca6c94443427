import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Deps } from "../src/env";
import { isJsonObject, type Json, type JsonObject, parseJson } from "../src/model/json";
import type { Principal } from "../src/model/key";
import type { Recording } from "../src/model/recording";
import { recordingFromPayload } from "../src/receive/records-wire";

/** One call whose tokens its provider reported, as a recording that does not say them. */
export interface UsageRow {
  recording: Recording;
  /** What was reported; null where nothing was, or 0. */
  truth: { prompt: number | null; completion: number | null };
  /** As the file calls it, which no estimate sees. */
  family: string | null;
  isClean: boolean;
  /** Which fifth it is in: calls of the same conversation are in the same. */
  fold: number;
}

/** The rows of a file, and why those that make no recording do not. */
export interface UsageRows {
  rows: UsageRow[];
  refused: string[];
}

/** The fifth that is held out. */
export const heldOutFold = 0;
export const folds = [0, 1, 2, 3, 4];

/**
 * Reads a file of JSON lines, packed or not: `messages`, `response`, `tools`, `params`, `model`, `provider`, and `usage`
 * with what was reported. Each becomes a payload of `POST /v1/recordings` and is read as one.
 */
export function readUsageRows(path: string): UsageRows {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const lines = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => parseJson(line));
  const hasClean = lines.some((line) => isJsonObject(line) && "clean" in line);
  const found: UsageRows = { rows: [], refused: [] };
  for (const [index, line] of lines.entries()) {
    try {
      if (!isJsonObject(line)) throw new TypeError("is no object");
      found.rows.push(readRow(line, !hasClean || line["clean"] === true));
    } catch (thrown) {
      found.refused.push(`row ${index + 1}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  return found;
}

// All that a receiver asks of the world: nothing is stored.
const deps = { newId: () => "row", now: () => 0 } as unknown as Deps;
const principal: Principal = { keyId: null, scope: "admin", projectId: null };

function readRow(row: JsonObject, isClean: boolean): UsageRow {
  const usage = isJsonObject(row["usage"]) ? row["usage"] : {};
  const names = { provider: row["provider"], model: row["model"] };
  const call = Object.fromEntries(
    Object.entries({ ...names, model_parameters: row["params"] }).filter(([, value]) => (value ?? null) !== null),
  );
  const payload: JsonObject = {
    project_id: "usage",
    all_messages: restoreBlobs([...listOf(row["messages"]), ...listOf(row["response"])]),
    call_info: restoreBlobs(call as JsonObject),
  };
  if ((row["tools"] ?? null) !== null) payload["tool_schema"] = row["tools"]!;
  return {
    recording: recordingFromPayload(payload, principal, deps),
    truth: { prompt: countOf(usage["prompt_tokens"]), completion: countOf(usage["completion_tokens"]) },
    family: typeof row["family"] === "string" ? row["family"] : null,
    isClean,
    fold: foldOf(JSON.stringify(row["gid"] ?? row["messages"] ?? null)),
  };
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function countOf(value: Json | undefined): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

/** Long base64, and what looked like it, was cut to its beginning when the rows were collected, `<<blob len=… head=…>>`: it gets its length back. */
function restoreBlobs(value: Json): Json {
  if (typeof value === "string") {
    return value.replace(/<<blob len=(\d+)(?: head=([^>]*))?>>/g, (_, length: string, head = "A") => repeat(String(head), Number(length)));
  }
  if (Array.isArray(value)) return value.map(restoreBlobs);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restoreBlobs(inner)]));
}

function repeat(head: string, length: number): string {
  return head.repeat(Math.ceil(length / Math.max(1, head.length))).slice(0, length);
}

function foldOf(gid: string): number {
  return createHash("sha256").update(gid).digest().readUInt32BE(0) % folds.length;
}
