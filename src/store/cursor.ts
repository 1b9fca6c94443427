import { CollectorError } from "../errors";

/** A place in the log as an opaque text for URLs. */
export function encodeCursor(seq: number): string {
  return `s${seq.toString(36)}`;
}

/** @throws CollectorError `bad_request` for a text that `encodeCursor` never made. */
export function decodeCursor(cursor: string): number {
  const seq = /^s[0-9a-z]{1,11}$/.test(cursor) ? Number.parseInt(cursor.slice(1), 36) : Number.NaN;
  if (!Number.isSafeInteger(seq)) throw wrongCursor();
  return seq;
}

/** What is said of a cursor that no list gave. */
export function wrongCursor(): CollectorError {
  return new CollectorError("bad_request", "The cursor is not one that a list gave.", {
    issues: [{ path: "cursor", message: "must be the next_cursor of a page before" }],
  });
}
