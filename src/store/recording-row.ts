import { causeText, logEvent } from "../log";
import { type JsonObject, parseJson } from "../model/json";
import type { CostSource, EnrichedRecording, StoredRecording } from "../model/recording";
import type { Usage } from "../model/usage";
import { integer, integerOrNull, type Row, text, textOrNull } from "./transact";
import { toUsage, usageDetailText } from "./usage-detail";

/** The columns of a stored recording, without its content. */
export const headColumns = `seq, version, project_id, id, session_id, provider, model, api_style, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, usage_detail, cost_nano_usd, cost_source, price_version, priced_as, feedback`;

/**
 * What a reader of many rows takes of each: one that is corrupt is told in the log, by its place, and keeps none of the others from
 * being read.
 */
export function unlessCorrupt<Value>(row: Row, read: (row: Row) => Value): Value[] {
  try {
    return [read(row)];
  } catch (thrown) {
    logEvent("recording_row_passed", { seq: Number(row["seq"]), cause: causeText(thrown) });
    return [];
  }
}

/** A row of `headColumns`. */
export function toStored(row: Row): StoredRecording {
  return {
    seq: integer(row, "seq"),
    version: integer(row, "version"),
    projectId: text(row, "project_id"),
    id: text(row, "id"),
    sessionId: text(row, "session_id"),
    provider: textOrNull(row, "provider"),
    model: textOrNull(row, "model"),
    apiStyle: textOrNull(row, "api_style"),
    startedUs: integerOrNull(row, "started_us"),
    endedUs: integerOrNull(row, "ended_us"),
    receivedUs: integer(row, "received_us"),
    usage: toUsage(row),
    cost: {
      nanoUsd: integerOrNull(row, "cost_nano_usd"),
      source: text(row, "cost_source") as CostSource,
      priceVersion: textOrNull(row, "price_version"),
      pricedAs: textOrNull(row, "priced_as"),
    },
    feedback: objectOrNull(row, "feedback"),
  };
}

/** A column of JSON that is an object or NULL. */
export function objectOrNull(row: Row, column: string): JsonObject | null {
  const value = textOrNull(row, column);
  return value === null ? null : (parseJson(value) as JsonObject);
}

/** What a recording's enrichment found out, by column. */
export function enrichmentColumns({ usage, cost }: Pick<EnrichedRecording, "usage" | "cost">): Row {
  return { ...usageColumns(usage), ...costColumns(cost) };
}

/** A cost by column. */
export function costColumns(cost: EnrichedRecording["cost"]): Row {
  return { cost_nano_usd: cost.nanoUsd, cost_source: cost.source, price_version: cost.priceVersion, priced_as: cost.pricedAs };
}

function usageColumns(usage: Usage): Row {
  return {
    prompt_tokens: usage.prompt.tokens,
    completion_tokens: usage.completion.tokens,
    prompt_source: usage.prompt.source,
    completion_source: usage.completion.source,
    usage_detail: usageDetailText(usage),
  };
}
