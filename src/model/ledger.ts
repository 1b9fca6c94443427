/** What became of the recordings that a project was sent in one hour. All that was received is one of them, but for `differing`, which are duplicates. */
export interface LedgerLine {
  projectId: string;
  hourUs: number;
  stored: number;
  duplicates: number;
  /** Duplicates of another content than the one that is stored. */
  differing: number;
  /** By the error's code. */
  rejected: Record<string, number>;
  spooled: number;
}

/** How much of the ledger is asked for: hours from the first on, and before the second. */
export interface LedgerQuery {
  /** Null is all. */
  projectId: string | null;
  fromUs: number;
  toUs: number;
}
