/** Every bound of the collector, with its unit and its reason. */
export const limits = {
  /** A post's body, after decompression. A parsed body takes several times its size, and an isolate has 128 MB. */
  bodyBytesMax: 10_000_000,
  /** Recordings in one post: 500 rows commit in one transaction of tens of milliseconds. */
  itemsMax: 500,
  /** One recording as it is stored, in UTF-8 bytes. D1 refuses a row over 2 MB (2,000,000 bytes). */
  recordingBytesMax: 1_900_000,
  /** Levels of nesting in a body: JSON.stringify recurses, and a stack overflow is no answer. */
  jsonDepthMax: 200,
  /** Bytes of a small command's body (a key to make, a cut to order): nothing of ours is larger. */
  commandBytesMax: 65_536,
  /** Issues named in one refusal: enough to mend a body by, and the answer stays small. */
  issuesMax: 20,
  /** Characters of an id. Ids are index keys, and an R2 key has 1,024 bytes for all its parts. */
  idCharsMax: 128,
  /** Characters of a provider, model or environment name: these are columns that are filtered by. */
  nameCharsMax: 256,
  /** Values in a body: one takes 50 to 300 bytes of the isolate's memory for the few that were sent. */
  jsonValuesMax: 250_000,
  /** Keys, and bytes of JSON, of a recording's metadata that is merged into its session's: SQLite's json_patch is quadratic in keys. Larger stays with the recording. */
  mergedMetadataKeysMax: 64,
  mergedMetadataBytesMax: 4_000,
  /** Bytes of a session's metadata and of what is merged into it, together, for the same reason. What is over stays with the recordings. */
  sessionMetadataBytesMax: 8_000,
  /** Unix seconds above this look like milliseconds (it is the year 5138). */
  unixSecondsMax: 1e11,
  /** Origins of one browser key, and characters of one and of a key's label: both are listed. */
  originsMax: 50,
  originCharsMax: 300,
  labelCharsMax: 200,
  /**
   * Text that is counted within one post, in UTF-16 units, of all its recordings together: some 15 ms of CPU, and 150 of
   * the worst. A recording that does not fit is `deferred` and counted through the queue.
   */
  countedUnitsPerPost: 500_000,
  /** Text counted of one side of one recording, in UTF-16 units: a third of a second of CPU at worst. Of more, samples stand for the rest. */
  countedUnitsPerText: 1_048_576,
  /** Arguments of a call, as text, that are parsed to be counted one by one: parsed, they take many times their size. Longer ones are counted whole. */
  partedUnitsMax: 100_000,
  /** Recordings that a queue message names to be counted, and their bytes, beyond its first: half a second of CPU at worst, and ten messages share a consumer's 30. */
  countedPerMessage: 50,
  countedBytesPerMessage: 1_000_000,
  /** Recordings whose counting is sent to the queue again in a minute (a post sends 100 messages at once), and the seconds after which it is. */
  deferredPerMinute: 100,
  deferredResendSeconds: 60,
  /** Places of a project's log that one page of a repricing looks at, the bytes of recordings that it rewrites, and pages that one queue message is worth: a page takes some 50 ms of CPU. */
  repricedPerPage: 1000,
  repricedBytesPerPage: 8_000_000,
  repricePagesPerMessage: 20,
  /** Repricings sent to the queue again in a minute, and the seconds of standing still after which they are. */
  repricesResent: 20,
  repriceResendSeconds: 120,
  /** Prices that one project sets: each call is held against them all, and isolates hold them in memory. */
  overridesMax: 500,
  /** Bytes of the body that sets them: all of them, with every price that there is. */
  pricesBytesMax: 262_144,
  /** Versions of a project's prices that are kept: who wants to know what a row of long ago was priced by has a hundred changes to go back. */
  priceVersionsKept: 100,
  /** Repricings that one project may have running, and done ones that are kept to be asked for. */
  repricesRunningMax: 3,
  repricesKept: 100,
  /** US dollars, for a million tokens or for one call: above it is a slip of units, and sums stay countable. */
  overrideUsdMax: 1_000_000,
  /** Calls kept per model and side to calibrate by: the newest, so that a change of the provider's is noticed, in some 500 bytes. */
  observationsKept: 32,
  /** Models a project is calibrated for: those it called last. */
  calibratedModelsMax: 200,
  /** Places of the log the cron looks at in a minute for reported calls, those that it counts, in all and of one model, and the bytes of content that it reads. */
  observedRange: 20_000,
  observedCalls: 60,
  observedPerModel: 8,
  observedBytes: 500_000,
  /** A larger recording teaches no more and costs more. */
  observedBytesMax: 100_000,
  /** Seconds before a project's settings are read anew, and projects remembered per isolate: mostly nothing, up to some 100 kB of prices. */
  settingsCacheSeconds: 60,
  settingsCacheEntries: 200,
  /** Recordings on one page of a list. */
  pageRowsDefault: 50,
  pageRowsMax: 200,
  /** Bytes of recordings on one page: a page is built in memory, and ends early instead. */
  pageBytesMax: 8_000_000,
  /** Keys, projects or batches on one page: rows of some 200 bytes. */
  listRowsDefault: 50,
  listRowsMax: 1000,
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
  /** Characters of the reason that is kept of a failed delivery. */
  reasonCharsMax: 500,
  /** Destinations of a collector: each is looked at every minute. Generations listed of one. */
  destinationsMax: 100,
  generationsListed: 20,
  /** Characters of an object key's prefix: an R2 key has 1,024 bytes, and the rest of ours takes up to 650. */
  prefixCharsMax: 200,
  /** A replay from a time begins so many seconds before: clocks of two isolates differ, and an export may repeat but not miss. */
  replayMarginSeconds: 60,
  /** Seconds a key that was looked up may be believed: the bound on revocation, and one D1 read a minute. */
  keyCacheSeconds: 60,
  /** Keys remembered per isolate, and as many ids that are no key's, so that guessing costs no memory. */
  keyCacheEntries: 1000,
  /** Milliseconds before each further try of an ingest's transaction, when D1 had a fault that may pass. Freeplay's SDKs try once. */
  commitRetryMs: [100, 400],
  /** Seconds a client is asked to wait when D1 did not answer. */
  retryAfterSeconds: 5,
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
