import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import type { NewObject } from "../../src/export/reach/object-store";
import { r2Store } from "../../src/export/reach/r2-store";
import { sha256Hex } from "../../src/model/sha256";
import { newProject } from "./collector";

afterEach(() => vi.restoreAllMocks());

test("an object is made once, and the first one stays", async () => {
  const key = `exports/${newProject()}/project=a%3Ab/date=2026-01-31/0-500.parquet`;
  const store = r2Store(env.ARCHIVE);
  expect(await store.head(key)).toBeNull();
  expect(await store.put(key, await newObject("first", { batch: "default.1f0a.0-500", schema_version: "1" }))).toBe("made");
  expect(await store.put(key, await newObject("second", { batch: "other" }))).toBe("exists");
  expect(await store.head(key)).toEqual({ bytes: 5, metadata: { batch: "default.1f0a.0-500", schema_version: "1" } });
  const object = await env.ARCHIVE.get(key);
  expect(await object?.text()).toBe("first");
  expect(object?.httpMetadata?.contentType).toBe("application/gzip");
});

test("of many at once one makes the object", async () => {
  const key = `exports/${newProject()}/race`;
  const store = r2Store(env.ARCHIVE);
  const puts = Array.from({ length: 10 }, async (_, index) => await store.put(key, await newObject(`bytes ${index}`)));
  const outcomes = await Promise.all(puts);
  expect(outcomes.filter((outcome) => outcome === "made")).toHaveLength(1);
  expect((await env.ARCHIVE.get(key))?.size).toBe(7);
});

test("a fault of R2's may pass: two writes of one key within a second are answered 429", async () => {
  vi.spyOn(env.ARCHIVE, "put").mockRejectedValue(new Error("put: Reduce your concurrent request rate for the same object. (10058)"));
  vi.spyOn(env.ARCHIVE, "head").mockRejectedValue(new Error("head: We encountered an internal error. Please try again. (10001)"));
  const store = r2Store(env.ARCHIVE);
  await expect(store.put("key", await newObject("a"))).rejects.toMatchObject({ code: "unavailable" });
  await expect(store.head("key")).rejects.toMatchObject({ code: "unavailable" });
});

test("what R2 will never take is refused", async () => {
  const store = r2Store(env.ARCHIVE);
  await expect(store.put("k".repeat(1025), await newObject("a"))).rejects.toMatchObject({ code: "refused" });
  await expect(store.put("key", await newObject("a", { long: "a".repeat(10_000) }))).rejects.toMatchObject({ code: "refused" });
});

test("bytes that are not those of their SHA-256 are not kept", async () => {
  const key = `exports/${newProject()}/damaged`;
  const store = r2Store(env.ARCHIVE);
  const object = { ...(await newObject("a")), sha256: await sha256Hex("b") };
  await expect(store.put(key, object)).rejects.toMatchObject({ code: "unavailable" });
  expect(await store.head(key)).toBeNull();
});

async function newObject(text: string, metadata: Record<string, string> = {}): Promise<NewObject> {
  const bytes = Uint8Array.from(new TextEncoder().encode(text));
  return { bytes, sha256: await sha256Hex(bytes), contentType: "application/gzip", metadata };
}
