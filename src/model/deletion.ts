/** An order to delete a session or a project: all of it that was stored by then, a part at a time. */
export interface Deletion {
  projectId: string;
  kind: "session" | "project";
  /** The session's, or the project's own. */
  id: string;
  deletedUs: number;
  /** The head of the log at that time. */
  upToSeq: number;
}
