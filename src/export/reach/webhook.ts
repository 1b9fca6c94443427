import { limits } from "../../limits";
import { type Batch, exportSchemaVersion } from "../../model/batch";
import type { WebhookTarget } from "../../model/destination";
import { callOutside, type OutsideDeps } from "./outside-call";
import { signWebhook } from "./webhook-signature";

/** A batch as its receiver gets it. */
export interface WebhookMessage {
  /** `webhookId` of the batch. */
  id: string;
  /** `batchId` of the batch, which the collector's own routes know it by. */
  batch: string;
  rows: number;
  /** Plain NDJSON, of `rows` lines. */
  body: Uint8Array<ArrayBuffer>;
}

/**
 * Delivers a batch. Any 2xx takes it.
 * @throws CollectorError `unavailable` and `refused` as `callOutside` does.
 */
export async function postWebhook({ url, secret }: WebhookTarget, message: WebhookMessage, deps: OutsideDeps): Promise<void> {
  const { id, batch, rows, body } = message;
  const timestampSeconds = Math.floor(deps.now() / 1000);
  const headers = {
    "Content-Type": "application/x-ndjson",
    "webhook-id": id,
    "webhook-timestamp": String(timestampSeconds),
    "webhook-signature": await signWebhook(secret, { id, timestampSeconds, body }),
    "aircheck-batch": batch,
    "aircheck-rows": String(rows),
    "aircheck-schema-version": String(exportSchemaVersion),
  };
  await callOutside(new Request(url, { method: "POST", headers, body }), deps, { timeoutMs: limits.webhookTimeoutMs });
}

/**
 * The id by which a receiver knows a repeat: the same for every try of a batch, and no other batch's. The time of the cut
 * is in it, since a database that was restored to an earlier time cuts the same range anew, with other rows in it. It has
 * no dots, for the signed text is parted by dots.
 */
export function webhookId(batch: Pick<Batch, "destination" | "generation" | "fromSeq" | "toSeq" | "cutUs">): string {
  const { destination, generation, fromSeq, toSeq, cutUs } = batch;
  return `${destination}_${generation}_${fromSeq}-${toSeq}_${cutUs.toString(36)}`;
}
