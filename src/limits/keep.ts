/** The bounds of keeping recordings: of rows and objects, conversations, a bad day, deletions and the ledger. */
export const keepLimits = {
  /** Bytes of a packed body that are unpacked at once: at gzip's best they are a thousand times as many. */
  packedSliceBytes: 16_384,
  /** Bytes of it that are read at once. */
  unpackedChunkBytes: 65_536,
  /** A recording's texts in its row, in UTF-8 bytes; larger ones stand in the bucket. D1 refuses a row over 2 MB (2,000,000 bytes), and feedback and evaluations that are said later take up to 131,072. */
  rowBytesMax: 1_850_000,
  /** Characters of base64 from which on a medium is an object of its own: an object costs a write, and below it little is won. */
  mediaCharsMin: 4096,
  /** Media of one post that are moved; more stay in their texts. Each is a write of some 50 ms, six at once. */
  mediaMovedMax: 256,
  /** Calls to the bucket that one event has under way: a Worker has six connections, and each holds an object in memory. */
  blobLanes: 6,
  /** Milliseconds in which a blob is read, which may have 20 MB, and in which one is put, beside its bytes; and seconds after which an event begins no further put. */
  blobTimeoutMs: 10_000,
  blobPutMs: 1500,
  blobPutsSeconds: 25,
  /** Seconds for which an object that was there is taken to be there, and keys remembered per isolate, in some 300 kB: a conversation posts the same image each turn. */
  blobCacheSeconds: 120,
  blobCacheEntries: 1000,
  /** Seconds for which no row is committed that needs an object that was removed: twice what may pass from finding one to a commit (keep/doomed.ts). */
  doomedSeconds: 600,
  /** Seconds after which an object that no row needs is removed: its commit is refused or done long before. */
  orphanSeconds: 86_400,
  /** Objects that are listed or removed in one call: R2 takes no more. Pages that are removed at one time: some seconds. */
  blobsPerPage: 1000,
  doomedPages: 10,
  /** Seconds for which a browser may keep a medium: its bytes never change, but a deletion should be seen within the day. */
  mediaCacheSeconds: 86_400,
  /** Messages of a conversation, the last ones, whose hashes are kept to find what another has in common with it: 22 bytes each. What is continued was made a turn or two before. */
  chainedMessagesMax: 128,
  /** How often each byte of a conversation is hashed at most by the platform, which is so many times as fast as what hashes it once. */
  hashedAgainMax: 12,
  /** Bytes of a conversation up to which that takes less than the platform's takes to begin, some 30 µs for each message. */
  hashedInOneBytes: 16_384,
  /** Messages up to which a recording is taken for the first of its session: what follows has two more. One more round trip where it is not. */
  firstTurnMessagesMax: 3,
  /** Sessions that an isolate remembers to have recordings, in some 300 kB at worst: none of what follows in them is the first. */
  metSessionsMax: 1000,
  /** The newest recordings of a session whose own messages a new one is held against, where no transcript tells enough: some 200 µs of D1's one thread. Turns that come out of order, and branches, are among them. */
  conversationWindow: 64,
  /** The newest transcripts of a session that a new recording is held against: as many conversations may go on in one session beside each other. Some 30 µs of D1 each at worst, and twice for each post. */
  transcriptWindow: 32,
  /** Bytes of messages from which on they are shared with others of the session: a transcript is a row more to write and to read. */
  sharedBytesMin: 256,
  /** Rounds of one post for recordings of one session, of three statements each, which see those before: of more, the last do not see each other. */
  conversationRoundsMax: 64,
  /** Recordings of a session or project that are deleted in one transaction: each takes some six rows and a tombstone. Such transactions of one request; and orders that a minute goes on with. */
  deletedPerPage: 500,
  deletedPagesPerRequest: 4,
  deletionsPerMinute: 20,
  /** Days that an order to delete is remembered, for what was received before it and is still on its way: the queue keeps nothing longer. */
  deletionDaysKept: 15,
  /** Orders that are looked at in a minute for those of long ago. */
  deletionsSwept: 1000,
  /** Seconds a key that was looked up stays valid while D1 does not answer: an outage is rarely longer, and a key is rarely revoked in one. */
  keyGraceSeconds: 3600,
  /** Milliseconds that refusals are gathered before they are written, in bulk: what a killed isolate loses of them. */
  refusalFlushMs: 5000,
  /** Counters of refusals, by project, hour and code, that an isolate gathers; what is over is counted without its project. */
  refusalCountersMax: 1000,
  /** Refused ids that are gathered, and that are kept of a project: the newest. In a row, some 300 kB, and 1.3 MB at worst. */
  refusedIdsMax: 1000,
  /** Paths that are kept of a refused recording, and characters of one. */
  refusalPathsMax: 5,
  refusalPathCharsMax: 64,
  /** Refusals of one recording that its status tells. */
  refusalsShown: 20,
  /** Places of the log that the ledger counts in one step, and steps of it in a minute: one takes D1 some 100 ms. */
  ledgerPlacesPerStep: 20_000,
  ledgerStepsPerMinute: 10,
  /** Hours that a repeated delivery stays a row of its own: a message may come again for a day. Rows looked at in one step. */
  duplicatesKeptHours: 25,
  duplicatesPerStep: 20_000,
  /** Hours of the ledger that are answered where no time is named, days of it in one answer, and lines on a page: all of a project's. */
  ledgerHoursDefault: 24,
  ledgerDaysMax: 31,
  ledgerRowsDefault: 1000,
  /** Milliseconds that D1 has for a page of it: where the cron is far behind it counts a long log. */
  ledgerTimeoutMs: 5000,
  /** Spooled recordings that are counted one by one, and characters of their keys, which D1 is given as one text: ten lists of R2's. */
  spooledCountedMax: 10_000,
  spooledCharsMax: 1_500_000,
  /** Bytes that a D1 database holds at most. */
  databaseBytesMax: 10_000_000_000,
  /** Milliseconds in which D1 and R2 must answer for the collector to be ready, and in which that answer is given again. */
  readyTimeoutMs: 1000,
  readyCacheMs: 5000,
  /** Milliseconds before each further try of an ingest's transaction, when D1 had a fault that may pass. Freeplay's SDKs try once. */
  commitRetryMs: [100, 400],
  /** Milliseconds that D1 has for one try of an ingest's transaction, and with its further tries: a commit takes some tens. What takes longer goes to the spool. */
  commitTimeoutMs: 1200,
  commitWholeMs: 1800,
  /** Milliseconds that D1 has where it is asked last, when it was passed over first and nothing else took the recordings. */
  commitLastMs: 800,
  /** More of each for each million bytes of content. */
  commitMsPerMegabyte: 100,
  /** Milliseconds that D1 has for a look-up before a post's body is read, for one that only the cost hangs on, and for a recording that is asked for. */
  keyTimeoutMs: 800,
  settingsTimeoutMs: 400,
  readTimeoutMs: 2500,
  /** Milliseconds that a binding is left alone after it did not answer in time: callers wait for something else meanwhile, and it recovers. */
  restMs: 2000,
  /** Milliseconds after which a call that was not heard of went with its request, whose caller hung up: none is waited for longer than five seconds. */
  callGoneMs: 10_000,
  /** Ingest's transactions that an isolate has in flight: D1 does one after another, so a ninth waits longer than the spool takes. */
  commitsInFlight: 8,
  /** Milliseconds that R2 has for an object of the spool, and bytes that it moves in one more: a put takes 50 to 200. */
  spoolTimeoutMs: 800,
  spoolBytesPerMs: 5000,
  /** Pages of a thousand keys of the spool that one request goes through. */
  spoolPagesMax: 10,
  /** Calls of one post or drain that R2 has at once: a Worker may wait for six. */
  spoolLanes: 6,
  /** Milliseconds that the Queue has for messages that only wake somebody, for which nobody waits. */
  wakeTimeoutMs: 5000,
  /** Milliseconds that the Queue has for a message: a send takes some 20. */
  queueTimeoutMs: 400,
  /** Bytes of JSON of a recording that goes through the Queue, which takes 128,000 a message; and bytes and messages that are sent at once, of 256,000 and 100. */
  queuedBytesMax: 127_000,
  queuedBytesAtOnce: 240_000,
  queuedAtOnce: 100,
  /** Seconds between two bells for the spool of one isolate, and that each takes to ring: so what is spooled while no bell is rung is there when the last one rings. */
  bellSeconds: 1,
  /** Keys of the spool that one drain lists: R2 lists no more at once. */
  drainedKeys: 1000,
  /** Recordings of the spool that are stored in one transaction, some two seconds of reading, and their bytes: they are held in memory several times over. */
  drainedRows: 250,
  drainedBytes: 5_000_000,
  /** Milliseconds in which a drain still looks for what makes a transaction fail that might pass: then the next one does. */
  drainSearchMs: 30_000,
  /** Milliseconds that D1 has for such a transaction, where nobody waits: hundreds of rows behind others' commits. */
  drainTimeoutMs: 10_000,
  /** Times that D1 may refuse a spooled recording for good before it is set aside: a deploy may mend what refused it. */
  drainFailuresMax: 5,
  /** Seconds before a recording that the queue gave up is tried again, at most. */
  deadRetrySecondsMax: 3600,
} as const;
