import type { StoredContent } from "../../model/recording";

/** One line of an export: a recording as it is when it is read, or what is left of one that was deleted. */
export type ExportRow = PresentRow | DeletedRow;

interface PresentRow {
  isDeleted: false;
  /** When the change that the line stands for was committed: the recording's receipt, or its last change. */
  committedUs: number;
  recording: StoredContent;
}

export interface DeletedRow {
  isDeleted: true;
  committedUs: number;
  /** The deletion's own place in the log: above the recording's. */
  seq: number;
  projectId: string;
  id: string;
}
