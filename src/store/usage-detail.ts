import { CollectorError } from "../errors";
import type { JsonObject } from "../model/json";
import { type EstimateDetail, nothingReported, type ReportedUsage, type TokenSource, type Usage } from "../model/usage";
import { integerOrNull, type Row, text } from "./transact";

/** What the column `usage_detail` holds: how each side was counted, and the parts of what was reported that were said. */
interface UsageDetail {
  prompt?: StoredEstimate;
  completion?: StoredEstimate;
  parts?: Partial<Record<string, number>>;
  billed?: { prompt: number; completion: number };
  notes?: string[];
}

/** Rows of the first version hold less. */
interface StoredEstimate {
  encoding: string;
  method: string;
  error_pct?: number | null;
  plain_tokens: number;
  calibration?: EstimateDetail["calibration"];
  notes: string[];
}

/** The parts of a reported usage, by their names in the column. */
const partNames = {
  cache_read: "cacheReadTokens",
  cache_read_audio: "cacheReadAudioTokens",
  cache_write: "cacheWriteTokens",
  cache_write_1h: "cacheWrite1hTokens",
  input_audio: "inputAudioTokens",
  reasoning: "reasoningTokens",
  output_audio: "outputAudioTokens",
} as const satisfies Record<string, keyof ReportedUsage>;

/** The column's text: as little as says it. */
export function usageDetailText({ prompt, completion, reported }: Usage): string {
  const parts = Object.entries(partNames).flatMap(([name, key]) => (reported[key] === null ? [] : [[name, reported[key]] as const]));
  const detail: JsonObject = {};
  if (prompt.estimate !== null) detail["prompt"] = storedEstimate(prompt.estimate);
  if (completion.estimate !== null) detail["completion"] = storedEstimate(completion.estimate);
  if (parts.length > 0) detail["parts"] = Object.fromEntries(parts);
  const { billed, notes } = reported;
  if (billed !== undefined) detail["billed"] = { prompt: billed.promptTokens, completion: billed.completionTokens };
  if (notes !== undefined) detail["notes"] = notes;
  return JSON.stringify(detail);
}

/** A row's usage. */
export function toUsage(row: Row): Usage {
  const { prompt, completion, parts = {}, billed, notes } = readDetail(row);
  const promptTokens = integerOrNull(row, "prompt_tokens");
  const completionTokens = integerOrNull(row, "completion_tokens");
  const promptSource = text(row, "prompt_source") as TokenSource;
  const completionSource = text(row, "completion_source") as TokenSource;
  const reported: ReportedUsage = { ...nothingReported };
  for (const [name, key] of Object.entries(partNames)) reported[key] = parts[name] ?? null;
  if (billed !== undefined) reported.billed = { promptTokens: billed.prompt, completionTokens: billed.completion };
  if (notes !== undefined) reported.notes = notes;
  if (promptSource === "reported") reported.promptTokens = promptTokens;
  if (completionSource === "reported") reported.completionTokens = completionTokens;
  return {
    prompt: { tokens: promptTokens, source: promptSource, estimate: toEstimate(prompt) },
    completion: { tokens: completionTokens, source: completionSource, estimate: toEstimate(completion) },
    reported,
  };
}

function storedEstimate({ encoding, method, errorPct, plainTokens, calibration, notes }: EstimateDetail): JsonObject {
  return { encoding, method, error_pct: errorPct, plain_tokens: plainTokens, calibration, notes };
}

function toEstimate(stored: StoredEstimate | undefined): EstimateDetail | null {
  if (stored === undefined) return null;
  const { encoding, method, error_pct = null, plain_tokens, calibration = null, notes } = stored;
  return { encoding, method, errorPct: error_pct, plainTokens: plain_tokens, calibration, notes };
}

function readDetail(row: Row): UsageDetail {
  try {
    return JSON.parse(text(row, "usage_detail")) as UsageDetail;
  } catch (cause) {
    throw new CollectorError("internal", "A row of the collector's is corrupt.", { cause });
  }
}
