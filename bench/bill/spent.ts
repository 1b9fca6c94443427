/** What is billed of some work, as the bindings tell it. */
export interface Spent {
  requests: number;
  rowsRead: number;
  rowsWritten: number;
  /** One write, read and deletion of each message, per 64 kB. */
  queueOperations: number;
  /** R2's dear operations, which write or list, and its cheap ones, which read. Deletions are free. */
  classA: number;
  classB: number;
  /** Messages that were sent and not delivered yet. */
  messagesUnderWay: number;
  /** D1's calls that one after another was waited for, before the last reply. */
  callsWaitedFor: number;
}

export function nothingSpent(): Spent {
  return {
    requests: 0,
    rowsRead: 0,
    rowsWritten: 0,
    queueOperations: 0,
    classA: 0,
    classB: 0,
    messagesUnderWay: 0,
    callsWaitedFor: 0,
  };
}

/** What holds at a moment is not added up. */
export function addSpent(total: Spent, more: Spent): void {
  for (const name of ["requests", "rowsRead", "rowsWritten", "queueOperations", "classA", "classB"] as const) total[name] += more[name];
  total.messagesUnderWay = more.messagesUnderWay;
  total.callsWaitedFor = Math.max(total.callsWaitedFor, more.callsWaitedFor);
}
