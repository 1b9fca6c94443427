import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { exportBatch } from "../export/write";
import { causeText, logEvent } from "../log";
import { QueueMessage } from "../model/queue-message";
import { countRecordings } from "./count-recordings";
import { runReprice } from "./reprice";

/** Settles every message by name: its work is done, was done, is tried again, or is nothing that is known here. */
export async function consumeMessages(messages: readonly Message[], deps: Deps): Promise<void> {
  for (const message of messages) {
    const parsed = QueueMessage.safeParse(message.body);
    try {
      if (parsed.success) await consume(parsed.data, deps);
      else logEvent("queue_message_dropped", { attempts: message.attempts });
      message.ack();
    } catch (thrown) {
      const { code } = toCollectorError(thrown);
      logEvent("queue_message_failed", { type: parsed.data?.type ?? null, code, attempts: message.attempts, cause: causeText(thrown) });
      // The work's row stays open, so that the cron sends it again even when the queue gives up.
      message.retry({ delaySeconds: Math.min(2 ** message.attempts, 300) });
    }
  }
}

async function consume(message: QueueMessage, deps: Deps): Promise<void> {
  switch (message.type) {
    case "export_batch":
      return await exportBatch(message.batch_id, deps);
    case "count_recordings":
      return await countRecordings(message.seqs, deps);
    case "reprice":
      return await runReprice(message.reprice_id, deps);
  }
}
