/** What is made when it is first asked for, and kept: a Worker that starts makes nothing that it may not need, and a large schema takes milliseconds. */
export function onFirstUse<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}

/** The same of what has to be waited for. It is kept itself, and not its promise: one request must not wait on another's; and what failed is tried again. */
export function loadedOnFirstUse<Loaded extends object>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loaded: Loaded | undefined;
  return async () => (loaded ??= await load());
}
