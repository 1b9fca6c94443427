/** What is made when it is first asked for, and kept: a Worker that starts makes nothing that it may not need, and a large schema takes milliseconds. */
export function onFirstUse<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}
