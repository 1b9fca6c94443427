/** Milliseconds of CPU that something takes, in all threads of the process. What was garbage before is not counted to it. */
export function cpuOf(work: () => void): number {
  globalThis.gc?.({ type: "minor" });
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
