const EVERY_MS = 60_000;
// The next one is due then; two at once would only be in each other's way.
const ANSWER_WITHIN_MS = 55_000;

/**
 * Fires the Worker's cron every minute, which wrangler does not do locally. A failure is told once, until
 * it has worked again.
 *
 * @param {string} address
 * @param {{ everyMs?: number, warn?: (line: string) => unknown }} [options]
 * @returns {() => void} stops it
 */
export function startCron(address, { everyMs = EVERY_MS, warn = (line) => process.stderr.write(`${line}\n`) } = {}) {
  let failing = false;
  const tell = (/** @type {string | null} */ problem) => {
    if (problem !== null && !failing) warn(`The cron's minute failed (${problem}); it goes on trying.`);
    failing = problem !== null;
  };
  const timer = setInterval(() => void fire(address).then(tell), everyMs);
  return () => clearInterval(timer);
}

/** Null, or why it failed. */
async function fire(address) {
  try {
    const url = `${address}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`;
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const text = await response.text();
    return response.ok ? null : `${response.status} ${text.slice(0, 200)}`.trim();
  } catch (error) {
    return error.cause?.message ?? error.message;
  }
}
