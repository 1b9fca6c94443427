import { CollectorError } from "../../errors";
import { within } from "../../keep/within";
import { limits } from "../../limits";
import { causeText } from "../../log";
import type { ObjectStore } from "./object-store";

/** The bound bucket. A put that is done after its time is found by the next attempt. Two writes of one key within a second are a fault that may pass: R2 answers the second with 429. */
export function r2Store(bucket: R2Bucket): ObjectStore {
  return {
    put: async (key, { bytes, sha256, contentType, metadata }) => {
      const options = { onlyIf: { etagDoesNotMatch: "*" }, httpMetadata: { contentType }, customMetadata: metadata, sha256 };
      const made = await within(bucket.put(key, bytes, options), limits.objectStoreTimeoutMs, "R2").catch(fail);
      return made === null ? "exists" : "made";
    },
    head: async (key) => {
      const found = await within(bucket.head(key), limits.objectStoreTimeoutMs, "R2").catch(fail);
      return found === null ? null : { bytes: found.size, metadata: found.customMetadata ?? {} };
    },
  };
}

/** R2's codes, at the end of its messages, of what another try meets again: metadata, key or object too long. */
const permanent = /\((10012|10020|100100)\)$/;

function fail(cause: unknown): never {
  if (permanent.test(causeText(cause))) throw new CollectorError("refused", "R2 does not take the object.", { cause });
  throw new CollectorError("unavailable", "The object store did not answer. Try again.", { cause, isOutside: true });
}
