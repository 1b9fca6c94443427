type Scalar = string | number | boolean | null | undefined;

/** Writes one event as a JSON line. Names are noun_verb in the past; fields are scalars, never bodies, keys or headers. */
export function logEvent(name: string, fields: Record<string, Scalar> = {}): void {
  // oxlint-disable-next-line no-console -- the one place that writes the log
  console.log(JSON.stringify({ event: name, ...fields }));
}

/** The text of a cause, for a log field: its message, and its own cause's, on one line of bounded length. */
export function causeText(thrown: unknown): string {
  const own = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  const deeper = thrown instanceof Error && thrown.cause !== undefined ? ` < ${causeText(thrown.cause)}` : "";
  return (own + deeper).slice(0, 500);
}
