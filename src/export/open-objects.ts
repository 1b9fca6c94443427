import type { Deps } from "../env";
import { CollectorError } from "../errors";

/**
 * One object in the collector's own bucket, as a stream.
 * @throws CollectorError `not_found` where it is no longer there, `unavailable` where R2 did not answer.
 */
export async function openObject(key: string, deps: Pick<Deps, "archive">): Promise<ReadableStream<Uint8Array>> {
  const found = await deps.archive.get(key).catch((cause: unknown) => {
    throw new CollectorError("unavailable", "The object store did not answer. Try again.", { cause });
  });
  if (found === null) throw new CollectorError("not_found", "This export's object is no longer in the bucket.");
  return found.body;
}

/**
 * Several gzip objects as one, packed anew: gzip files one behind the other are a gzip file to `gunzip`, but not to a browser.
 * @throws CollectorError as `openObject` does, of the first; a later one that is gone breaks the stream off.
 */
export async function joinObjects(keys: string[], deps: Pick<Deps, "archive" | "later">): Promise<ReadableStream<Uint8Array>> {
  const [firstKey = "", ...rest] = keys;
  const first = await openObject(firstKey, deps);
  const packed = new CompressionStream("gzip");
  const copy = async () => {
    await unpackInto(packed.writable, first);
    for (const key of rest) await unpackInto(packed.writable, await openObject(key, deps));
    await packed.writable.close();
  };
  // A stream that breaks off tells its reader that it is not whole.
  deps.later(copy().catch(async (thrown: unknown) => await packed.writable.abort(thrown).catch(() => undefined)));
  return packed.readable;
}

async function unpackInto(writable: WritableStream, object: ReadableStream<Uint8Array>): Promise<void> {
  await object.pipeThrough(new DecompressionStream("gzip")).pipeTo(writable, { preventClose: true });
}
