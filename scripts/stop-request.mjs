const PARENT_CHECK_MS = 1000;

/**
 * Calls `stop` once, at the first sign that nobody wants this process any more: a signal, a reader of
 * our output that went away, or the end of the shell that npm ran us in. npm sends SIGTERM to that shell
 * alone, and most shells die of it without passing it on.
 *
 * @param {() => unknown} stop
 */
export function onStopRequest(stop) {
  let asked = false;
  const ask = () => {
    if (!asked) stop();
    asked = true;
  };
  // Handled again and again, not once: Ctrl-C comes from the terminal and a second time through npm.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, ask);
  process.stdout.on("error", ask);
  process.stderr.on("error", ask);
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && ask(), PARENT_CHECK_MS).unref();
}
