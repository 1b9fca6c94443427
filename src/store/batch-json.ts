import type { Batch, BatchPart, Manifest, ManifestObject } from "../model/batch";
import type { ExportSelection } from "../model/destination";
import { isJsonObject } from "../model/json";
import { type Row, text } from "./transact";

/** What a batch's columns of JSON say, and the first of them that says nothing that can be worked by. */
export type BatchJson = Pick<Batch, "selection" | "parts" | "manifest" | "corruptColumn">;

/**
 * Reads a batch's columns of JSON. One that cannot be read is named rather than thrown: a row that somebody wrote by hand must not
 * keep all the others from being listed, sent and delivered. What stands in its place is never delivered by.
 */
export function readBatchJson(row: Row): BatchJson {
  const selection = parse(row, "selection", isSelection);
  const parts = parse(row, "parts", areParts);
  const manifest = row["manifest"] === null ? null : parse(row, "manifest", isManifest);
  const corruptColumn = selection === undefined ? "selection" : parts === undefined ? "parts" : manifest === undefined ? "manifest" : null;
  return { selection: selection ?? nothing, parts: parts ?? [], manifest: manifest ?? null, corruptColumn };
}

const nothing: ExportSelection = { format: "ndjson", content: "metadata_only", projectId: null, environment: null, prefix: "" };

/** A column's value where it is one; undefined for any other. */
function parse<Value>(row: Row, column: string, isOne: (value: unknown) => value is Value): Value | undefined {
  try {
    const value: unknown = JSON.parse(text(row, column));
    return isOne(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSelection(value: unknown): value is ExportSelection {
  if (!isJsonObject(value)) return false;
  const { format, content, projectId, environment, prefix } = value;
  const isKnown = (format === "ndjson" || format === "parquet") && (content === "full" || content === "metadata_only");
  return isKnown && isTextOrNull(projectId) && isTextOrNull(environment) && typeof prefix === "string";
}

function areParts(value: unknown): value is BatchPart[] {
  return Array.isArray(value) && value.every(isPart);
}

function isPart(value: unknown): value is BatchPart {
  return isJsonObject(value) && typeof value["projectId"] === "string" && typeof value["date"] === "string";
}

function isManifest(value: unknown): value is Manifest {
  if (!isJsonObject(value)) return false;
  const { rows, objects } = value;
  return typeof rows === "number" && Array.isArray(objects) && objects.every(isObject);
}

function isObject(value: unknown): value is ManifestObject {
  if (!isJsonObject(value)) return false;
  const { key, part, minUs, maxUs } = value;
  return isTextOrNull(key) && (part === null || isPart(part)) && [minUs, maxUs].every(isNumberOrNull);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || typeof value === "number";
}
