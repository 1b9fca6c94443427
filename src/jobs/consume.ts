import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { deliverBatch } from "../export/deliver";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { parseBatchId } from "../model/batch";
import { QueueMessage } from "../model/queue-message";
import { countRecordings } from "./count-recordings";
import { drainSpool } from "./drain-spool";
import { runReprice } from "./reprice";
import { settleQueued } from "./settle-queued";

/**
 * Settles every message by name: its work is done, was done, is tried again, or is nothing that is known here. Those of one
 * destination are worked off one after another, and a few destinations beside each other: one that is slow delays itself.
 */
export async function consumeMessages(messages: readonly Message[], deps: Deps): Promise<void> {
  const { queued, others } = partQueued(messages);
  await settleQueued(queued, deps, ({ attempts }) => Math.min(2 ** attempts, 300));
  const waiting = [...Map.groupBy(others, ({ body }) => destinationOf(body)).values()];
  const workOff = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const received of group) await consumeMessage(received, deps);
    }
  };
  await Promise.all(Array.from({ length: limits.consumerLanes }, workOff));
}

/**
 * Tells of the messages that the queue gave up. Their rows are still open, and the cron sends them again; but a recording
 * stands nowhere else, and is tried again for as long as the queue keeps it.
 */
export async function consumeDeadLetters(messages: readonly Message[], deps: Deps): Promise<void> {
  const { queued, others } = partQueued(messages);
  for (const { message, body } of others) {
    const batch = body?.type === "export_batch" ? body.batch_id : null;
    logEvent("queue_message_died", { type: body?.type ?? null, batch, id: message.id });
    message.ack();
  }
  await settleQueued(queued, deps, ({ attempts }) => Math.min(30 * 2 ** attempts, limits.deadRetrySecondsMax));
}

/** Messages, parsed: recordings are settled apart from what only names rows. */
function partQueued(messages: readonly Message[]): { queued: { message: Message; recording: unknown }[]; others: Received[] } {
  const parts = { queued: [] as { message: Message; recording: unknown }[], others: [] as Received[] };
  for (const message of messages) {
    const body = QueueMessage.safeParse(message.body).data ?? null;
    if (body?.type === "store_recording") parts.queued.push({ message, recording: body.recording });
    else parts.others.push({ message, body });
  }
  return parts;
}

/** A message and what it says; null where that is nothing that is known here. */
interface Received {
  message: Message;
  body: QueueMessage | null;
}

/** Where a message's batch goes. All that is no batch is worked off together, but for drains, which may take a minute. */
function destinationOf(body: QueueMessage | null): string | null {
  if (body?.type === "drain_spool") return body.type;
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
      return await deliverBatch(message.batch_id, deps, message.left_lease_us);
    case "count_recordings":
      return await countRecordings(message.seqs, deps);
    case "reprice":
      return await runReprice(message.reprice_id, deps);
    case "drain_spool":
      return await drainSpool(deps);
    case "store_recording":
      throw new CollectorError("internal", "A recording was not settled with the others.");
  }
}
