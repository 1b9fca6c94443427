/** Milliseconds that a recording waits for others to be sent with: a page that is read live is a second behind. */
export const batchMs = 1000;
/** Items, and bytes of JSON, of one post: some 100 kB packed, and a small part of what the collector takes. */
export const batchItems = 50;
export const batchBytes = 400_000;
/** Bytes from which a body is packed: a smaller one gains less than its packing takes. */
export const packedFromBytes = 1024;
/** Items, and bytes of JSON, that wait at most: a long outage may fill neither the page's memory nor its origin's storage. The oldest go first. The bytes are those of one post that a collector takes, or of five photos. */
export const waitingItemsMax = 1000;
export const waitingBytesMax = 20_000_000;
/** Bytes in flight of a page that is left: browsers take 65,536 from all of a page's scripts together. */
export const leavingBytesMax = 60_000;
/** Items of one request of a page that is left: what the collector takes at once. */
export const leavingItemsMax = 500;
/** Different warnings in the console: more say nothing new. */
export const warningsMax = 20;
/** Milliseconds before the first further try, and before any at most; what a Retry-After asks for at most. */
export const retryFirstMs = 1000;
export const retryMaxMs = 60_000;
export const retryAfterMaxMs = 600_000;
/** Milliseconds that a post has for its answer, and after which its items may be taken by another. */
export const postMs = 30_000;
/** Milliseconds that a flush goes on trying: a Worker's `waitUntil` ends after 30 s. */
export const flushMs = 25_000;
/** Answers of 500 to one item alone before it is given up: what fails for good may hold nothing else up. */
export const failuresMax = 5;
/** Milliseconds after which what another collector's recorder left in the storage is removed: 30 days. */
export const foreignMs = 2_592_000_000;
