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
  const waiting = [...Map.groupBy(messages.map(readMessage), ({ body }) => destinationOf(body)).values()];
  const workOff = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const received of group) await consumeMessage(received, deps);
    }
  };
  await Promise.all(Array.from({ length: limits.consumerLanes }, workOff));
}

/** Tells of the messages that the queue gave up. Their rows are still open, and the cron sends them again. */
export function consumeDeadLetters(messages: readonly Message[]): void {
  for (const { message, body } of messages.map(readMessage)) {
    const batch = body?.type === "export_batch" ? body.batch_id : null;
    logEvent("queue_message_died", { type: body?.type ?? null, batch, id: message.id });
    message.ack();
  }
}

/** A message and what it says; null where that is nothing that is known here. */
interface Received {
  message: Message;
  body: QueueMessage | null;
}

function readMessage(message: Message): Received {
  return { message, body: QueueMessage.safeParse(message.body).data ?? null };
}

/** Where a message's batch goes. All that is no batch is worked off together. */
function destinationOf(body: QueueMessage | null): string | null {
  return body?.type === "export_batch" ? (parseBatchId(body.batch_id)?.destination ?? null) : null;
}

async function consumeMessage({ message, body }: Received, deps: Deps): Promise<void> {
  try {
    if (body === null) logEvent("queue_message_dropped", { attempts: message.attempts });
    else await consume(body, deps);
    message.ack();
  } catch (thrown) {
    const { code } = toCollectorError(thrown);
    logEvent("queue_message_failed", { type: body?.type ?? null, code, attempts: message.attempts, cause: causeText(thrown) });
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
