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
  /** Text counted for tokens in one post, in UTF-16 units; past it each text is sampled. A counter does some 5 MB/s. */
  countedUnitsPerPost: 2_000_000,
  /** Text counted of one side of one recording, in UTF-16 units; the rest is extrapolated. */
  countedUnitsPerText: 400_000,
  /** What is still counted of a text when the post's share is used up: enough for a ratio. */
  countedUnitsMin: 2_000,
  /** Recordings on one page of a list. */
  pageRowsDefault: 50,
  pageRowsMax: 200,
  /** Bytes of recordings on one page: a page is built in memory, and ends early instead. */
  pageBytesMax: 8_000_000,
  /** Keys, projects or batches on one page: rows of some 200 bytes. */
  listRowsDefault: 50,
  listRowsMax: 1000,
  /** EXPORT_BATCH_CHANGES: least, preset, most. A batch's rows are read at once. */
  exportBatchChanges: [1, 500, 5000],
  /** EXPORT_AGE_SECONDS: least, preset, most. With the cron's minute, the preset keeps exports within 90 s. */
  exportAgeSeconds: [0, 30, 86_400],
  /** Bytes of recordings in one export batch: it is compressed in memory. */
  batchBytesMax: 8_000_000,
  /** Batches cut at one time; the next cron, at most a minute later, goes on. */
  batchesCutMax: 100,
  /** Seconds after which a batch that is cut but not written is sent to the queue again: a local queue forgets, a consumer may die. */
  batchResendSeconds: 60,
  /** Seconds a key that was looked up may be believed: the bound on revocation, and one D1 read a minute. */
  keyCacheSeconds: 60,
  /** Keys remembered per isolate, and as many ids that are no key's, so that guessing costs no memory. */
  keyCacheEntries: 1000,
  /** Milliseconds before each further try of an ingest's transaction, when D1 had a fault that may pass. Freeplay's SDKs try once. */
  commitRetryMs: [100, 400],
  /** Seconds a client is asked to wait when D1 did not answer. */
  retryAfterSeconds: 5,
} as const;
