import type { StoredContent, StoredRecording, TokenSource, Usage } from "../model/recording";
import { integer, integerOrNull, type Row, text, textOrNull } from "./transact";

/** The columns of a stored recording, without its content. */
export const headColumns = `seq, version, project_id, id, session_id, started_us, ended_us, received_us, prompt_tokens,
  completion_tokens, prompt_source, completion_source, encoding, usage_note, cost_nano_usd, price_version, priced_as`;

/** A row with its content. */
export function toStoredContent(row: Row): StoredContent {
  return { ...toStored(row), contentText: text(row, "content") };
}

/** A row of `headColumns`. */
export function toStored(row: Row): StoredRecording {
  return {
    seq: integer(row, "seq"),
    version: integer(row, "version"),
    projectId: text(row, "project_id"),
    id: text(row, "id"),
    sessionId: text(row, "session_id"),
    startedUs: integerOrNull(row, "started_us"),
    endedUs: integerOrNull(row, "ended_us"),
    receivedUs: integer(row, "received_us"),
    usage: toUsage(row),
    cost: {
      nanoUsd: integerOrNull(row, "cost_nano_usd"),
      priceVersion: textOrNull(row, "price_version"),
      pricedAs: textOrNull(row, "priced_as"),
    },
  };
}

function toUsage(row: Row): Usage {
  return {
    promptTokens: integerOrNull(row, "prompt_tokens"),
    completionTokens: integerOrNull(row, "completion_tokens"),
    promptSource: text(row, "prompt_source") as TokenSource,
    completionSource: text(row, "completion_source") as TokenSource,
    encoding: textOrNull(row, "encoding"),
    note: textOrNull(row, "usage_note"),
  };
}
