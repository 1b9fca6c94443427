import { isObject } from "./asked";

/** What is seen of a stream: each of its chunks, and its end, with the error that ended it. */
export interface Watcher {
  add: (chunk: unknown) => void;
  end: (error?: unknown) => void;
}

type Iterate = () => AsyncIterator<unknown>;

/** A stream of openai's and Anthropic's clients, and their helpers, which tell events. */
interface Stream {
  iterator?: Iterate;
  [Symbol.asyncIterator]?: Iterate;
  [emitName]?: Emit;
}

/** What helpers tell each of their events by. A listener of ours would take errors from those who have none: then nothing would reject any more. */
const emitName = "_emit";
type Emit = (event: string, ...told: unknown[]) => unknown;

/**
 * Watches a stream go by: whoever reads it gets the same object and the same chunks at the same time, and nothing is read for him.
 * False where it is no stream that can be watched.
 */
export function watchStream(value: unknown, watcher: Watcher): boolean {
  if (!isObject(value)) return false;
  const stream = value as Stream;
  const emit = stream[emitName];
  if (typeof emit === "function") {
    stream[emitName] = watchEvents(emit.bind(stream), watcher);
    return true;
  }
  // What reads such a stream otherwise than by iterating cannot be seen.
  if (value instanceof ReadableStream) return false;
  if (typeof stream.iterator === "function") {
    const iterate = stream.iterator.bind(stream);
    stream.iterator = () => watchIterator(iterate(), watcher);
    return true;
  }
  const iterate = stream[Symbol.asyncIterator]?.bind(stream);
  if (iterate === undefined) return false;
  stream[Symbol.asyncIterator] = () => watchIterator(iterate(), watcher);
  return true;
}

function watchEvents(emit: Emit, { add, end }: Watcher): Emit {
  let failure: unknown;
  return (event, ...told) => {
    if (["chunk", "streamEvent", "event"].includes(event)) add(told[0]);
    if (event === "error" || event === "abort") [failure] = told;
    if (event === "end") end(failure);
    return emit(event, ...told);
  };
}

function watchIterator(iterator: AsyncIterator<unknown>, { add, end }: Watcher): AsyncIterableIterator<unknown> {
  return {
    async next(...sent: []) {
      try {
        const result = await iterator.next(...sent);
        if (result.done === true) end();
        else add(result.value);
        return result;
      } catch (error) {
        end(error);
        throw error;
      }
    },
    async return(value?: unknown) {
      end();
      return (await iterator.return?.(value)) ?? { done: true, value };
    },
    async throw(error?: unknown) {
      end(error);
      if (iterator.throw) return await iterator.throw(error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
