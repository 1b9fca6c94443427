import { amendLimits } from "./limits/amend";
import { dashboardLimits } from "./limits/dashboard";
import { exportLimits } from "./limits/exports";
import { keepLimits } from "./limits/keep";
import { metricLimits } from "./limits/metrics";
import { searchLimits } from "./limits/search";
import { tailLimits } from "./limits/tail";
import { testRunLimits } from "./limits/test-runs";

/** Every bound of the collector, with its unit and its reason. */
export const limits = {
  ...keepLimits,
  ...amendLimits,
  ...dashboardLimits,
  ...exportLimits,
  ...metricLimits,
  ...searchLimits,
  ...tailLimits,
  ...testRunLimits,
  /**
   * A post's body, after decompression: 20 MiB. An isolate has 128 MB, and at its worst moment such a body is there as values, as the
   * text that is stored and as that text's bytes: 60 MB, or 100 where a character beyond Latin-1 makes the texts two bytes a unit.
   */
  bodyBytesMax: 20_971_520,
  /** The same for a browser key that names none: 4 MiB. Anybody can take such a key out of a page; a photo as base64 still fits. */
  browserBodyBytesMax: 4_194_304,
  /** What a key may be bound to at least: one recording with a short conversation. */
  keyBodyBytesMin: 1024,
  /** Recordings in one post: 500 rows commit in one transaction of tens of milliseconds. */
  itemsMax: 500,
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
  /** Keys, and bytes of JSON, of a recording's metadata that is merged into its session's: each turn is held against what is there, key by key. Larger stays with the recording. */
  mergedMetadataKeysMax: 64,
  mergedMetadataBytesMax: 4_000,
  /** Bytes of a session's metadata and of what is merged into it, together, with their stamps, for the same reason. What is over stays with the recordings. */
  sessionMetadataBytesMax: 16_000,
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
  /** Seconds before a batch is tried again whose attempt D1 broke off, at most: one that is back is found within the minute. */
  ownRestSecondsMax: 60,
  /** Seconds a key that was looked up may be believed: the bound on revocation, and one D1 read a minute. */
  keyCacheSeconds: 60,
  /** Keys remembered per isolate, and as many ids that are no key's, so that guessing costs no memory. */
  keyCacheEntries: 1000,
  /** Seconds of a rate tier's window, as wrangler.toml has it: what a client that is over is asked to wait. */
  rateWindowSeconds: 10,
  /** Milliseconds that the rate limiter has for an answer: it counts in memory beside the Worker. */
  rateTimeoutMs: 200,
  /** Seconds a browser keeps the client's modules before it asks whether there are newer ones. */
  clientCacheSeconds: 3600,
  /** Seconds a client is asked to wait when D1 did not answer. */
  retryAfterSeconds: 5,
} as const;
