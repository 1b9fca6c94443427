import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { causeText, logEvent } from "../log";
import { parseBatchId, QueueMessage } from "../model/batch";
import { findBatch } from "../store/batches";
import { writeBatch } from "./write";

/** Settles every message by name: a batch is written, was written, is tried again, or is nothing that is known here. */
export async function consumeBatches(messages: readonly Message[], deps: Deps): Promise<void> {
  for (const message of messages) {
    try {
      await consume(message, deps);
      message.ack();
    } catch (thrown) {
      const { code } = toCollectorError(thrown);
      logEvent("export_failed", { code, attempts: message.attempts, cause: causeText(thrown) });
      // The batch's row stays open, so that the cron sends it again even when the queue gives up.
      message.retry({ delaySeconds: Math.min(2 ** message.attempts, 300) });
    }
  }
}

async function consume(message: Message, deps: Deps): Promise<void> {
  const parsed = QueueMessage.safeParse(message.body);
  const name = parsed.success ? parseBatchId(parsed.data.batch_id) : null;
  const batch = name === null ? null : await findBatch(deps.db, name);
  if (batch === null) logEvent("queue_message_dropped", { attempts: message.attempts });
  else if (batch.state === "cut") await writeBatch(batch, deps);
}
