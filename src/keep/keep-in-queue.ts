import type { Deps } from "../env";
import { CollectorError } from "../errors";
import { limits } from "../limits";
import { chunksWithin } from "../model/chunks";
import type { QueueMessage } from "../model/queue-message";
import { inLanes } from "./lanes";
import { callGently } from "./pressure";
import { within } from "./within";

/**
 * Keeps what each message holds in the Queue, the last place that there is.
 * @throws CollectorError `unavailable` where one is too large for it, or is not known to be there.
 */
export async function keepInQueue(bodies: QueueMessage[], deps: Deps): Promise<void> {
  const messages = bodies.map((body) => ({ body, bytes: new TextEncoder().encode(JSON.stringify(body)).length }));
  if (messages.some(({ bytes }) => bytes > limits.queuedBytesMax)) throw keptNowhere(undefined);
  const posts = chunksWithin(messages, ({ bytes }) => bytes, limits.queuedBytesAtOnce, limits.queuedAtOnce);
  try {
    await inLanes(posts, limits.spoolLanes, async (post) => {
      const send = async () => await within(deps.queue.sendBatch(post.map(({ body }) => ({ body }))), limits.queueTimeoutMs, "The queue");
      await callGently(deps.queue, send, deps);
    });
  } catch (cause) {
    throw keptNowhere(cause);
  }
}

/** What a caller is told of what nothing takes. */
export function keptNowhere(cause: unknown): CollectorError {
  return new CollectorError("unavailable", "The collector can keep nothing at the moment. Send the same again.", { cause });
}
