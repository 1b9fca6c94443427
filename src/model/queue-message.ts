import * as z from "zod";

/** What travels through the queue: names of rows, what a row could not be told, and a recording that nothing else took. Parsed again on receipt, for messages outlive deploys. */
export const QueueMessage = z.discriminatedUnion("type", [
  /** A batch to write; and the lease that its last consumer gave up, where D1 did not take that from him. */
  z.object({ type: z.literal("export_batch"), batch_id: z.string(), left_lease_us: z.int().positive().optional() }),
  /** Recordings, by their places in the log, whose tokens are still to be counted. */
  z.object({ type: z.literal("count_recordings"), seqs: z.array(z.int()) }),
  /** A repricing to go on with. */
  z.object({ type: z.literal("reprice"), reprice_id: z.string() }),
  /** Recordings wait in the spool. */
  z.object({ type: z.literal("drain_spool") }),
  /** A recording itself: a `SpooledRecording`, which its reader parses, so that one that cannot be read is kept all the same. */
  z.object({ type: z.literal("store_recording"), recording: z.unknown() }),
  /** An amendment itself, as a recording is. */
  z.object({ type: z.literal("store_amendment"), amendment: z.unknown() }),
]);
export type QueueMessage = z.infer<typeof QueueMessage>;
