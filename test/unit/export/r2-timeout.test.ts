import { afterEach, expect, test, vi } from "vitest";
import { r2Store } from "../../../src/export/reach/r2-store";
import { limits } from "../../../src/limits";

afterEach(() => {
  vi.useRealTimers();
});

test("a bucket that never answers is one that may answer later", async () => {
  vi.useFakeTimers();
  const never = async () => await new Promise<never>(() => undefined);
  const store = r2Store({ head: never, put: never } as unknown as R2Bucket);
  const object = { bytes: new Uint8Array(1), sha256: "", contentType: "", metadata: {} };
  const outcomes = Promise.allSettled([store.head("k"), store.put("k", object)]);
  await vi.advanceTimersByTimeAsync(limits.objectStoreTimeoutMs);
  const unavailable = { status: "rejected", reason: { code: "unavailable" } };
  expect(await outcomes).toMatchObject([unavailable, unavailable]);
});
