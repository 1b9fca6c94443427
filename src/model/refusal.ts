import type { ErrorCode } from "../errors";

/** What a refusal is counted under where no key told the project. */
export const unknownProject = "unknown";

/** One recording, or one post whose recordings are not known, that was refused. */
export interface Refusal {
  projectId: string;
  /** Null where the body told none, or was not read. */
  id: string | null;
  code: ErrorCode;
  /** Fields that were wrong. */
  paths: string[];
  requestId: string;
  atUs: number;
}

/** Refusals of one project, hour and code, as a number. */
export interface RefusalCount {
  projectId: string;
  hourUs: number;
  code: ErrorCode;
  count: number;
}

const hourLengthUs = 3_600_000_000;

/** The UTC hour that a moment lies in, by its beginning. */
export function hourOf(microseconds: number): number {
  return microseconds - (microseconds % hourLengthUs);
}
