import type { Deps } from "../env";
import { CollectorError, toCollectorError } from "../errors";
import { deliverBatch } from "../export/deliver";
import { spoolAmendments } from "../keep/keep-amendments";
import { spoolRecordings } from "../keep/keep-recordings";
import { limits } from "../limits";
import { causeText, logEvent } from "../log";
import { parseBatchId } from "../model/batch";
import { type Amendment, readAmendment } from "../model/amendment";
import { QueueMessage } from "../model/queue-message";
import type { EnrichedRecording } from "../model/recording";
import { fromSpooled } from "../model/spooled-recording";
import { countRecordings } from "./count-recordings";
import { commitLate, drainAmendments } from "./drain-amendments";
import { drainSpool } from "./drain-spool";
import { runReprice } from "./reprice";
import { type Queued, settleQueued, type Settler } from "./settle-queued";
import { storeLate } from "./store-late";

/**
 * Settles every message by name: its work is done, was done, is tried again, or is nothing that is known here. Those of one
 * destination are worked off one after another, and a few destinations beside each other: one that is slow delays itself.
 */
export async function consumeMessages(messages: readonly Message[], deps: Deps): Promise<void> {
  const { others, ...queued } = partQueued(messages);
  await settleAll(queued, deps, ({ attempts }) => Math.min(2 ** attempts, 300));
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
  const { others, ...queued } = partQueued(messages);
  for (const { message, body } of others) {
    const batch = body?.type === "export_batch" ? body.batch_id : null;
    logEvent("queue_message_died", { type: body?.type ?? null, batch, id: message.id });
    message.ack();
  }
  await settleAll(queued, deps, ({ attempts }) => Math.min(30 * 2 ** attempts, limits.deadRetrySecondsMax));
}

/** What is settled apart from what only names rows. */
interface AllQueued {
  recordings: Queued[];
  amendments: Queued[];
}

/** Messages, parsed. */
function partQueued(messages: readonly Message[]): AllQueued & { others: Received[] } {
  const parts = { recordings: [] as Queued[], amendments: [] as Queued[], others: [] as Received[] };
  for (const message of messages) {
    const body = QueueMessage.safeParse(message.body).data ?? null;
    if (body?.type === "store_recording") parts.recordings.push({ message, held: body.recording });
    else if (body?.type === "store_amendment") parts.amendments.push({ message, held: body.amendment });
    else parts.others.push({ message, body });
  }
  return parts;
}

async function settleAll({ recordings, amendments }: AllQueued, deps: Deps, delayOf: (message: Message) => number): Promise<void> {
  const ofRecordings: Settler<EnrichedRecording> = {
    what: "recordings",
    read: fromSpooled,
    store: async (held) => await storeLate(held, deps),
    spool: async (held) => await spoolRecordings(held, deps),
  };
  const ofAmendments: Settler<Amendment> = {
    what: "amendments",
    read: readAmendment,
    store: async (held) => await commitLate(held, deps),
    spool: async (held) => await spoolAmendments(held, deps),
  };
  await settleQueued(recordings, ofRecordings, deps, delayOf);
  await settleQueued(amendments, ofAmendments, deps, delayOf);
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
      await drainSpool(deps);
      return await drainAmendments(deps);
    case "store_recording":
    case "store_amendment":
      throw new CollectorError("internal", "A message was not settled with the others.");
  }
}
