import type { Deps } from "../env";
import { spoolRecordings } from "../keep/keep-recordings";
import { keepUnreadable } from "../keep/spool";
import { causeText, logEvent } from "../log";
import type { EnrichedRecording } from "../model/recording";
import { fromSpooled } from "../model/spooled-recording";
import { storeLate } from "./store-late";

/** A message that is a recording, which stands nowhere else. */
interface Queued {
  message: Message;
  recording: unknown;
}

/**
 * Stores recordings that came through the Queue, in one transaction, or else puts them into the spool, which finds out what
 * D1 refuses. A message is acknowledged when its recording is in either, and tried again until then.
 */
export async function settleQueued(queued: Queued[], deps: Deps, delayOf: (message: Message) => number): Promise<void> {
  if (queued.length === 0) return;
  const readable: { message: Message; recording: EnrichedRecording }[] = [];
  for (const { message, recording } of queued) {
    const read = fromSpooled(recording);
    if (read === null) await setMessageAside({ message, recording }, deps, delayOf);
    else readable.push({ message, recording: read });
  }
  const left = new Set(
    await keepQueued(
      readable.map(({ recording }) => recording),
      deps,
    ),
  );
  for (const { message, recording } of readable) {
    if (left.has(recording)) message.retry({ delaySeconds: delayOf(message) });
    else message.ack();
  }
  logEvent("queued_settled", { recordings: readable.length, left: left.size });
}

/** Answers the recordings that nothing took. */
async function keepQueued(recordings: EnrichedRecording[], deps: Deps): Promise<EnrichedRecording[]> {
  if (recordings.length === 0) return [];
  try {
    await storeLate(recordings, deps);
    return [];
  } catch (thrown) {
    logEvent("queued_not_stored", { recordings: recordings.length, cause: causeText(thrown) });
    return await spoolRecordings(recordings, deps);
  }
}

async function setMessageAside({ message, recording }: Queued, deps: Deps, delayOf: (message: Message) => number): Promise<void> {
  try {
    await keepUnreadable(message.id, recording, deps);
    logEvent("queued_set_aside", { id: message.id, attempts: message.attempts });
    message.ack();
  } catch (thrown) {
    logEvent("queue_message_failed", { type: "store_recording", attempts: message.attempts, cause: causeText(thrown) });
    message.retry({ delaySeconds: delayOf(message) });
  }
}
