import { CollectorError } from "../errors";
import { limits } from "../limits";
import { within } from "./within";

/**
 * What the bucket answers to a call for the spool, by which so many bytes are moved.
 * @throws CollectorError `unavailable` where it does not, or not in time.
 */
export async function askBucket<Value>(work: Promise<Value>, bytes: number): Promise<Value> {
  try {
    return await within(work, limits.spoolTimeoutMs + bytes / limits.spoolBytesPerMs, "The bucket");
  } catch (cause) {
    if (cause instanceof CollectorError) throw cause;
    throw new CollectorError("unavailable", "The bucket did not answer. Try again.", { cause });
  }
}
