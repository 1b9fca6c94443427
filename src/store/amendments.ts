import { CollectorError } from "../errors";
import { limits } from "../limits";
import type { Amendment, ValueTexts } from "../model/amendment";
import { utf8Bytes } from "../model/bytes";
import { amendRecordings } from "./amend-recordings";
import { amendSessions } from "./amend-sessions";
import { amendTraces } from "./amend-traces";
import { stampedMap } from "./stamped-map";
import { integer, text, transactPatiently } from "./transact";

/** A recording that was changed by amendments. */
export interface AmendedRecording {
  seq: number;
  contentBytes: number;
  /** Whether its tokens are to be counted anew. */
  isDeferred: boolean;
}

/**
 * Commits amendments in one transaction, and answers which recordings they changed. Any of them may be there already, and what they
 * are about need not be there: it gets them when it comes.
 * @throws CollectorError `too_large` where what one is about has no room for it: then none is committed.
 */
export async function applyAmendments(db: D1Database, amendments: Amendment[], nowUs: number): Promise<AmendedRecording[]> {
  const of = (subject: Amendment["subject"]) => amendments.filter((amendment) => amendment.subject === subject);
  const statements = [...amendTraces(db, of("trace")), ...amendSessions(db, of("session")), ...amendRecordings(db, of("recording"), nowUs)];
  try {
    const { results } = await transactPatiently(db, statements);
    const changed = of("recording").length === 0 ? [] : (results.at(-1)?.results ?? []);
    return changed.map((row) => ({
      seq: integer(row, "seq"),
      contentBytes: integer(row, "content_bytes"),
      isDeferred: [text(row, "prompt_source"), text(row, "completion_source")].includes("deferred"),
    }));
  } catch (thrown) {
    if (!isWithoutRoom(thrown)) throw thrown;
    throw withoutRoom(amendments[0]?.subject ?? "recording", thrown);
  }
}

/** @throws CollectorError `too_large` where there is no room for an amendment, whatever else is said of what it is about. */
export function checkRoom({ subject, rank, receivedUs, maps }: Amendment): void {
  const bytesOf = (values: ValueTexts = []) => utf8Bytes(JSON.stringify(stampedMap(values, rank, receivedUs)));
  const { fields, ...others } = maps;
  const mapBytesMax = subject === "session" ? limits.keptSessionBytesMax : limits.keptMapBytesMax;
  const isOver = bytesOf(fields) > limits.keptFieldsBytesMax || Object.values(others).some((values) => bytesOf(values) > mapBytesMax);
  if (isOver) throw withoutRoom(subject, undefined);
}

const roomOf: Record<Amendment["subject"], string> = {
  recording: `evaluations and feedback ${limits.keptMapBytesMax} bytes each`,
  trace: `input and output with the like ${limits.keptFieldsBytesMax} bytes, metadata, evaluations and feedback ${limits.keptMapBytesMax} each`,
  session: `metadata ${limits.keptSessionBytesMax} bytes`,
};

function withoutRoom(subject: Amendment["subject"], cause: unknown): CollectorError {
  const message = `The ${subject} has no room for it: of a ${subject} is kept, as JSON with its stamps, ${roomOf[subject]}.`;
  return new CollectorError("too_large", message, { cause });
}

function isWithoutRoom(thrown: unknown): boolean {
  const { cause } = thrown as { cause?: unknown };
  return cause instanceof Error && /CHECK constraint failed: room|SQLITE_TOOBIG/.test(cause.message);
}
