/** A pass that prices a project's recordings of a window of time anew. Counts are of recordings. */
export interface Reprice {
  id: string;
  projectId: string;
  /** By the call's own start, or its receipt where that is not known: from, inclusive, and to, exclusive. */
  fromUs: number;
  toUs: number;
  state: "running" | "done";
  /** The place in the log up to which it is done, and the one where it ends: what came later was priced when it came. */
  nextSeq: number;
  endSeq: number;
  lookedAt: number;
  changed: number;
  createdUs: number;
  updatedUs: number;
}
