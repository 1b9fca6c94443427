import type { Deps } from "../env";
import { limits } from "../limits";
import type { QueueMessage } from "../model/queue-message";
import { within } from "./within";

/**
 * Sends messages that only wake somebody, as many as the queue takes at once, for later where a delay is named. What they name
 * stands in a row or an object, and is found again by the cron.
 * @throws CollectorError `unavailable` where the queue does not answer in time; else as the queue does.
 */
export async function sendMessages(messages: QueueMessage[], deps: Pick<Deps, "queue">, delaySeconds = 0): Promise<void> {
  const sent = deps.queue.sendBatch(
    messages.map((body) => ({ body })),
    { delaySeconds },
  );
  await within(sent, limits.wakeTimeoutMs, "The queue");
}
