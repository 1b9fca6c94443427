import * as z from "zod";

/** What travels through the queue: names of rows alone. Parsed again on receipt, for messages outlive deploys. */
export const QueueMessage = z.discriminatedUnion("type", [
  /** A batch to write. */
  z.object({ type: z.literal("export_batch"), batch_id: z.string() }),
  /** Recordings, by their places in the log, whose tokens are still to be counted. */
  z.object({ type: z.literal("count_recordings"), seqs: z.array(z.int()) }),
  /** A repricing to go on with. */
  z.object({ type: z.literal("reprice"), reprice_id: z.string() }),
]);
export type QueueMessage = z.infer<typeof QueueMessage>;
