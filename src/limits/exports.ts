/** The bounds of exports: of batches, destinations and calls to other servers. */
export const exportLimits = {
  /** EXPORT_BATCH_CHANGES: least, preset, most. What a batch holds is listed in memory, some 100 bytes a change, and in one text of D1's. */
  exportBatchChanges: [1, 500, 5000],
  /** EXPORT_AGE_SECONDS: least, preset, most. With the cron's minute, the preset keeps exports within 90 s. */
  exportAgeSeconds: [0, 30, 86_400],
  /** Bytes of recordings in one export batch, as they are before they are packed: the packed object is held in memory. */
  batchBytesMax: 8_000_000,
  /** Objects of one export batch, each of a project and a day: each is some 50 ms and a write that is paid for. */
  batchPartsMax: 100,
  /** Bytes of a webhook's body: what receivers take by default. */
  webhookBytesMax: 1_000_000,
  /** Changes in it: a head takes up to 5 kB where every name in it is as long as may be, so that this many always fit. */
  webhookChangesMax: 200,
  /** What a recording's line takes beside its content, about, when batches are cut. */
  lineHeadBytes: 1_500,
  /** Bytes of recordings that are read from D1 at once while a batch is packed. */
  packChunkBytes: 2_000_000,
  /** Places of the log that are looked at in one step of cutting: twice the largest batch, at some 100 bytes each. */
  cutWindow: 10_000,
  /** Such steps for one destination at one time: a filter may want little of a long log, and the next cron goes on. */
  cutWindowsMax: 50,
  /** Destinations a consumer serves at once: each holds a batch's object in memory, up to 12 MB. */
  consumerLanes: 3,
  /** Batches cut for one destination at one time; the next cron, at most a minute later, goes on. */
  batchesCutMax: 100,
  /** Batches of one destination that wait for their delivery: where it is down, its cursor stands still rather than that rows pile up. */
  openBatchesMax: 200,
  /** Messages that the cron sends again in a minute: as many as the queue takes at once. */
  batchesSentMax: 100,
  /** Seconds after which a batch that was due and is not taken is sent to the queue again: a local queue forgets, a consumer may die. */
  batchResendSeconds: 60,
  /** Seconds a batch is a consumer's before another may take it: longer than its longest call, and renewed between calls. */
  leaseSeconds: 120,
  /** A lease with less left than this is renewed before the next object: finding it, putting it and finding it again may take 90. */
  leaseSecondsMin: 100,
  /** Attempts in a row that a fault of our own may end before a batch is parked: what a bug stopped five times it stops again. */
  batchFaultsMax: 5,
  /** Seconds a destination rests after failures, at most, unless it asks for longer: so long a mended one may wait. */
  holdSecondsMax: 300,
  /** Dead batches of a destination that one request has tried again: as many messages as the queue takes at once. */
  batchesRevivedMax: 100,
  /** Characters of the reason that is kept of a failed delivery. */
  reasonCharsMax: 500,
  /** Destinations of a collector: each is looked at every minute. Generations listed of one. */
  destinationsMax: 100,
  generationsListed: 20,
  /** Characters of an object key's prefix: an R2 key has 1,024 bytes, and the rest of ours takes up to 650. */
  prefixCharsMax: 200,
  /** A replay from a time begins so many seconds before: clocks of two isolates differ, and an export may repeat but not miss. */
  replayMarginSeconds: 60,
  /** Places of the log that one statement looks at for where a replay from a time begins: some 50 ms of D1. */
  replayWindow: 20_000,
  /** Characters of the address of a webhook or an object store: what servers and logs take of one. */
  addressCharsMax: 2048,
  /** Bytes read of another server's answer: enough for an error of S3's, and a long one costs nothing. */
  outsideAnswerBytesMax: 8192,
  /** Characters of such an answer that are kept as the reason of a failure: a batch's row holds it. */
  outsideReasonCharsMax: 200,
  /** Milliseconds of a whole exchange: with a webhook's receiver, which has at most 1 MB to take in, and with an object store, which has the bytes of a batch. */
  webhookTimeoutMs: 15_000,
  objectStoreTimeoutMs: 30_000,
  /** Seconds before the second try of a delivery, and the most before a later one: a receiver that is back is found within the hour. */
  deliveryRetrySeconds: 5,
  deliveryRetrySecondsMax: 3600,
  /** Seconds of another server's Retry-After that are respected: a queue delays a message by no more than a day. */
  retryAfterSecondsMax: 86_400,
  /** Bytes of a webhook's secret, least and most: the Standard Webhooks specification's. The least is what is made here. */
  webhookSecretBytes: [24, 64],
} as const;
