import { isObject } from "./asked";

/** What is seen of a stream: each of its chunks, and its end, with the error that ended it. */
export interface Watcher {
  add: (chunk: unknown) => void;
  end: (error?: unknown) => void;
}

type Iterate = () => AsyncIterator<unknown>;

/** A stream of openai's and Anthropic's clients, and their helpers, which tell events. */
interface Stream {
  controller?: Partial<AbortController>;
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
  // OpenAI's and Anthropic's do all by `iterator`.
  const key = stream.iterator ? "iterator" : Symbol.asyncIterator;
  const iterate = stream[key]?.bind(stream);
  if (iterate === undefined) return false;
  let isRead = false;
  stream[key] = () => {
    isRead = true;
    return watchIterator(iterate(), watcher);
  };
  // It may be aborted before anyone reads it; whoever reads learns of it there, with the error.
  stream.controller?.signal?.addEventListener("abort", () => {
    if (!isRead) watcher.end();
  });
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

/** Looks on at an iterator, which stays what it is besides. */
function watchIterator(iterator: AsyncIterator<unknown>, { add, end }: Watcher): AsyncIterator<unknown> {
  const next = iterator.next.bind(iterator);
  const leave = iterator.return?.bind(iterator);
  iterator.next = async (...sent) => {
    try {
      const result = await next(...sent);
      if (result.done === true) end();
      else add(result.value);
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  };
  iterator.return = async (value) => {
    end();
    return (await leave?.(value)) ?? { done: true, value };
  };
  return iterator;
}

/** What a client gives beside its response where it is asked `withResponse()`; all else as it is. */
export function unwrap(value: unknown): unknown {
  return isObject(value) && isObject(value["data"]) && value["response"] ? value["data"] : value;
}
