import type { Deps } from "../env";
import { toCollectorError } from "../errors";
import { deliverBatch } from "../export/deliver";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { parseBatchId } from "../model/batch";
import { QueueMessage } from "../model/queue-message";
import { countRecordings } from "./count-recordings";
import { runReprice } from "./reprice";

/**
 * Settles every message by name: its work is done, was done, is tried again, or is nothing that is known here. Those of one
 * destination are worked off one after another, and a few destinations beside each other: one that is slow delays itself.
 */
export async function consumeMessages(messages: readonly Message[], deps: Deps): Promise<void> {
  const waiting = [...groupMessages(messages).values()];
  const workOff = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const message of group) await consumeMessage(message, deps);
    }
  };
  await Promise.all(Array.from({ length: limits.consumerLanes }, workOff));
}

/** Tells of the messages that the queue gave up. Their rows are still open, and the cron sends them again. */
export function consumeDeadLetters(messages: readonly Message[]): void {
  for (const message of messages) {
    const parsed = QueueMessage.safeParse(message.body);
    const batch = parsed.data?.type === "export_batch" ? parsed.data.batch_id : null;
    logEvent("queue_message_died", { type: parsed.data?.type ?? null, batch, id: message.id });
    message.ack();
  }
}

async function consumeMessage(message: Message, deps: Deps): Promise<void> {
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

async function consume(message: QueueMessage, deps: Deps): Promise<void> {
  switch (message.type) {
    case "export_batch":
      return await deliverBatch(message.batch_id, deps);
    case "count_recordings":
      return await countRecordings(message.seqs, deps);
    case "reprice":
      return await runReprice(message.reprice_id, deps);
  }
}

/** By destination, and all that is no batch together. */
function groupMessages(messages: readonly Message[]): Map<string, Message[]> {
  const groups = new Map<string, Message[]>();
  for (const message of messages) {
    const parsed = QueueMessage.safeParse(message.body);
    const name = parsed.data?.type === "export_batch" ? (parseBatchId(parsed.data.batch_id)?.destination ?? "") : "";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [message]);
    else group.push(message);
  }
  return groups;
}
