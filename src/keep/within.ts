import { CollectorError } from "../errors";

/**
 * What a binding answers within a time, since a binding has no time-out of its own. `what` is whom the work waits for. A call
 * that is given up may still be carried out.
 * @throws CollectorError `unavailable`, marked `isTimeOut`, where it takes longer; else as the work does.
 */
export async function within<Value>(work: Promise<Value>, timeoutMs: number, what: string): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const late = () => reject(new CollectorError("unavailable", `${what} did not answer in time. Try again.`, { isTimeOut: true }));
    timer = setTimeout(late, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
