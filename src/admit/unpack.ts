import { limits } from "../limits";

/**
 * The bytes of a gzip stream, unpacked as they are asked for. The runtime unpacks all that it is handed before it is read, and a
 * packed megabyte may be a gigabyte: so it is handed a little at a time, and the next when all of that was read.
 * @throws as the stream does, and where it is not one whole gzip stream.
 */
export async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gzip = new DecompressionStream("gzip");
  const writer = gzip.writable.getWriter();
  const reader = gzip.readable.getReader({ mode: "byob" });
  const read = async () => {
    const { value, done } = await reader.read(new Uint8Array(limits.unpackedChunkBytes));
    return done ? null : value;
  };
  let reading = read();
  const written = async function* (writing: Promise<void>): AsyncGenerator<Uint8Array> {
    // A read takes what there is: one that is not filled took the last of it.
    for (let isFilled = true; isFilled;) {
      // What was written can be read a turn later. If nothing is by then, it gave nothing more.
      const chunk = await Promise.race([reading, writing.then(nextTurn)]);
      if (chunk === null || chunk === undefined) return;
      isFilled = chunk.length === limits.unpackedChunkBytes;
      reading = read();
      yield chunk;
    }
  };
  try {
    for await (const chunk of packed) {
      for (let start = 0; start < chunk.length; start += limits.packedSliceBytes) {
        yield* written(writer.write(chunk.subarray(start, start + limits.packedSliceBytes)));
      }
    }
    const closing = writer.close();
    closing.catch(() => undefined);
    for (let chunk = await reading; chunk !== null; chunk = await reading) {
      reading = read();
      yield chunk;
    }
    await closing;
  } finally {
    reading.catch(() => undefined);
    // Nobody waits for the rest; a failure to say so changes nothing.
    await Promise.allSettled([reader.cancel(), writer.abort()]);
  }
}

async function nextTurn(): Promise<undefined> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  return undefined;
}
