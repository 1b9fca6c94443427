import { CollectorError } from "../../errors";
import { limits } from "../../limits";
import { causeText } from "../../log";
import type { ObjectStore } from "./object-store";

/** The bound bucket. Two writes of one key within a second are a fault that may pass: R2 answers the second with 429. */
export function r2Store(bucket: R2Bucket): ObjectStore {
  return {
    put: async (key, { bytes, sha256, contentType, metadata }) => {
      const options = { onlyIf: { etagDoesNotMatch: "*" }, httpMetadata: { contentType }, customMetadata: metadata, sha256 };
      const made = await within(bucket.put(key, bytes, options)).catch(fail);
      return made === null ? "exists" : "made";
    },
    head: async (key) => {
      const found = await within(bucket.head(key)).catch(fail);
      return found === null ? null : { bytes: found.size, metadata: found.customMetadata ?? {} };
    },
  };
}

/** A binding has no time-out of its own. A put that is done after it is found by the next attempt. */
async function within<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("R2 did not answer in time")), limits.objectStoreTimeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** R2's codes, at the end of its messages, of what another try meets again: metadata, key or object too long. */
const permanent = /\((10012|10020|100100)\)$/;

function fail(cause: unknown): never {
  if (permanent.test(causeText(cause))) throw new CollectorError("refused", "R2 does not take the object.", { cause });
  throw new CollectorError("unavailable", "The object store did not answer. Try again.", { cause });
}
